"""Pulumi resources for the e-mail configuration of identity tenants."""

from tenant_email import pingone_aic
from tenant_email.components import SesSendingDomain, TenantEmail
from tenant_email.platforms import auth0, logto
from tenant_email.resources import (
    AwsKeyReady,
    AwsKeySlot,
    EmailProvider,
    EmailTemplate,
    SesAccount,
    SesDkimKey,
    SesDomainIdentity,
    SesDomainVerification,
)

__all__ = [
    "AwsKeyReady",
    "AwsKeySlot",
    "EmailProvider",
    "EmailTemplate",
    "SesAccount",
    "SesDkimKey",
    "SesDomainIdentity",
    "SesDomainVerification",
    "SesSendingDomain",
    "TenantEmail",
    "auth0",
    "logto",
    "pingone_aic",
]
