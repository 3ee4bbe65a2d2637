"""What credentials look like, by the forms that their makers give them."""

from __future__ import annotations

import re
from typing import Final

AWS_KEY_ID: Final = "an AWS access key"
_SHAPES: Final = {
    AWS_KEY_ID: r"(?<![A-Z0-9])(?:AKIA|ASIA)(?![A-Z0-9]{9}EXAMPLE)[A-Z2-7]{16}(?![A-Z0-9])",
    "a SendGrid API key": r"(?<![\w.-])SG\.[\w-]{16,32}\.[\w-]{32,64}(?![\w-])",
    "a Mailgun API key": r"(?<![\w-])key-[0-9a-f]{32}(?![0-9a-f])",
    "a Resend API key": r"(?<![\w-])re_(?=\w*\d)(?=\w*[A-Z])[A-Za-z0-9]{6,}_?[A-Za-z0-9]{16,}(?!\w)",
    "a Brevo API key": r"(?<![\w-])xkeysib-[0-9a-f]{32,64}-[A-Za-z0-9]{12,20}(?![\w-])",
    "a Mandrill API key": r"(?<![\w-])md-(?=[\w-]*\d)(?=[\w-]*[A-Z])[A-Za-z0-9_-]{22}(?![\w-])",
    "a MailerSend token": r"(?<![\w.])mlsn\.[0-9a-f]{64}(?![0-9a-f])",
    "an Azure connection string": r"(?i)endpoint=https://[^;\s]+;accesskey=[A-Za-z0-9+/=]{20,}",
    "a JSON Web Token": r"(?<![\w-])eyJ[\w-]{10,}\.eyJ[\w-]{10,}\.[\w-]{10,}",
    "a private key": r"-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----",
}
_PATTERNS: Final = {what: re.compile(pattern) for what, pattern in _SHAPES.items()}


def shape_of(text: str) -> str | None:
    """Returns what a text holds that looks like a credential, as in "a SendGrid API key"; else None."""
    return next((what for what, pattern in _PATTERNS.items() if pattern.search(text)), None)
