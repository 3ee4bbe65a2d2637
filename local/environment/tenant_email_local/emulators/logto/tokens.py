"""POST /oidc/token, and the checks of an access token (docs/contracts/logto.md#authentication)."""

from __future__ import annotations

import base64
import json
import secrets
from typing import TYPE_CHECKING, Any, Final

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from tenant_email_local.emulators.logto import discovery, refusals
from tenant_email_local.emulators.server import HttpAnswer, sent_fields

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.state import Application
    from tenant_email_local.emulators.logto.tenant import LogtoTenant
    from tenant_email_local.emulators.server import Refusal

PATH: Final = "/oidc/token"
_OTHERS_GRANTS: Final = frozenset({"authorization_code", "refresh_token"})
LIFETIME: Final = 3600
_KEY_ID: Final = "local"
_KEY: Final = ec.generate_private_key(ec.SECP384R1())
_MESSAGES: Final = {
    "access_denied": "Access denied.",
    "invalid_request": "Request is invalid.",
    "invalid_target": "Invalid resource indicator.",
    "unsupported_grant_type": "Unsupported `grant_type` requested.",
}


def answer(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Answers at /oidc: tokens, and what is to be known before one asks for them."""
    path = request.path.removesuffix("/")
    match request.method, path.removeprefix("/oidc"):
        case "POST", "/token":
            return issue(tenant, request)
        case "GET", "/.well-known/openid-configuration":
            return discovery.configuration(tenant.url)
        case "GET", "/jwks":
            public = _KEY.public_key().public_numbers()
            shown = {"x": _base64(public.x.to_bytes(48)), "y": _base64(public.y.to_bytes(48))}
            return discovery.keys({"kid": _KEY_ID, **shown})
        case _:
            pass
    description = f"unrecognized route or not allowed method ({request.method} on {path.removeprefix('/oidc')})"
    raise _error(404, "invalid_request", description)


def issue(tenant: LogtoTenant, request: Request, *, at_admin: bool = False) -> HttpAnswer:
    """Gives an application its token; without role or asked scope one that may do nothing, and says so nowhere.

    At the admin endpoint log in the applications of the admin tenant, and no others.
    """
    if request.mimetype.startswith("text/"):
        words = "only application/x-www-form-urlencoded content-type bodies are supported on POST /token"
        raise _error(400, "invalid_request", words)
    asked: dict[str, Any] = sent_fields(request)
    state = tenant.state
    application = _authenticate(state.admin_applications if at_admin else state.applications, request, asked)
    if not asked.get("grant_type"):
        raise _error(400, "invalid_request", "missing required parameter 'grant_type'")
    if asked["grant_type"] in _OTHERS_GRANTS:
        raise _error(400, "invalid_request", "requested grant type is not allowed for this client")
    if asked["grant_type"] != "client_credentials":
        raise _error(400, "unsupported_grant_type", "unsupported grant_type requested")
    if asked.get("organization_id") and not asked.get("resource"):
        raise _error(403, "access_denied", "app has not associated with the organization")
    if not asked.get("resource"):
        raise _error(400, "invalid_target", "both `resource` and `organization_id` are not provided")
    if ":" not in asked["resource"]:
        raise _error(400, "invalid_target", "resource indicator must be an absolute URI")
    if asked["resource"] != tenant.resource:
        raise _error(400, "invalid_target", "resource indicator is missing, or unknown")
    granted = application.has_role and "all" in str(asked.get("scope", "")).split()
    scope = {"scope": "all"} if granted else {}
    token = _jwt(tenant, application, scope)
    tenant.issued[token] = granted, tenant.clock() + LIFETIME
    return HttpAnswer(200, {"access_token": token, "expires_in": LIFETIME, "token_type": "Bearer", **scope})


def require(tenant: LogtoTenant, request: Request) -> None:
    """Refuses a request to the Management API without a token that may do everything."""
    header = request.headers.get("Authorization")
    if not header:
        raise refusals.refusal(401, "auth.authorization_header_missing")
    token = header.removeprefix("Bearer")[1:]
    if not header.startswith("Bearer"):
        code = "auth.authorization_token_type_not_supported"
        raise refusals.refusal(401, code, data={"supportedTypes": ["Bearer"]})
    if token not in tenant.issued:
        unlike = {"code": "ERR_JWS_INVALID", "name": "JWSInvalid"}
        altered = {"code": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED", "name": "JWSSignatureVerificationFailed"}
        raise refusals.refusal(401, "auth.unauthorized", data=altered if token.strip() in tenant.issued else unlike)
    granted, until = tenant.issued[token]
    if until <= tenant.clock():
        raise refusals.refusal(401, "auth.unauthorized", data={"code": "ERR_JWT_EXPIRED", "name": "JWTExpired"})
    if not granted:
        raise refusals.refusal(403, "auth.forbidden")


def expire_all(tenant: LogtoTenant) -> None:
    """Makes every token issued so far an expired one."""
    tenant.issued = {token: (granted, tenant.clock()) for token, (granted, _) in tenant.issued.items()}


def _authenticate(known: dict[str, Application], request: Request, asked: dict[str, Any]) -> Application:
    header, posted = request.headers.get("Authorization"), str(asked.get("client_secret") or "")
    basic = request.authorization if header else None
    if header and posted:
        raise _error(400, "invalid_request", "client authentication must only be provided using one mechanism")
    if header and (basic is None or basic.type != "basic" or not basic.username):
        raise _error(400, "invalid_request", "invalid authorization header value format")
    named = asked.get("client_id")
    client_id = (basic.username if basic else None) or named
    secret = (basic.password if basic else None) or posted
    if not client_id:
        raise _error(400, "invalid_request", "no client authentication mechanism provided")
    if named not in (None, client_id):
        raise _error(400, "invalid_request", "client_id mismatch")
    application = known.get(client_id)
    if application is None:
        raise _error(400, "invalid_client", f"invalid client {client_id}")
    if not secrets.compare_digest(application.secret.encode(), secret.encode()):
        raise _error(401, "invalid_client", "client authentication failed")
    return application


def _error(status: int, error: str, description: str) -> Refusal:
    message = _MESSAGES.get(error, f"An OIDC error occurred: oidc.{error}.")
    return refusals.refusal(status, f"oidc.{error}", message, error=error, error_description=description)


def _jwt(tenant: LogtoTenant, application: Application, scope: dict[str, str]) -> str:
    now = int(tenant.clock())
    claims = {
        "jti": secrets.token_urlsafe(32),
        "sub": application.id,
        "iat": now,
        "exp": now + LIFETIME,
        "client_id": application.id,
        "iss": f"{tenant.url}/oidc",
        "aud": tenant.resource,
        **scope,
    }
    signed = f"{_part({'alg': 'ES384', 'typ': 'at+jwt', 'kid': _KEY_ID})}.{_part(claims)}"
    r, s = decode_dss_signature(_KEY.sign(signed.encode(), ec.ECDSA(hashes.SHA384())))
    return f"{signed}.{_base64(r.to_bytes(48) + s.to_bytes(48))}"


def _part(document: dict[str, Any]) -> str:
    return _base64(json.dumps(document).encode())


def _base64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
