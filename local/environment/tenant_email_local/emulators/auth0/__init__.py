"""A stand-in for an Auth0 tenant, as far as email goes; written from docs/contracts/auth0.md alone."""

from tenant_email_local.emulators.auth0.emulator import Auth0Emulator
from tenant_email_local.emulators.auth0.limits import SubscriptionPlan
from tenant_email_local.emulators.auth0.state import Auth0Client, Auth0State, Auth0Switches, Auth0User, Log

__all__ = ["Auth0Client", "Auth0Emulator", "Auth0State", "Auth0Switches", "Auth0User", "Log", "SubscriptionPlan"]
