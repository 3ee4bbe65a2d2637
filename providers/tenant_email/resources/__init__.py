"""The resources: typed inputs and outputs, no logic beyond turning arguments into properties."""

from tenant_email.resources.ses import AwsKeyReady, SesDomainIdentity, SesDomainVerification
from tenant_email.resources.tenant import EmailProvider, EmailTemplate

__all__ = ["AwsKeyReady", "EmailProvider", "EmailTemplate", "SesDomainIdentity", "SesDomainVerification"]
