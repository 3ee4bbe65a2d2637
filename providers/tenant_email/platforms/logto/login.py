"""How an application logs in: client credentials, for a token of the Management API.

Source: docs/contracts/logto.md#authentication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import Forbidden
from tenant_email.net.tokens import token_of
from tenant_email.platforms.logto import answers
from tenant_email.platforms.logto.remedies import ROLE

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.net.client import Client, Token
    from tenant_email.tenants.connections import Connection

_SCOPE: Final = "all"
_LIFETIME: Final = 3600  # seconds, of a token that names none
_CLOUD: Final = ".logto.app"


def resource(connection: Connection) -> str:
    """Returns what the token is for: Cloud tenants have an API each, others all the same."""
    return f"{connection.url}/api" if connection.host.endswith(_CLOUD) else "https://default.logto.app/api"


def login(connection: Connection) -> Callable[[Client], Token]:
    """Returns how to get a token; one without the scope, which Logto gives silently, is an error here."""

    def token(client: Client) -> Token:
        connection.require_credentials()
        grant = {
            "grant_type": "client_credentials",
            "client_id": connection.plain["appId"],
            "client_secret": connection.secret["appSecret"].reveal(),
            "resource": resource(connection),
            "scope": _SCOPE,
        }
        answer = client.login("/oidc/token", answers.TOKEN, form=lambda: grant)
        if _SCOPE not in answer.get("scope", "").split():
            raise Forbidden(
                f"{client.who}: the token of application {connection.plain['appId']} may do nothing",
                remedy=f"Assign the application the machine-to-machine role {ROLE!r} in Logto's Console.",
                status=403,
            )
        return token_of(client, answer, _LIFETIME)

    return token
