"""What SES says about a domain identity, read once and tolerantly, and what follows from it.

Only facts that stay the same between two looks are kept: no counters, no times of the last check.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.errors import PlatformError
    from tenant_email.json_types import PropsView

Verdict = Literal["verified", "pending", "failed"]

EASY_DKIM_TOKENS: Final = 3
_NOT_STARTED: Final = "NOT_STARTED"
# Only for an answer without SigningHostedZone: AWS may choose the zone by cell
# (docs/contracts/aws_ses.md#signing-zone).
_REGIONAL_SIGNING_ZONES: Final = frozenset(
    {
        "af-south-1", "ap-northeast-3", "ap-south-2", "ap-southeast-3", "ap-southeast-5", "ca-west-1",
        "eu-central-2", "eu-south-1", "il-central-1", "me-central-1", "us-gov-east-1",
    }
)  # fmt: skip

_MAIL_FROM_TOO_EARLY: Final = re.compile(r"Provided MAIL-FROM domain .* not verified", re.IGNORECASE)
_EXPLANATIONS: Final = {
    "HOST_NOT_FOUND": "SES found no such name in DNS",
    "TYPE_NOT_FOUND": "SES found the name, but no record of the expected type",
    "INVALID_VALUE": "SES found the record with another value",
    "DNS_SERVER_ERROR": "the domain's name servers answered SES with an error or not at all",
    "SERVICE_ERROR": "SES had an internal error and will try again",
    "REPLICATION_ACCESS_DENIED": "SES is not allowed to copy the DKIM key from the parent region",
    "REPLICATION_PRIMARY_NOT_FOUND": "the parent region has no such identity",
    "REPLICATION_PRIMARY_BYO_DKIM_NOT_SUPPORTED": "the parent signs with its own key; it must use Easy DKIM",
    "REPLICATION_REPLICA_AS_PRIMARY_NOT_SUPPORTED": "the parent is a replica itself",
    "REPLICATION_PRIMARY_INVALID_REGION": "the parent region cannot be replicated from here",
}


@dataclass(frozen=True, slots=True)
class Dkim:
    """The signing side of an identity; key lengths are SES's words, such as RSA_2048_BIT."""

    enabled: bool
    status: str
    origin: str
    tokens: tuple[str, ...]
    signing_hosted_zone: str
    names_zone: bool  # False where the zone is a guess, because the answer did not say
    next_key_length: str | None
    current_key_length: str | None

    @property
    def ready(self) -> bool:
        """Returns whether everything that DNS needs is known: SES can make its tokens a moment after the identity."""
        return self.origin == "EXTERNAL" or len(self.tokens) == EASY_DKIM_TOKENS

    @property
    def is_set_up(self) -> bool:
        """Returns whether the identity has DKIM at all: one that was verified by SES's v1 API may have none."""
        return self.ready or self.status != _NOT_STARTED


@dataclass(frozen=True, slots=True)
class MailFrom:
    """A MAIL FROM domain, which SES verifies apart from the identity."""

    domain: str
    status: str
    on_mx_failure: str


@dataclass(frozen=True, slots=True)
class Identity:
    """A domain identity as it stands."""

    domain: str
    region: str
    status: str
    dkim: Dkim
    mail_from: MailFrom | None
    feedback_forwarding: bool
    configuration_set: str | None
    tags: Mapping[str, str]
    error_type: str | None
    name_server: str | None


def signing_hosted_zone(region: str) -> str:
    """Returns the zone that DKIM names point into in a region, as a guess for when the API does not say."""
    return f"dkim.{region}.amazonses.com" if region in _REGIONAL_SIGNING_ZONES else "dkim.amazonses.com"


def tag_map(listed: Sequence[PropsView] | None) -> dict[str, str]:
    """Returns tags as SES answers them by their names."""
    return {tag["Key"]: tag["Value"] for tag in listed or () if {"Key", "Value"} <= tag.keys()}


def parse_identity(domain: str, region: str, answer: PropsView) -> Identity:
    """Reads GetEmailIdentity; SES leaves out fields that its own model calls required."""
    info: PropsView = answer.get("VerificationInfo") or {}
    soa: PropsView = info.get("SOARecord") or {}
    return Identity(
        domain=domain,
        region=region,
        status=answer.get("VerificationStatus") or _NOT_STARTED,
        dkim=_dkim(region, answer.get("DkimAttributes") or {}),
        mail_from=_mail_from(answer.get("MailFromAttributes") or {}),
        feedback_forwarding=bool(answer.get("FeedbackForwardingStatus", True)),
        configuration_set=answer.get("ConfigurationSetName") or None,
        tags=tag_map(answer.get("Tags")),
        error_type=info.get("ErrorType") or None,
        name_server=soa.get("PrimaryNameServer") or None,
    )


def _dkim(region: str, answer: PropsView) -> Dkim:
    return Dkim(
        enabled=bool(answer.get("SigningEnabled", False)),
        status=answer.get("Status") or _NOT_STARTED,
        origin=answer.get("SigningAttributesOrigin") or "AWS_SES",
        tokens=tuple(answer.get("Tokens") or ()),
        signing_hosted_zone=answer.get("SigningHostedZone") or signing_hosted_zone(region),
        names_zone=bool(answer.get("SigningHostedZone")),
        next_key_length=answer.get("NextSigningKeyLength"),
        current_key_length=answer.get("CurrentSigningKeyLength"),
    )


def _mail_from(answer: PropsView) -> MailFrom | None:
    if not (domain := answer.get("MailFromDomain")):
        return None
    return MailFrom(
        domain,
        answer.get("MailFromDomainStatus") or "PENDING",
        answer.get("BehaviorOnMxFailure") or "USE_DEFAULT_VALUE",
    )


def verdict(identity: Identity) -> Verdict:
    """Decides whether the domain can send signed mail.

    Only by the two statuses: VerifiedForSendingStatus stays true while a new key is still pending, and an ErrorType
    can be left over from before a success. TEMPORARY_FAILURE is pending, SES goes on trying for 72 hours.
    """
    statuses = {identity.status, identity.dkim.status}
    if "FAILED" in statuses:
        return "failed"
    return "verified" if statuses == {"SUCCESS"} else "pending"


def mail_from_verdict(mail_from: MailFrom) -> Verdict:
    """Decides about MAIL FROM; a failed one is never looked at again until it is put again."""
    if mail_from.status == "FAILED":
        return "failed"
    return "verified" if mail_from.status == "SUCCESS" else "pending"


def why(identity: Identity) -> str:
    """Explains the verdict in a sentence, with what SES last met in DNS where it still matters."""
    text = f"{identity.domain} in {identity.region}: verification {identity.status}, DKIM {identity.dkim.status}"
    if verdict(identity) == "verified" or not identity.error_type:
        return text
    asked = f" (asked {identity.name_server})" if identity.name_server else ""
    return f"{text}; {_EXPLANATIONS.get(identity.error_type, identity.error_type)}{asked}"


def mail_from_too_early(error: PlatformError) -> bool:
    """Returns whether SES wants the domain verified before it takes a MAIL FROM domain."""
    return bool(_MAIL_FROM_TOO_EARLY.search(error.text))
