"""Components: a domain that may send through SES, and a tenant that sends from it."""

from tenant_email.components.ses_sending_domain import SesSendingDomain
from tenant_email.components.tenant_email import TenantEmail

__all__ = ["SesSendingDomain", "TenantEmail"]
