"""What OpenID Connect clients look up before they log in: the endpoints of a tenant, and its public key."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from collections.abc import Mapping

_ENDPOINTS: Final = {
    "authorization_endpoint": "auth",
    "device_authorization_endpoint": "device/auth",
    "end_session_endpoint": "session/end",
    "introspection_endpoint": "token/introspection",
    "jwks_uri": "jwks",
    "pushed_authorization_request_endpoint": "request",
    "revocation_endpoint": "token/revocation",
    "token_endpoint": "token",
    "userinfo_endpoint": "me",
}
_ABLE: Final[dict[str, Any]] = {
    **dict.fromkeys(
        (
            "authorization_response_iss_parameter_supported",
            "backchannel_logout_session_supported",
            "backchannel_logout_supported",
        ),
        True,
    ),
    **dict.fromkeys(("claims_parameter_supported", "request_uri_parameter_supported"), False),
}
_LISTS: Final = {
    "claim_types_supported": "normal",
    "claims_supported": (
        "sub name family_name given_name middle_name nickname preferred_username profile picture website gender "
        "birthdate zoneinfo locale updated_at username created_at email email_verified phone_number "
        "phone_number_verified address custom_data identities sso_identities roles organizations organization_data "
        "organization_roles sid auth_time iss"
    ),
    "code_challenge_methods_supported": "S256",
    "grant_types_supported": (
        "implicit authorization_code refresh_token client_credentials "
        "urn:ietf:params:oauth:grant-type:device_code urn:ietf:params:oauth:grant-type:token-exchange"
    ),
    "id_token_signing_alg_values_supported": "ES384",
    "response_modes_supported": "form_post fragment query",
    "scopes_supported": (
        "openid offline_access profile email phone address custom_data identities roles "
        "urn:logto:scope:organizations urn:logto:scope:organization_roles urn:logto:scope:sessions "
        "urn:logto:scope:trusted_devices"
    ),
    "subject_types_supported": "public",
    "token_endpoint_auth_methods_supported": (
        "client_secret_basic client_secret_jwt client_secret_post private_key_jwt none"
    ),
    "token_endpoint_auth_signing_alg_values_supported": "HS256 RS256 PS256 ES256 Ed25519 EdDSA",
}


def configuration(url: str) -> HttpAnswer:
    """Answers what the tenant at a URL has; of its endpoints only those of tokens and keys are here."""
    endpoints = {name: f"{url}/oidc/{path}" for name, path in _ENDPOINTS.items()}
    lists = {name: words.split() for name, words in _LISTS.items()}
    responses = {"response_types_supported": ["code id_token", "code", "id_token", "none"]}
    return HttpAnswer(200, {"issuer": f"{url}/oidc", **endpoints, **_ABLE, **lists, **responses})


def keys(key: Mapping[str, str]) -> HttpAnswer:
    """Answers the public key that tokens are signed with."""
    shown = {"keys": [{"alg": "ES384", "crv": "P-384", "kty": "EC", "use": "sig", **key}]}
    return HttpAnswer(200, json.dumps(shown), {"Content-Type": "application/jwk-set+json; charset=utf-8"})
