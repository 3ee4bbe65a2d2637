"""Logto: its settings, and the texts that its connectors start with."""

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
]
