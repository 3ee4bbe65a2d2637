"""/openidm/config: a store of any object, that checks nothing and encrypts secrets.

Source: docs/contracts/pingone_aic.md#config and #secrets.
"""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING, Any, Final, cast

from tenant_email_local.emulators.pingone_aic import refusals
from tenant_email_local.emulators.pingone_aic.encryption import encrypt
from tenant_email_local.emulators.pingone_aic.seeds import PROTECTED
from tenant_email_local.emulators.pingone_aic.tenant import AicRoute, AicTenant, sent_object
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

PROVIDER: Final = "external.email"
STOCK: Final = "external.emailDefault"
_SCOPES: Final = ("fr:idm:*",)
_LOCKED: Final = frozenset(f"emailTemplate/{name}" for name in PROTECTED)
_FILTER: Final = re.compile(r"_id sw ['\"](?P<prefix>[^'\"]*)['\"]")


def read(tenant: AicTenant, _request: Request, name: str) -> HttpAnswer:
    """Shows one object; with a stale read, as it was before the last write."""
    stored = tenant.state.config.get(name)
    if tenant.stale_reads > 0 and name in tenant.previous:
        tenant.stale_reads -= 1
        stored = tenant.previous[name]
    if stored is None:
        raise refusals.config(404)
    return HttpAnswer(200, _show(name, stored))


def write(tenant: AicTenant, request: Request, name: str) -> HttpAnswer:
    """Replaces or creates one object; `_id` and `_rev` of the body do not count."""
    _require_writable(tenant, name)
    existing = tenant.state.config.get(name)
    _require_conditions(tenant, request, existing)
    body = sent_object(request)
    sent_id = body.pop("_id", None)
    body.pop("_rev", None)
    # an update kept another `_id` as `id` [REC template_put_garbage_200]; a create never did
    if tenant.switches.before_2026 and existing is not None and sent_id not in (None, name):
        body["id"] = sent_id
    stored = _encrypt(tenant, name, body)
    if tenant.lost_updates > 0:
        tenant.lost_updates -= 1
    else:
        tenant.previous[name] = copy.deepcopy(existing)
        tenant.state.config[name] = stored
    headers = {"Content-API-Version": "protocol=2.1,resource=1.0"}
    return HttpAnswer(200 if existing is not None else 201, _show(name, stored), headers)


def remove(tenant: AicTenant, _request: Request, name: str) -> HttpAnswer:
    """Removes one object and shows it a last time."""
    _require_writable(tenant, name)
    removed = tenant.state.config.pop(name, None)
    if removed is None:
        raise refusals.config(404)
    if name == PROVIDER and tenant.switches.after_delete == "stock" and STOCK in tenant.state.config:
        tenant.state.config[PROVIDER] = copy.deepcopy(tenant.state.config[STOCK])
    return HttpAnswer(200, _show(name, removed))


def patch(tenant: AicTenant, _request: Request, **_name: str) -> HttpAnswer:
    """Is not there: nobody recorded a PATCH of configuration."""
    raise refusals.config(501 if tenant.switches.patch == "refuse" else 404)


def query(tenant: AicTenant, request: Request) -> HttpAnswer:
    """Lists all objects, or those whose ids begin so.

    The whole word `emailTemplate` hides the protected ones, one letter less shows them
    (docs/contracts/pingone_aic.md#templates).
    """
    asked = request.args.get("_queryFilter", "")
    match = _FILTER.fullmatch(asked)
    if match is None and asked != "true":
        raise refusals.config(400, "The value for parameter '_queryFilter' could not be parsed")
    prefix = match["prefix"] if match else ""
    hidden = _LOCKED if prefix == "emailTemplate" else frozenset[str]()
    names = sorted((n for n in tenant.state.config if n.startswith(prefix) and n not in hidden), key=str.lower)
    document = {
        "result": [_show(name, tenant.state.config[name]) for name in names],
        "resultCount": len(names),
        "pagedResultsCookie": None,
        "totalPagedResultsPolicy": "EXACT",
        "totalPagedResults": len(names),
        "remainingPagedResults": -1,
    }
    return HttpAnswer(200, document)


def _show(name: str, stored: dict[str, Any]) -> dict[str, Any]:
    return {"_id": name, **copy.deepcopy(stored)}


def _require_writable(tenant: AicTenant, name: str) -> None:
    if name in _LOCKED:
        raise refusals.edge_page()
    environment = tenant.state.environment
    if environment.immutable or environment.lock == "locked":
        raise refusals.edge_page() if tenant.switches.immutable_put == "html" else refusals.config(403, "Access denied")


def _require_conditions(tenant: AicTenant, request: Request, existing: dict[str, Any] | None) -> None:
    """Applies If-None-Match and If-Match as docs/contracts/pingone_aic.md#config-2 has them."""
    if existing is not None and request.headers.get("If-None-Match", "").strip('"') == "*":
        raise refusals.config(412, "Create request failed because the object already exists")
    missing = existing is None and "If-Match" in request.headers
    if missing and tenant.switches.if_match_missing == "not-found":
        raise refusals.config(404)


def _encrypt(tenant: AicTenant, name: str, body: dict[str, Any]) -> dict[str, Any]:
    """Returns the body as it is stored: plain secrets of the mail configuration become blobs, placeholders stay."""
    auth = body.get("auth")
    if name != PROVIDER or not isinstance(auth, dict):
        return body
    secret = ("password", "clientSecret") if tenant.switches.encrypt_graph_secret else ("password",)
    stored = dict(cast("dict[str, Any]", auth))
    for key in secret:
        value = stored.get(key)
        if isinstance(value, str) and value and "&{" not in value:
            stored[key] = encrypt(value, tenant.state.key)
    return {**body, "auth": stored}


ROUTES: Final = (
    AicRoute("GET", "/openidm/config", query, _SCOPES),
    AicRoute("GET", "/openidm/config/<path:name>", read, _SCOPES),
    AicRoute("PUT", "/openidm/config/<path:name>", write, _SCOPES),
    AicRoute("DELETE", "/openidm/config/<path:name>", remove, _SCOPES),
    AicRoute("PATCH", "/openidm/config/<path:name>", patch, _SCOPES),
)
