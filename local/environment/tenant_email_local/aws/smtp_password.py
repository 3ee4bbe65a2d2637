"""Derives the SMTP password that SES accepts for a secret access key.

Source: docs/contracts/aws_ses.md#smtp-password.
"""

import base64
import hashlib
import hmac

VERSION = b"\x04"
DATE = "11111111"


def smtp_password(secret_access_key: str, region: str) -> str:
    """Returns the 44 characters that authenticate the key at the region's SMTP endpoint."""
    key = f"AWS4{secret_access_key}".encode()
    for part in (DATE, region, "ses", "aws4_request", "SendRawEmail"):
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return base64.b64encode(VERSION + key).decode()
