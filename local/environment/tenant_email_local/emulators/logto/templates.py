"""Email templates, one for each language and type (docs/contracts/logto.md#email-templates)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.logto import refusals, zod, zod_checks, zod_results
from tenant_email_local.emulators.logto.factories import CONTENT_TYPES, TEMPLATE_TYPES
from tenant_email_local.emulators.logto.tenant import new_id, require_storable, sent_json, sent_query
from tenant_email_local.emulators.logto.zod import STRING, Array, Literal, NativeEnum, Union, ZodObject
from tenant_email_local.emulators.logto.zod import Optional as Maybe
from tenant_email_local.emulators.routes import Route
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.tenant import LogtoTenant

_TAG = zod.Primitive("string", (zod_checks.length(1, 16),))
_TYPE = NativeEnum(TEMPLATE_TYPES)
_CONTENT_TYPE = Union(tuple(Literal(option) for option in reversed(CONTENT_TYPES)))
_OPTIONS: dict[str, zod.Schema] = {
    "contentType": Maybe(_CONTENT_TYPE),
    "replyTo": Maybe(STRING),
    "sendFrom": Maybe(STRING),
}
_DETAILS: dict[str, zod.Schema] = {"subject": STRING, "content": STRING, **_OPTIONS}
_ENTRY = ZodObject({"languageTag": _TAG, "templateType": _TYPE, "details": ZodObject(_DETAILS)})
_PUT = ZodObject({"templates": Array(_ENTRY, least=1)})
_PATCH = ZodObject({"subject": Maybe(STRING), "content": Maybe(STRING), **_OPTIONS})
_FILTER = ZodObject({"languageTag": Maybe(_TAG), "templateType": Maybe(_TYPE)})


def put(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Creates or replaces entries by language and type; unknown details are dropped, empty texts are kept."""
    body = sent_json(request)
    refusals.guard(_PUT, body)
    for entry in body["templates"]:
        require_storable(entry["languageTag"], zod_results.parsed(ZodObject(_DETAILS), entry["details"]))
    return HttpAnswer(200, [_upsert(tenant, entry) for entry in body["templates"]])


def list_some(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Answers the entries that the filters leave, in order of language and type."""
    filters = _filters(request)
    found = [entry for entry in tenant.state.templates if _matches(entry, filters)]
    return HttpAnswer(200, sorted(found, key=lambda entry: (entry["languageTag"], entry["templateType"])))


def get(tenant: LogtoTenant, _request: Request, id_: str) -> HttpAnswer:
    """Answers one entry."""
    return HttpAnswer(200, _entry(tenant, id_))


def patch_details(tenant: LogtoTenant, request: Request, id_: str) -> HttpAnswer:
    """Changes the details given; none can be taken away like this."""
    body = sent_json(request)
    refusals.guard(_PATCH, body)
    entry = _entry(tenant, id_)
    require_storable(zod_results.parsed(_PATCH, body))
    entry["details"] = {**entry["details"], **zod_results.parsed(_PATCH, body)}
    return HttpAnswer(200, dict(entry))


def delete(tenant: LogtoTenant, _request: Request, id_: str) -> HttpAnswer:
    """Removes one entry."""
    tenant.state.templates.remove(_entry(tenant, id_))
    return HttpAnswer(204)


def delete_some(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Removes what the filters leave; without one it refuses."""
    filters = _filters(request)
    if not filters:
        raise refusals.refusal(422, "connector.email_connector.bulk_deletion_no_filter")
    kept = [entry for entry in tenant.state.templates if not _matches(entry, filters)]
    removed = len(tenant.state.templates) - len(kept)
    tenant.state.templates = kept
    return HttpAnswer(200, {"rowCount": removed})


def _upsert(tenant: LogtoTenant, entry: Mapping[str, Any]) -> dict[str, Any]:
    key = {name: entry[name] for name in ("languageTag", "templateType")}
    found = next((each for each in tenant.state.templates if _matches(each, key)), None)
    if found is None:
        found = {"tenantId": "default", "id": new_id(21), **key, "createdAt": tenant.milliseconds()}
        tenant.state.templates.append(found)
    found["details"] = zod_results.parsed(ZodObject(_DETAILS), entry["details"])
    return dict(found)


def _filters(request: Request) -> dict[str, str]:
    filters = sent_query(request, _FILTER)
    require_storable(*filters.values())
    return filters


def _matches(entry: Mapping[str, Any], filters: Mapping[str, str]) -> bool:
    return all(entry[name] == value for name, value in filters.items())


def _entry(tenant: LogtoTenant, id_: str) -> dict[str, Any]:
    require_storable(id_)
    found = next((entry for entry in tenant.state.templates if entry["id"] == id_), None)
    if found is None:
        message = f"The email_templates with ID `{id_}` does not exist."
        raise refusals.refusal(404, "entity.not_exists_with_id", message)
    return found


ROUTES = (
    Route("PUT", "/api/email-templates", put),
    Route("GET", "/api/email-templates", list_some),
    Route("DELETE", "/api/email-templates", delete_some),
    Route("GET", "/api/email-templates/<id_>", get),
    Route("PATCH", "/api/email-templates/<id_>/details", patch_details),
    Route("DELETE", "/api/email-templates/<id_>", delete),
)
