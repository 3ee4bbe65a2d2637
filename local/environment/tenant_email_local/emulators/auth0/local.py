"""The Auth0 tenant of a local machine: one application that may manage it, one user to send mail to."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.emulator import Auth0Emulator
from tenant_email_local.emulators.auth0.state import Auth0Client, Auth0State, Auth0User

if TYPE_CHECKING:
    from tenant_email_local.emulators.delivery import Delivery

USER: Final = Auth0User("auth0|ada", "ada@customer.example", "Ada")
_CLIENT: Final = Auth0Client("local-management-client", "local-management-secret", name="Local management")


def tenant(port: int, delivery: Delivery) -> Auth0Emulator:
    """Returns the emulator of a fresh tenant."""
    state = Auth0State(clients={_CLIENT.client_id: replace(_CLIENT)}, users={USER.user_id: replace(USER)})
    return Auth0Emulator(port=port, state=state, delivery=delivery)


def environment(emulator: Auth0Emulator) -> dict[str, str]:
    """Returns the variables that log a stack in to it."""
    client = emulator.client
    return {
        "AUTH0_DOMAIN": emulator.url,
        "AUTH0_CLIENT_ID": client.client_id,
        "AUTH0_CLIENT_SECRET": client.client_secret,
        **emulator.trusting("AUTH0_CA_FILE"),
    }
