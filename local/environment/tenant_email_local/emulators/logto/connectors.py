"""Connectors and their factories (docs/contracts/logto.md#connectors)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, cast

from tenant_email_local.emulators.logto import refusals, sign_in, zod, zod_checks
from tenant_email_local.emulators.logto.state import Row
from tenant_email_local.emulators.logto.tenant import is_text, new_id, require_storable, sent_json, sent_query
from tenant_email_local.emulators.logto.zod import BOOLEAN, STRING, Both, ZodObject
from tenant_email_local.emulators.logto.zod import Optional as Maybe
from tenant_email_local.emulators.routes import Route
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.factories import Factory
    from tenant_email_local.emulators.logto.tenant import LogtoTenant

_SHOWN: dict[str, zod.Schema] = {
    "target": STRING,
    "name": Both(zod.ZodRecord(STRING), ZodObject({"en": STRING})),
    "logo": STRING,
    "logoDark": Maybe(STRING),
}
_METADATA = {
    "metadata": Maybe(ZodObject({name: Maybe(schema) for name, schema in _SHOWN.items()})),
    "syncProfile": Maybe(BOOLEAN),
    "enableTokenStorage": Maybe(BOOLEAN),
}
_CREATE = ZodObject(
    {
        "connectorId": zod.Primitive("string", (zod_checks.length(1, 128),)),
        "id": Maybe(zod.Primitive("string", (zod_checks.length(1, 128),))),
        "config": Maybe(ZodObject()),
        **_METADATA,
    }
)
_CHANGE = ZodObject({"config": Maybe(ZodObject()), **_METADATA})
_AUTHORIZATION = ZodObject({"state": STRING, "redirectUri": STRING})
_FILTER = ZodObject({"target": Maybe(STRING)})


def _pick_shown(metadata: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in metadata.items() if name in _SHOWN}


def clean(value: Any) -> Any:
    """Returns what is stored of a value: empty texts, nulls, lists and objects vanish; None when nothing is left."""
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        left = {key: kept for key, item in given.items() if (kept := clean(item)) is not None}
        return left or None
    if isinstance(value, list):
        return [kept for item in cast("Any", value) if (kept := clean(item)) is not None] or None
    return None if value == "" else value


def as_jsonb(value: Any) -> Any:
    """Returns a value as the database's jsonb gives it back: keys by length, then by bytes; infinity is null there."""
    if isinstance(value, dict):
        given = cast("dict[str, Any]", value)
        return {key: as_jsonb(given[key]) for key in sorted(given, key=lambda key: (len(key.encode()), key.encode()))}
    if isinstance(value, list):
        return [as_jsonb(item) for item in cast("Any", value)]
    return None if isinstance(value, float) and math.isinf(value) else value


def show(tenant: LogtoTenant, row: Row) -> dict[str, Any]:
    """Returns a connector as the API answers it, secrets in clear."""
    factory = tenant.factories()[row.factory]
    return {
        "id": row.id,
        "syncProfile": row.sync_profile,
        "enableTokenStorage": False,
        "config": row.config,
        "metadata": row.metadata,
        "connectorId": row.factory,
        **factory.metadata(),
        **row.metadata,
        "type": factory.type,
        "isDemo": False,
        "extraInfo": {},
    }


def list_all(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Answers all connectors, or refuses when there are two for email."""
    for kind in ("Email", "Sms"):
        if len(tenant.rows(kind)) > 1:
            raise refusals.refusal(400, f"connector.more_than_one_{kind.lower()}")
    rows = [show(tenant, row) for row in tenant.rows()]
    wanted = sent_query(request, _FILTER).get("target")
    return HttpAnswer(200, [row for row in rows if not wanted or wanted == row["target"]])


def create(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Stores a connector and deletes every other one for email, or for SMS, without a word.

    Neither an absent config nor one that cleaning makes invalid is refused.
    """
    body = sent_json(request)
    refusals.guard(_CREATE, body)
    factory = tenant.factories().get(body["connectorId"])
    if factory is None:
        raise refusals.refusal(422, "connector.not_found_with_connector_id")
    if factory.type == "Social":
        _check_social(tenant, factory, body)
    _check_config(factory, body)
    if body.get("enableTokenStorage"):
        raise refusals.refusal(422, "request.feature_not_supported")
    if any(row.id == body.get("id") for row in tenant.state.connectors):
        raise refusals.internal()
    require_storable(body.get("config"), body.get("metadata"))
    if not is_text(body.get("id", "")):
        raise refusals.not_found()
    require_storable(body.get("id"))
    others = tenant.rows(factory.type) if factory.type != "Social" else []
    with tenant.yielding(tenant.switches.transaction_seconds):
        row = Row(
            body.get("id") or new_id(12),
            factory.id,
            as_jsonb(clean(body.get("config")) or {}),
            as_jsonb(clean(_pick_shown(body.get("metadata", {}))) or {}),
            body.get("syncProfile", False),
        )
    tenant.state.connectors = [each for each in tenant.state.connectors if each not in others] + [row]
    return HttpAnswer(200, show(tenant, row))


def get(tenant: LogtoTenant, _request: Request, id_: str) -> HttpAnswer:
    """Answers one connector."""
    return HttpAnswer(200, show(tenant, _row(tenant, id_)))


def change(tenant: LogtoTenant, request: Request, id_: str) -> HttpAnswer:
    """Replaces the config whole; an absent one is kept."""
    body = sent_json(request)
    refusals.guard(_CHANGE, body)
    row = _row(tenant, id_)
    if not body.keys() & {"config", "metadata", "syncProfile", "enableTokenStorage"}:
        raise refusals.refusal(422, "entity.invalid_input")
    if "metadata" in body:
        raise refusals.refusal(400, "connector.cannot_overwrite_metadata_for_non_standard_connector")
    social = tenant.factories()[row.factory].type == "Social"
    if body.get("syncProfile") and not social:
        raise refusals.refusal(422, "connector.invalid_type_for_syncing_profile")
    if body.get("enableTokenStorage"):
        raise refusals.refusal(422, "request.feature_not_supported")
    _check_config(tenant.factories()[row.factory], body)
    require_storable(body.get("config"))
    if "syncProfile" in body:
        row.sync_profile = body["syncProfile"]
    if "config" in body:
        row.config = as_jsonb(clean(body["config"]) or {})
    return HttpAnswer(200, show(tenant, row))


def delete(tenant: LogtoTenant, _request: Request, id_: str) -> HttpAnswer:
    """Removes a connector, whatever of the sign-in experience needs it; only password expiration stops that."""
    require_storable(id_)
    found = next((row for row in tenant.state.connectors if row.id == id_), None)
    if found is None:
        raise refusals.not_found()
    sending = found in (*tenant.rows("Email"), *tenant.rows("Sms"))
    if sending and tenant.state.sign_in["passwordExpiration"].get("enabled"):
        sign_in.require_reset(tenant, tenant.state.sign_in["forgotPasswordMethods"], without=id_)
    tenant.state.connectors.remove(found)
    return HttpAnswer(204)


def list_factories(tenant: LogtoTenant, _request: Request) -> HttpAnswer:
    """Answers the installed factories."""
    return HttpAnswer(200, [_factory(factory) for factory in tenant.factories().values()])


def get_factory(tenant: LogtoTenant, _request: Request, id_: str) -> HttpAnswer:
    """Answers one factory."""
    if id_ not in tenant.factories():
        raise refusals.not_found()
    return HttpAnswer(200, _factory(tenant.factories()[id_]))


def authorization_uri(tenant: LogtoTenant, request: Request, id_: str) -> HttpAnswer:
    """Refuses: only a social connector has such a page, and nobody signs in here."""
    body = sent_json(request)
    refusals.guard(_AUTHORIZATION, body)
    if not all(body.values()):
        raise refusals.refusal(400, "session.insufficient_info")
    _row(tenant, id_)
    raise refusals.refusal(400, "connector.unexpected_type")


def _factory(factory: Factory) -> dict[str, Any]:
    return {"type": factory.type, "isDemo": False, "id": factory.id, **factory.metadata()}


def _row(tenant: LogtoTenant, id_: str) -> Row:
    found = next((row for row in tenant.rows() if row.id == id_), None)
    if found is None:
        raise refusals.not_found()
    return found


def _check_social(tenant: LogtoTenant, factory: Factory, body: dict[str, Any]) -> None:
    if "metadata" in body:
        raise refusals.refusal(400, "connector.cannot_overwrite_metadata_for_non_standard_connector")
    if any(row.factory == factory.id for row in tenant.rows()):
        raise refusals.refusal(422, "connector.multiple_instances_not_supported")


def _check_config(factory: Factory, body: dict[str, Any]) -> None:
    if "config" in body and (issues := factory.schema.issues(body["config"])):
        raise refusals.invalid_config(issues)


ROUTES = (
    Route("GET", "/api/connectors", list_all),
    Route("POST", "/api/connectors", create),
    Route("GET", "/api/connectors/<id_>", get),
    Route("PATCH", "/api/connectors/<id_>", change),
    Route("DELETE", "/api/connectors/<id_>", delete),
    Route("POST", "/api/connectors/<id_>/authorization-uri", authorization_uri),
    Route("GET", "/api/connector-factories", list_factories),
    Route("GET", "/api/connector-factories/<id_>", get_factory),
)
