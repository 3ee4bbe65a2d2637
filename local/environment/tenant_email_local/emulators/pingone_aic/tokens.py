"""The token endpoint of service accounts and the checks of an access token.

Source: docs/contracts/pingone_aic.md#authentication.
"""

from __future__ import annotations

import json
import secrets
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import jwt

from tenant_email_local.emulators.pingone_aic import refusals
from tenant_email_local.emulators.pingone_aic.tenant import AicRoute, AicTenant, AicToken
from tenant_email_local.emulators.server import HttpAnswer, sent_fields

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.pingone_aic.state import ServiceAccount

TOKEN_PATH: Final = "/am/oauth2/access_token"  # noqa: S105  # a path
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_LIFETIME: Final = 899  # seconds
_LONGEST_ASSERTION: Final = 180  # seconds


def issue(tenant: AicTenant, request: Request) -> HttpAnswer:
    """Gives a service account a token for the scopes it asks for and has."""
    form: dict[str, Any] = sent_fields(request)
    if form.get("client_id") != "service-account":
        raise refusals.oauth("invalid_client", "Client authentication failed")
    if form.get("grant_type") != _GRANT:
        raise refusals.oauth("unsupported_grant_type", f"Grant type is not supported: {form.get('grant_type')}")
    account = _read_assertion(tenant, str(form.get("assertion", "")))
    asked = str(form.get("scope", "")).split()
    if unsupported := [scope for scope in asked if scope not in account.scopes]:
        raise refusals.oauth("invalid_scope", f"Unsupported scope for service account: {','.join(unsupported)}")
    value = secrets.token_urlsafe(32)
    tenant.issued[value] = AicToken(account.id, frozenset(asked), tenant.clock() + _LIFETIME)
    document = {"access_token": value, "scope": " ".join(asked), "token_type": "Bearer", "expires_in": _LIFETIME}
    return HttpAnswer(200, document)


def require(tenant: AicTenant, request: Request, scopes: tuple[str, ...]) -> AicToken:
    """Refuses a request whose token is unknown, expired or without any of the scopes."""
    kind, _, value = request.headers.get("Authorization", "").partition(" ")
    token = tenant.issued.get(value) if kind.lower() == "bearer" else None
    environment = request.path.startswith("/environment/")
    if token is None or token.expires_at <= tenant.clock():
        raise refusals.environment(401, "Access Denied") if environment else refusals.config(401, "Access Denied")
    if scopes and not token.scopes.intersection(scopes):
        raise refusals.environment(403, "Access denied") if environment else refusals.config(403, "Access denied")
    return token


def account(tenant: AicTenant, _request: Request, account_id: str) -> HttpAnswer:
    """Shows a service account's own record; what is none is forbidden, as all other managed objects are."""
    found = tenant.state.accounts.get(account_id)
    if found is None:
        raise refusals.config(403, "Access denied")
    document = {
        "_id": found.id,
        "_rev": "1",
        "accountStatus": "active",
        "name": found.name,
        "description": None,
        "scopes": sorted(found.scopes),
        "jwks": json.dumps({"keys": found.jwks}),
        "maxCachingTime": "15",
        "maxIdleTime": "15",
        "maxSessionTime": "15",
        "quotaLimit": "5",
    }
    return HttpAnswer(200, document | found.record)


def _read_assertion(tenant: AicTenant, assertion: str) -> ServiceAccount:
    """Returns the account that signed an assertion."""
    try:
        claims = jwt.decode(assertion, options={"verify_signature": False})
        header = jwt.get_unverified_header(assertion)
        account = tenant.state.accounts[claims["iss"]]
        _verify(tenant, assertion, header.get("kid"), account)
    except (jwt.PyJWTError, KeyError):
        raise refusals.oauth("invalid_grant", "JWT assertion is not valid") from None
    return account


def _verify(tenant: AicTenant, assertion: str, kid: str | None, account: ServiceAccount) -> None:
    """Raises PyJWTError unless signature, subject, audience and life time are right; the clock is the emulator's."""
    key = next((key for key in account.jwks if kid in (None, key.get("kid"))), None)
    if key is None:
        raise jwt.InvalidKeyError("no such key")
    claims = jwt.decode(
        assertion,
        jwt.PyJWK(key, "RS256"),
        algorithms=["RS256"],
        audience=_audiences(tenant),
        options={"require": ["iss", "sub", "aud", "exp", "jti"], "verify_exp": False, "verify_iat": False},
    )
    left = claims["exp"] - tenant.clock()
    if claims["sub"] != account.id or not 0 < left <= _LONGEST_ASSERTION:
        raise jwt.InvalidTokenError("wrong subject or life time")


def _audiences(tenant: AicTenant) -> list[str]:
    """Returns the token endpoint as all spellings that are accepted live: without, with and with one more port.

    An official client writes the port behind the origin, which on this machine has one already.
    """
    parts = urlsplit(tenant.login_url)
    spellings = (tenant.login_url, f"{parts.scheme}://{parts.netloc}:{parts.port}{parts.path}")
    hosts = (f"https://{parts.hostname}", f"https://{parts.hostname}:443")
    return [f"{origin}{TOKEN_PATH}" for origin in (*spellings, *hosts)]


ROUTES: Final = (
    AicRoute("POST", TOKEN_PATH, issue, token=False),
    AicRoute("GET", "/openidm/managed/svcacct/<account_id>", account, ("fr:idm:*",)),
)
