"""Logto: its settings, the texts that its connectors start with, and the type of what each is for."""

from tenant_email.platforms.logto.settings import (
    STARTER_TEXTS,
    AliyunDm,
    AwsSes,
    Http,
    LogtoEmail,
    Mailgun,
    MailgunDelivery,
    MailJunky,
    MailText,
    Postmark,
    SendGrid,
    Smtp,
    Smtp2Go,
    Template,
)
from tenant_email.platforms.logto.texts import UsageType

__all__ = [
    "STARTER_TEXTS",
    "AliyunDm",
    "AwsSes",
    "Http",
    "LogtoEmail",
    "MailJunky",
    "MailText",
    "Mailgun",
    "MailgunDelivery",
    "Postmark",
    "SendGrid",
    "Smtp",
    "Smtp2Go",
    "Template",
    "UsageType",
]
