"""PingOne Advanced Identity Cloud: the settings that users write."""

from tenant_email.platforms.pingone_aic.placeholders import esv
from tenant_email.platforms.pingone_aic.settings import BuiltIn, MsGraph, Smtp, Template

__all__ = ["BuiltIn", "MsGraph", "Smtp", "Template", "esv"]
