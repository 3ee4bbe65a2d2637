"""GET /api/v2/clients: the applications of the tenant (docs/contracts/auth0.md#clients)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.auth0 import query, refusals
from tenant_email_local.emulators.auth0.tenant import Auth0Route, Auth0Tenant
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.auth0.state import Auth0Client


def read_all(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Answers a page of the applications."""
    page = query.page(request, query.MOST)
    found = [_show(tenant, client) for client in tenant.state.clients.values()]
    for name, key in (("is_global", "global"), ("is_first_party", "is_first_party")):
        if name in request.args:
            wanted = query.boolean(request, name, default=False)
            found = [document for document in found if document[key] == wanted]
    if kinds := request.args.get("app_type"):
        found = [document for document in found if document["app_type"] in kinds.split(",")]
    shown = [query.chosen(request, document) for document in page.of(found)]
    if not query.boolean(request, "include_totals", default=False):
        return HttpAnswer(200, shown)
    return HttpAnswer(200, {"total": len(found), "start": page.start, "limit": page.size, "clients": shown})


def read(tenant: Auth0Tenant, request: Request, client_id: str) -> HttpAnswer:
    """Answers one application."""
    client = tenant.state.clients.get(client_id)
    if client is None:
        raise refusals.no_client()
    return HttpAnswer(200, query.chosen(request, _show(tenant, client)))


def _show(tenant: Auth0Tenant, client: Auth0Client) -> dict[str, Any]:
    """Returns an application as the API shows it to a client without read:client_keys: without its secret."""
    return {
        "tenant": tenant.state.name,
        "global": client.is_global,
        "is_token_endpoint_ip_header_trusted": False,
        "name": client.name,
        "is_first_party": True,
        "oidc_conformant": True,
        "sso_disabled": False,
        "cross_origin_auth": False,
        "cross_origin_authentication": False,
        "allowed_clients": [],
        "callbacks": [],
        "refresh_token": {
            "expiration_type": "non-expiring",
            "leeway": 0,
            "infinite_token_lifetime": True,
            "infinite_idle_token_lifetime": True,
            "token_lifetime": 31557600,
            "idle_token_lifetime": 2592000,
            "rotation_type": "non-rotating",
        },
        "client_id": client.client_id,
        "callback_url_template": False,
        "jwt_configuration": {"alg": "RS256", "lifetime_in_seconds": 36000, "secret_encoded": False},
        "client_aliases": [],
        "token_endpoint_auth_method": "client_secret_post",
        "app_type": "non_interactive",
        "grant_types": ["client_credentials"],
        "custom_login_page_on": True,
    }


_PATH = "/api/v2/clients"
ROUTES = (
    Auth0Route("GET", _PATH, read_all, ("read:clients", "read:client_keys")),
    Auth0Route("GET", f"{_PATH}/<client_id>", read, ("read:clients", "read:client_keys")),
)
