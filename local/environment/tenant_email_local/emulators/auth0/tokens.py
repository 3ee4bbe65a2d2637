"""POST /oauth/token and the checks of an access token (docs/contracts/auth0.md#authentication)."""

from __future__ import annotations

import secrets
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.auth0 import refusals
from tenant_email_local.emulators.auth0.tenant import Auth0Route, Auth0Tenant, Auth0Token
from tenant_email_local.emulators.server import HttpAnswer, sent_fields
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.auth0.state import Auth0Client

PATH = "/oauth/token"
_ENDPOINTS = {
    "authorization_endpoint": "authorize",
    "token_endpoint": "oauth/token",
    "userinfo_endpoint": "userinfo",
    "jwks_uri": ".well-known/jwks.json",
}
_GRANT_HELP = "https://auth0.com/docs/clients/client-grant-types"


def issue(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Gives a client its token, for exactly the scopes it was granted."""
    asked: dict[str, Any] = sent_fields(request)
    grant = asked.get("grant_type")
    if grant != "client_credentials":
        text = f"Grant type '{grant}' not allowed for the client."
        raise refusals.oauth_error(403, "unauthorized_client", text, error_uri=_GRANT_HELP)
    client = _authenticate(tenant, asked)
    _check_audience(tenant, client, str(asked.get("audience", "")))
    token = secrets.token_urlsafe(32)
    tenant.issued[token] = Auth0Token(client.client_id, client.scopes, tenant.clock() + tenant.token_lifetime)
    scope = " ".join(sorted(client.scopes))
    tenant.log(
        "seccft",
        "",
        user_id="",
        connection_id="",
        client_id=client.client_id,
        client_name=client.name,
        ip=request.remote_addr,
        hostname=request.host,
        user_name="",
        audience=asked["audience"],
        scope=scope,
    )
    document = {"access_token": token, "token_type": "Bearer", "expires_in": tenant.token_lifetime}
    return HttpAnswer(200, document | {"scope": scope})


def require(tenant: Auth0Tenant, request: Request, scopes: tuple[str, ...]) -> Auth0Token:
    """Returns the token of a request; refuses one that is unknown, expired or without any of the scopes."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    token = tenant.issued.get(value) if kind.lower() == "bearer" else None
    if token is None:
        raise refusals.unauthorized("Invalid token.")
    if token.expires_at <= tenant.clock():
        raise refusals.unauthorized("Expired token received for JSON Web Token validation")
    if not token.scopes.intersection(scopes):
        raise refusals.insufficient_scope(scopes)
    return token


def client_of(tenant: Auth0Tenant, request: Request) -> str:
    """Returns the application whose token a request has, which `require` let through."""
    return tenant.issued[request.headers["Authorization"].partition(" ")[2]].client_id


def expire_all(tenant: Auth0Tenant) -> None:
    """Makes every token issued so far an expired one; a new one works."""
    now = tenant.clock()
    tenant.issued = {value: replace(token, expires_at=now) for value, token in tenant.issued.items()}


def _authenticate(tenant: Auth0Tenant, asked: dict[str, Any]) -> Auth0Client:
    """Returns the client whose id and secret were sent."""
    client = tenant.state.clients.get(str(asked.get("client_id")))
    if client is None or not secrets.compare_digest(
        client.client_secret.encode(), str(asked.get("client_secret")).encode()
    ):
        raise refusals.oauth_error(401, "access_denied", "Unauthorized")
    return client


def _check_audience(tenant: Auth0Tenant, client: Auth0Client, audience: str) -> None:
    """Refuses another API, a missing trailing slash, and a client without a grant.

    A real tenant is only reached by https and its API is named so; clients may name the emulator either way, and by
    the name of its address.
    """
    own = f"https://{tenant.url.partition('://')[2]}/api/v2/"
    sent = audience.replace("http://", "https://", 1).replace("https://localhost", f"https://{LOOPBACK}", 1)
    if client.granted and own in {audience.replace("http://", "https://", 1), sent}:
        return
    text = (
        f'Client is not authorized to access "{audience}". You need to create a "client-grant" associated to this API.'
    )
    raise refusals.oauth_error(403, "access_denied", text)


def discover(tenant: Auth0Tenant, _request: Request) -> HttpAnswer:
    """Tells anybody where tokens are given out, as OpenID Connect Discovery 1.0 has it."""
    endpoints = {name: f"{tenant.url}/{path}" for name, path in _ENDPOINTS.items()}
    return HttpAnswer(200, {"issuer": f"{tenant.url}/", **endpoints})


ROUTES = (Auth0Route("POST", PATH, issue), Auth0Route("GET", "/.well-known/openid-configuration", discover))
