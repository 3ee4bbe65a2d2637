"""How an application logs in: client credentials, for a token for the Management API.

Source: docs/contracts/auth0.md#authentication.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.net.tokens import token_of
from tenant_email.platforms.auth0 import answers

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.net.client import Client, Token
    from tenant_email.tenants.connections import Connection

_LIFETIME: Final = 86_400  # seconds, of a token that names none


def login(connection: Connection) -> Callable[[Client], Token]:
    """Returns how to get a token for the Management API."""

    def token(client: Client) -> Token:
        connection.require_credentials()
        grant = {
            "grant_type": "client_credentials",
            "client_id": connection.plain["clientId"],
            "client_secret": connection.secret["clientSecret"].reveal(),
            "audience": f"{connection.url}/api/v2/",
        }
        return token_of(client, client.login("/oauth/token", answers.TOKEN, grant), _LIFETIME)

    return token
