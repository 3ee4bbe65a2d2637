"""Auth0: its settings."""

from tenant_email.platforms.auth0.settings import (
    AzureCs,
    Custom,
    Mailgun,
    Mandrill,
    Ms365,
    Other,
    Resend,
    SendGrid,
    Ses,
    Smtp,
    SparkPost,
    Template,
)

__all__ = [
    "AzureCs",
    "Custom",
    "Mailgun",
    "Mandrill",
    "Ms365",
    "Other",
    "Resend",
    "SendGrid",
    "Ses",
    "Smtp",
    "SparkPost",
    "Template",
]
