"""PingOne Advanced Identity Cloud: its settings, its placeholders, and the resources that only it has."""

from tenant_email.platforms.pingone_aic.placeholders import esv
from tenant_email.platforms.pingone_aic.settings import BuiltIn, MsGraph, Smtp, Template
from tenant_email.resources.esvs import EsvRestart, EsvSecret, EsvVariable

__all__ = ["BuiltIn", "EsvRestart", "EsvSecret", "EsvVariable", "MsGraph", "Smtp", "Template", "esv"]
