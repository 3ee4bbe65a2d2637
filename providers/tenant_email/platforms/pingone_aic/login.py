"""How a service account logs in: a JWT that it signs, for a token of 15 minutes.

Source: docs/contracts/pingone_aic.md#authentication.
"""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import jwt

from tenant_email.errors import Forbidden, InvalidSettings, Problem
from tenant_email.inputs.unusable_values import read_json
from tenant_email.net.tokens import token_of
from tenant_email.platforms.pingone_aic import answers
from tenant_email.platforms.pingone_aic.capabilities import CONNECTION
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.json_types import Props
    from tenant_email.net.client import Client, Token
    from tenant_email.tenants.connections import Connection

TOKEN_PATH: Final = "/am/oauth2/access_token"  # noqa: S105 - a path
SCOPES: Final = frozenset(CONNECTION.scopes)
_GRANT: Final = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_SECONDS: Final = 120  # at most 180 are allowed; the rest is for clocks that differ
_LIFETIME: Final = 899  # seconds, of a token that names none (docs/contracts/pingone_aic.md#authentication)
_PRIVATE: Final = ("d", "p", "q", "dp", "dq", "qi")


def login(connection: Connection, scopes: frozenset[str] = SCOPES) -> Callable[[Client], Token]:
    """Returns how to get a token: with the usual scopes for both APIs."""

    def token(client: Client) -> Token:
        connection.require_credentials()
        answer = client.login(
            TOKEN_PATH, answers.TOKEN, form=lambda: _form(connection, client.clock(), scopes), is_dated=True
        )
        if missing := scopes - set(answer.get("scope", "").split()):
            message = f"{client.who}: the token lacks the scope {' and '.join(sorted(missing))}"
            raise Forbidden(message, remedy=f"Grant the service account the scopes {' and '.join(sorted(scopes))}.")
        return token_of(client, answer, _LIFETIME)

    return token


def _form(connection: Connection, now: float, scopes: frozenset[str]) -> dict[str, str]:
    """Returns the form of one try: an assertion may be used once."""
    return {
        "client_id": "service-account",
        "grant_type": _GRANT,
        "assertion": _assertion(connection, now),
        "scope": " ".join(sorted(scopes)),
    }


def _assertion(connection: Connection, now: float) -> str:
    key, kid = _key(connection)
    account = connection.plain["serviceAccountId"]
    claims = {
        "iss": account,
        "sub": account,
        "aud": connection.token_endpoint(TOKEN_PATH),
        "exp": int(now) + _ASSERTION_SECONDS,
        "jti": str(uuid.uuid4()),
    }
    return jwt.encode(claims, key, algorithm="RS256", headers={"kid": kid} if kid else None)


def _key(connection: Connection) -> tuple[jwt.PyJWK, str | None]:
    """Returns the private key and its id; InvalidSettings, without a word of the key, when it is none."""
    try:
        text = connection.secret["serviceAccountKey"].reveal()
        jwk: Props = read_json(text)
        for name in _PRIVATE:
            Secret(str(jwk[name]))
        kid = jwk.get("kid")
        return _loaded(text), kid if isinstance(kid, str) else None
    except (ValueError, KeyError, TypeError, jwt.PyJWTError):
        where = connection.source("serviceAccountKey")
        remedy = "Set it to the whole JSON of the key (kty, n, e, d, …) that was downloaded with the service account."
        problem = Problem(where, "is not a private RSA key in JWK form", remedy)
        raise InvalidSettings(f"{connection.platform} {connection.host}", (problem,)) from None


@lru_cache(maxsize=4)  # checking the numbers of a key takes longer than all else of a login, and each login asks for it
def _loaded(text: str) -> jwt.PyJWK:
    return jwt.PyJWK(read_json(text), "RS256")
