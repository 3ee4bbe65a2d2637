"""Pulumi resources for the email configuration of identity tenants.

Each name is loaded when it is first used: a program with one platform pays for no other, nor for AWS.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from tenant_email import auth0, dns, logto, pingone_aic, ses
    from tenant_email.components.ses_regions import active_sending_domain
    from tenant_email.components.ses_sending_domain import SesSendingDomain
    from tenant_email.components.tenant_email import TenantEmail
    from tenant_email.platforms.settings import ProviderSettings, TemplateSettings
    from tenant_email.resources.aws import AwsKeyReady
    from tenant_email.resources.ses import SesDomainIdentity
    from tenant_email.resources.ses_account import SesAccount
    from tenant_email.resources.ses_dkim_key import SesDkimKey
    from tenant_email.resources.ses_verification import SesDomainVerification
    from tenant_email.resources.tenant import EmailProvider, EmailTemplate
    from tenant_email.starters.brand import Brand

__all__ = [
    "AwsKeyReady",
    "Brand",
    "EmailProvider",
    "EmailTemplate",
    "ProviderSettings",
    "SesAccount",
    "SesDkimKey",
    "SesDomainIdentity",
    "SesDomainVerification",
    "SesSendingDomain",
    "TemplateSettings",
    "TenantEmail",
    "active_sending_domain",
    "auth0",
    "dns",
    "logto",
    "pingone_aic",
    "ses",
]

_MODULES: Final = ("auth0", "dns", "logto", "pingone_aic", "ses")
_HOMES: Final = {
    "AwsKeyReady": "resources.aws",
    "Brand": "starters.brand",
    "EmailProvider": "resources.tenant",
    "EmailTemplate": "resources.tenant",
    "ProviderSettings": "platforms.settings",
    "SesAccount": "resources.ses_account",
    "SesDkimKey": "resources.ses_dkim_key",
    "SesDomainIdentity": "resources.ses",
    "SesDomainVerification": "resources.ses_verification",
    "SesSendingDomain": "components.ses_sending_domain",
    "TemplateSettings": "platforms.settings",
    "TenantEmail": "components.tenant_email",
    "active_sending_domain": "components.ses_regions",
}


def __getattr__(name: str) -> Any:
    """Loads a public name (PEP 562)."""
    if name in _MODULES:
        found: Any = import_module(f"{__name__}.{name}")
    elif name in _HOMES:
        found = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = found
    return found


def __dir__() -> list[str]:
    """Returns the public names, loaded or not."""
    return sorted({*globals(), *__all__})
