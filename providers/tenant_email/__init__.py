"""Pulumi resources for the e-mail configuration of identity tenants."""

from tenant_email.components import SesSendingDomain, TenantEmail
from tenant_email.platforms import auth0
from tenant_email.resources import (
    AwsKeyReady,
    EmailProvider,
    EmailTemplate,
    SesDomainIdentity,
    SesDomainVerification,
)

__all__ = [
    "AwsKeyReady",
    "EmailProvider",
    "EmailTemplate",
    "SesDomainIdentity",
    "SesDomainVerification",
    "SesSendingDomain",
    "TenantEmail",
    "auth0",
]
