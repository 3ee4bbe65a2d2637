"""The resources: typed inputs and outputs, no logic beyond turning arguments into properties."""

from tenant_email.resources.aws import AwsKeyReady, AwsKeySlot
from tenant_email.resources.ses import SesAccount, SesDkimKey, SesDomainIdentity, SesDomainVerification
from tenant_email.resources.tenant import EmailProvider, EmailTemplate

__all__ = [
    "AwsKeyReady",
    "AwsKeySlot",
    "EmailProvider",
    "EmailTemplate",
    "SesAccount",
    "SesDkimKey",
    "SesDomainIdentity",
    "SesDomainVerification",
]
