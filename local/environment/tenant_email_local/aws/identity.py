"""Holds an SES identity and the machines that move its statuses.

Source: docs/contracts/aws_ses.md#timing and #get: verification, DKIM and MAIL FROM statuses.
"""

import secrets
import string
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey

from tenant_email_local.aws.dns_lookup import Dns, RequiredRecord, Soa

PENDING, SUCCESS, FAILED, TEMPORARY, NOT_STARTED = (
    "PENDING",
    "SUCCESS",
    "FAILED",
    "TEMPORARY_FAILURE",
    "NOT_STARTED",
)
TOKEN_CHARACTERS = string.ascii_lowercase + string.digits
OWN_ZONE_REGIONS = frozenset(
    {
        "af-south-1",
        "ap-northeast-3",
        "ap-south-2",
        "ap-southeast-3",
        "ap-southeast-5",
        "ca-west-1",
        "eu-central-2",
        "eu-south-1",
        "il-central-1",
        "me-central-1",
        "us-gov-east-1",
    }
)


def signing_zone(region: str) -> str:
    """Returns the zone that DKIM CNAMEs of a region point into."""
    return f"dkim.{region}.amazonses.com" if region in OWN_ZONE_REGIONS else "dkim.amazonses.com"


def new_tokens() -> tuple[str, ...]:
    """Makes the three tokens of an Easy DKIM identity, 32 characters each."""
    return tuple("".join(secrets.choice(TOKEN_CHARACTERS) for _ in range(32)) for _ in range(3))


def next_status(status: str, *, found: bool, waited: float, patience: float) -> str:
    """Returns the status after one look at the DNS; FAILED is final until the caller starts again."""
    if status == FAILED:
        return FAILED
    if found:
        return SUCCESS
    if status == SUCCESS:
        return TEMPORARY
    return FAILED if waited > patience else status


@dataclass
class StatusMachine:
    """The movement of one status: DKIM's or MAIL FROM's, which do not depend on each other."""

    status: str = PENDING
    since: float = field(default_factory=time.time)

    def restart(self) -> None:
        """Waits for the records anew."""
        self.status, self.since = PENDING, time.time()

    def observe(self, *, found: bool, patience: float) -> None:
        """Takes the result of one look."""
        after = next_status(self.status, found=found, waited=time.time() - self.since, patience=patience)
        if after != self.status:
            self.status, self.since = after, time.time()


@dataclass
class DkimState:
    """How an identity signs; for BYODKIM, which has a private key of its own, `tokens` holds the selector."""

    origin: str = "AWS_SES"
    tokens: tuple[str, ...] = ()
    zone: str = ""
    public_key: str = ""
    private_key: RSAPrivateKey | None = field(default=None, repr=False)
    key_length: str = "RSA_2048_BIT"
    next_key_length: str = "RSA_2048_BIT"
    generated: float = field(default_factory=time.time)
    length_changed: float | None = None
    enabled: bool = True
    replication_error: str = ""

    def required_records(self, domain: str) -> list[RequiredRecord]:
        """Returns the records that prove the domain."""
        if self.origin == "EXTERNAL":
            return [RequiredRecord(f"{self.tokens[0]}._domainkey.{domain}", "TXT", f"p={self.public_key}")]
        return [
            RequiredRecord(f"{token}._domainkey.{domain}", "CNAME", f"{token}.{self.zone}") for token in self.tokens
        ]


@dataclass
class MailFromState:
    """A custom MAIL FROM domain."""

    domain: str
    on_mx_failure: str
    machine: StatusMachine = field(default_factory=StatusMachine)

    def required_records(self, region: str) -> list[RequiredRecord]:
        """Returns the one MX record that the sub-domain must have."""
        return [RequiredRecord(self.domain, "MX", f"10 feedback-smtp.{region}.amazonses.com")]


@dataclass
class EmailIdentity:
    """One identity of one account and region."""

    name: str
    account: str
    region: str
    dkim: DkimState = field(default_factory=DkimState)
    machine: StatusMachine = field(default_factory=StatusMachine)
    mail_from: MailFromState | None = None
    verified: bool = False
    feedback: bool = True
    configuration_set: str = ""
    tags: dict[str, str] = field(default_factory=dict[str, str])
    created: float = field(default_factory=time.time)
    last_checked: float | None = None
    succeeded: float | None = None
    error_type: str = ""
    soa: Soa | None = None

    @property
    def is_domain(self) -> bool:
        """Tells a domain from an email address."""
        return "@" not in self.name

    @property
    def status(self) -> str:
        """Returns VerificationStatus: a change of keys makes DKIM wait without taking the proof away."""
        if self.verified and self.machine.status == PENDING:
            return SUCCESS
        return self.machine.status

    def verify(self) -> None:
        """Takes the identity as proven."""
        self.machine.status, self.verified, self.succeeded = SUCCESS, True, time.time()

    def verify_by_text(self) -> None:
        """Takes the domain as proven by the TXT record of SES's v1 API, which sets up no DKIM."""
        self.dkim = DkimState(enabled=False)
        self.verify()

    def advance(self, dns: Dns, *, delay: float, patience: float) -> None:
        """Looks at the DNS when `delay` seconds have passed since the creation or the last look."""
        now = time.time()
        if not self.is_domain or now - (self.last_checked or self.created) < delay:
            return
        self.last_checked = now
        problem = self.dkim.replication_error or dns.problem(self.dkim.required_records(self.name))
        # the last problem stays after a success, as in AWS: decide on the status, never on ErrorType
        self.error_type = problem or self.error_type
        self.soa = dns.soa(self.name)
        self.machine.observe(found=not problem, patience=patience)
        self._settle(now)
        if self.mail_from:
            missing = dns.problem(self.mail_from.required_records(self.region))
            self.mail_from.machine.observe(found=not missing, patience=patience)

    def _settle(self, now: float) -> None:
        if self.machine.status == SUCCESS:
            self.verified, self.succeeded = True, now
            self.dkim.key_length = self.dkim.next_key_length
        elif self.machine.status == FAILED:
            self.verified = False

    def document(self, tokens_after: float, *, sending: bool) -> dict[str, Any]:
        """Returns GetEmailIdentity's answer; tokens appear `tokens_after` seconds after the creation."""
        return {
            "IdentityType": "DOMAIN" if self.is_domain else "EMAIL_ADDRESS",
            "FeedbackForwardingStatus": self.feedback,
            "VerifiedForSendingStatus": sending,
            "VerificationStatus": self.status,
            "VerificationInfo": self._verification_info(),
            "DkimAttributes": self.dkim_document(tokens_after),
            "MailFromAttributes": self._mail_from_document(),
            "Policies": {},
            "Tags": [{"Key": key, "Value": value} for key, value in self.tags.items()],
            **({"ConfigurationSetName": self.configuration_set} if self.configuration_set else {}),
        }

    def dkim_document(self, tokens_after: float = 0) -> dict[str, Any]:
        """Returns DkimAttributes."""
        if not self.is_domain:
            return {"SigningEnabled": False, "Status": NOT_STARTED, "Tokens": []}
        common: dict[str, Any] = {
            "SigningEnabled": self.dkim.enabled,
            "Status": self.machine.status,
            "Tokens": list(self.dkim.tokens),
            "SigningAttributesOrigin": self.dkim.origin,
        }
        if time.time() - self.created < tokens_after or not self.dkim.tokens:
            return {**common, "Status": NOT_STARTED, "Tokens": []}
        if self.dkim.origin == "EXTERNAL":
            return common
        return {
            **common,
            "SigningHostedZone": self.dkim.zone,
            "NextSigningKeyLength": self.dkim.next_key_length,
            "CurrentSigningKeyLength": self.dkim.key_length,
            "LastKeyGenerationTimestamp": datetime.fromtimestamp(self.dkim.generated, UTC),
        }

    def _verification_info(self) -> dict[str, Any]:
        soa = self.soa and {
            "PrimaryNameServer": self.soa.primary,
            "AdminEmail": self.soa.admin,
            "SerialNumber": self.soa.serial,
        }
        info = {
            "LastCheckedTimestamp": self.last_checked,
            "LastSuccessTimestamp": self.succeeded,
            "ErrorType": self.error_type,
            "SOARecord": soa,
        }
        return {key: value for key, value in info.items() if value}

    def _mail_from_document(self) -> dict[str, str]:
        if self.mail_from is None:
            return {"BehaviorOnMxFailure": "USE_DEFAULT_VALUE"}
        return {
            "MailFromDomain": self.mail_from.domain,
            "MailFromDomainStatus": self.mail_from.machine.status,
            "BehaviorOnMxFailure": self.mail_from.on_mx_failure,
        }
