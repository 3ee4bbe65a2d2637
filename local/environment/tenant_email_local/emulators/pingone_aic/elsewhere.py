"""What an export of everything asks of the parts of the platform that send no mail: they are there, and empty.

Source: docs/contracts/pingone_aic.md#endpoints.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.pingone_aic import refusals
from tenant_email_local.emulators.pingone_aic.tenant import AicRoute, AicTenant, sent_object
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

_AM: Final = ("fr:am:*",)
_IDM: Final = ("fr:idm:*",)
_REALM: Final = "/am/json/realms/root/realms/<realm>/realm-config"
_SETTINGS: Final = ("authentication", "services/oauth-oidc")
_CONFIG: Final = "/openidm/config/"
_UNLISTED: Final[dict[str, dict[str, Any]]] = {"sync": {"mappings": []}, "ui/themerealm": {"realm": {}}}
_REALMS: Final[tuple[dict[str, Any], ...]] = (
    {"_id": "L2FscGhh", "_rev": "1", "parentPath": "/", "active": True, "name": "alpha", "aliases": []},
    {"_id": "L2JyYXZv", "_rev": "1", "parentPath": "/", "active": True, "name": "bravo", "aliases": []},
)


def realms(_tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Lists the two realms that every tenant has."""
    return _list(*_REALMS)


def query(_tenant: AicTenant, request: Request, **_path: str) -> HttpAnswer:
    """Lists nothing; a single object is not there."""
    if "_queryFilter" not in request.args:
        raise refusals.config(404)
    return _list()


def descendents(_tenant: AicTenant, _request: Request, **_path: str) -> HttpAnswer:
    """Lists no configuration of any kind below."""
    return HttpAnswer(200, {"result": []})


def connector_servers(_tenant: AicTenant, _request: Request) -> HttpAnswer:
    """Tells that no connector server is attached."""
    return HttpAnswer(200, {"openicf": []})


def settings(tenant: AicTenant, request: Request, **_path: str) -> HttpAnswer:
    """Shows a realm's object of settings, which has none set at first."""
    return HttpAnswer(200, {"_id": "", "_rev": "1", **tenant.realm_settings.get(request.path, {})})


def set_settings(tenant: AicTenant, request: Request, **path: str) -> HttpAnswer:
    """Replaces a realm's object of settings."""
    tenant.realm_settings[request.path] = sent_object(request)
    return settings(tenant, request, **path)


def unlisted(tenant: AicTenant, request: Request) -> HttpAnswer:
    """Shows an object of the configuration that can be read without being stored or listed."""
    name = request.path.removeprefix(_CONFIG)
    return HttpAnswer(200, {"_id": name, **tenant.state.config.get(name, _UNLISTED[name])})


def _list(*found: dict[str, Any]) -> HttpAnswer:
    document = {
        "result": list(found),
        "resultCount": len(found),
        "pagedResultsCookie": None,
        "totalPagedResultsPolicy": "NONE",
        "totalPagedResults": -1,
        "remainingPagedResults": -1,
    }
    return HttpAnswer(200, document)


ROUTES: Final = (
    AicRoute("GET", "/am/json/global-config/realms", realms, _AM),
    AicRoute("GET", "/am/json/<path:path>", query, _AM),
    AicRoute("POST", "/am/json/<path:path>", descendents, _AM, "nextdescendents"),
    *(AicRoute("GET", f"{_REALM}/{name}", settings, _AM) for name in _SETTINGS),
    *(AicRoute("PUT", f"{_REALM}/{name}", set_settings, _AM) for name in _SETTINGS),
    *(AicRoute("GET", f"{_CONFIG}{name}", unlisted, _IDM) for name in _UNLISTED),
    AicRoute("GET", "/openidm/internal/<path:path>", query, _IDM),
    AicRoute("GET", "/openidm/managed/<path:path>", query, _IDM),
    AicRoute("POST", "/openidm/system", connector_servers, _IDM, "testConnectorServers"),
)
