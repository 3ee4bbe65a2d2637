"""Typed values for SesSendingDomain and SesDomainIdentity, as in `ses.ByoDkim(selector="mail-2026")`."""

from tenant_email.resources.ses_values import (
    ByoDkim,
    Dmarc,
    DnsZone,
    EasyDkim,
    IamUser,
    KeySlots,
    ReplicaDkim,
    SendingPolicy,
    Verification,
)

__all__ = [
    "ByoDkim",
    "Dmarc",
    "DnsZone",
    "EasyDkim",
    "IamUser",
    "KeySlots",
    "ReplicaDkim",
    "SendingPolicy",
    "Verification",
]
