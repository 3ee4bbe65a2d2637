"""A stand-in for a Logto tenant, as far as email goes; written from docs/contracts/logto.md and recordings alone."""

from tenant_email_local.emulators.logto.emulator import LogtoEmulator
from tenant_email_local.emulators.logto.state import Application, LogtoState, LogtoSwitches, Row

__all__ = ["Application", "LogtoEmulator", "LogtoState", "LogtoSwitches", "Row"]
