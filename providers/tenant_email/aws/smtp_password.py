"""SMTP credentials for SES, derived from an IAM key (docs/contracts/aws_ses.md#smtp-password).

Derived here and not taken from `aws.iam.AccessKey.ses_smtp_password_v4`: that one is computed once, for the region of
the AWS provider, and a password is only good in the region it was derived for.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from tenant_email.aws.regions import COMMERCIAL, dns_suffix, nearby, partition_of, regions, ses_regions
from tenant_email.errors import NotSupported

_VERSION: Final = b"\x04"
# AWS fixed this date when it published the algorithm; it is not an expiry.
_STEPS_BEFORE_REGION: Final = "11111111"
_STEPS_AFTER_REGION: Final = ("ses", "aws4_request", "SendRawEmail")

# Of the commercial partition, where some regions with SES have none; elsewhere every region with SES has one.
SMTP_REGIONS: Final = frozenset(
    {
        "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1", "ap-southeast-2",
        "ca-central-1", "eu-central-1", "eu-north-1", "eu-west-1", "eu-west-2", "eu-west-3", "sa-east-1",
        "us-east-1", "us-east-2", "us-gov-west-1", "us-west-1", "us-west-2",
    }
)  # fmt: skip

DEFAULT_SMTP_PORT: Final = 587


def smtp_password(secret_access_key: str, region: str) -> str:
    """Returns the SMTP password of an IAM key, good in that region only.

    The key must be a long-lived one: SES accepts no SMTP password of a temporary (STS) key.
    """
    key = ("AWS4" + secret_access_key).encode()
    for step in (_STEPS_BEFORE_REGION, region, *_STEPS_AFTER_REGION):
        key = hmac.digest(key, step.encode(), hashlib.sha256)
    return base64.b64encode(_VERSION + key).decode()


def has_smtp(region: str) -> bool:
    """Returns whether SES is known to have an SMTP endpoint in a region."""
    partition = partition_of(region)
    return region in SMTP_REGIONS or (partition != COMMERCIAL and region in ses_regions(partition))


def smtp_host(region: str, override: str | None = None) -> str:
    """Returns the SMTP host of SES in that region, or `override` where AWS has opened one since this was written.

    Raises:
        NotSupported: SES has an API but no SMTP endpoint there.
    """
    if override:
        return override
    if not has_smtp(region):
        near = ", ".join(nearby(region, SMTP_REGIONS & regions(partition_of(region))))
        raise NotSupported(
            f"ses {region}: no SMTP endpoint is known for this region"
            + (f"; those nearby are in {near}" if near else ""),
            remedy="Send through the API there, choose one of "
            + ", ".join(sorted(SMTP_REGIONS))
            + ", or set the host yourself (smtp_host).",
        )
    return f"email-smtp.{region}.{dns_suffix(region)}"
