"""The Logto tenant of a local machine: one application that may manage it, one organization to invite to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.logto.emulator import LogtoEmulator
from tenant_email_local.emulators.logto.state import Application, LogtoState

if TYPE_CHECKING:
    from tenant_email_local.emulators.delivery import Delivery

ORGANIZATION: Final = "local-organization"


def tenant(port: int, delivery: Delivery) -> LogtoEmulator:
    """Returns the emulator of a fresh tenant."""
    application = Application("local-management-app", "local-management-secret")
    state = LogtoState(applications={application.id: application}, organizations={ORGANIZATION: "Acme"})
    return LogtoEmulator(port=port, state=state, delivery=delivery)


def environment(emulator: LogtoEmulator) -> dict[str, str]:
    """Returns the variables that log a stack in to it."""
    application = emulator.application
    return {
        "LOGTO_ENDPOINT": emulator.url,
        **emulator.trusting("LOGTO_CA_FILE"),
        "LOGTO_APP_ID": application.id,
        "LOGTO_APP_SECRET": application.secret,
    }
