"""A stand-in for a PingOne AIC tenant, as far as email goes; written from docs/contracts/pingone_aic.md alone."""

from tenant_email_local.emulators.pingone_aic.emulator import AicEmulator
from tenant_email_local.emulators.pingone_aic.graph import GraphStandIn
from tenant_email_local.emulators.pingone_aic.state import AicState, AicSwitches, Environment, ServiceAccount

__all__ = ["AicEmulator", "AicState", "AicSwitches", "Environment", "GraphStandIn", "ServiceAccount"]
