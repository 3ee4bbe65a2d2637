"""A stand-in for an Auth0 tenant, as far as email goes; written from docs/contracts/auth0.md alone."""

from tenant_email_local.emulators.auth0.emulator import Auth0Emulator
from tenant_email_local.emulators.auth0.limits import Plan
from tenant_email_local.emulators.auth0.state import Client, Log, State, Switches, User

__all__ = ["Auth0Emulator", "Client", "Log", "Plan", "State", "Switches", "User"]
