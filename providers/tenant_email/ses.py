"""Typed values for SesSendingDomain and SesDomainIdentity, as in `ses.ByoDkim(selector="mail-2026")`."""

from tenant_email.resources.ses_event_values import Alarms, CloudWatch, Dimension, EventBus, Events, SnsTopic, Vdm
from tenant_email.resources.ses_values import (
    ByoDkim,
    Dmarc,
    DnsZone,
    EasyDkim,
    IamUser,
    KeySlots,
    MtaSts,
    ReplicaDkim,
    SendingPolicy,
    TlsReports,
    Verification,
)

__all__ = [
    "Alarms",
    "ByoDkim",
    "CloudWatch",
    "Dimension",
    "Dmarc",
    "DnsZone",
    "EasyDkim",
    "EventBus",
    "Events",
    "IamUser",
    "KeySlots",
    "MtaSts",
    "ReplicaDkim",
    "SendingPolicy",
    "SnsTopic",
    "TlsReports",
    "Vdm",
    "Verification",
]
