"""SesDomainVerification: waits until SES has verified a domain, and says which record is wrong while it has not.

SES decides. What DNS looks like from this machine (split horizon, a closed port 53) is not what SES sees, so it
explains a wait and warns, but neither ends nor prolongs it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from tenant_email.aws.dns_findings import Status
from tenant_email.aws.dns_records import DnsRecord, DnsRecordProps, normalize_domain
from tenant_email.aws.identity import Identity, Verdict, mail_from_verdict, verdict, why
from tenant_email.errors import NotFound, Problem, Rejected, VerificationTimeout
from tenant_email.findings import Findings
from tenant_email.inputs.durations import seconds, time_problems
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.operations.aws_session import (
    AwsTarget,
    domain_problems,
    recorded_target,
    replacement_causes,
    ses_of,
    target_problems,
)
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import warn
from tenant_email.operations.dns_wait import DnsWatch, failing_records, format_findings
from tenant_email.operations.waits import wait_for
from tenant_email.waiting import NotYet, Pauses, TimedOutError

if TYPE_CHECKING:
    from tenant_email.aws.ses import Ses
    from tenant_email.json_types import Props

# What SES calls a mistake that is seen from here; another one was met before the records came, or in another DNS.
_ALIKE: Final = {
    Status.WRONG_VALUE: "INVALID_VALUE",
    Status.WRONG_TYPE: "TYPE_NOT_FOUND",
    Status.PROXIED: "TYPE_NOT_FOUND",
    Status.DOUBLED_SUFFIX: "HOST_NOT_FOUND",
}


class VerificationInputs(AwsTarget):
    """The inputs of a SesDomainVerification."""

    domain: Text
    records: list[DnsRecordProps]
    mail_from: bool = False
    timeout: Text = "10m"
    wait: bool = True


@dataclass(frozen=True, slots=True)
class VerificationOutputs(Properties):
    """The outputs of a SesDomainVerification; mail_from_status: only where that is waited for."""

    verification_status: str | None
    dkim_status: str | None
    mail_from_status: str | None = None

    @classmethod
    def of(cls, identity: Identity, *, mail_from: bool) -> Self:
        """Returns what is recorded of an identity."""
        found = identity.mail_from.status if identity.mail_from else "NOT_STARTED"
        return cls(identity.status, identity.dkim.status, found if mail_from else None)


class SesDomainVerificationLifecycle(DynamicLifecycle):
    """The id is `aws-ses/{region}/{domain}/verification`; it owns nothing, so deleting it does nothing."""

    inputs = frozenset(VerificationInputs.model_fields)
    replaced_by = ("domain", "region")
    no_import = ("a wait leaves nothing behind", "Let `pulumi up` create it: a domain that is verified needs no wait.")

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; nobody is asked."""
        inputs, problems = parse(VerificationInputs, desired)
        problems += [*domain_problems(inputs.domain), *target_problems(inputs), *_record_problems(inputs)]
        return Findings(tuple(problems + time_problems("timeout", inputs.timeout)))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; other records, and a regression that a refresh found, are verified again in place."""
        return self.recorded_inputs(recorded) != desired or _is_unverified(recorded, desired), replacement_causes(
            recorded, desired
        )

    def do_create(self, desired: Props) -> tuple[str, VerificationOutputs]:
        """Waits until the domain is verified."""
        inputs = VerificationInputs.model_validate(desired)
        domain = normalize_domain(inputs.domain)
        client = ses_of(inputs)
        wait = _VerificationWait(client, domain, inputs)
        identity = wait.run() if inputs.wait else wait.check_once()
        return f"aws-ses/{client.region}/{domain}/verification", VerificationOutputs.of(
            identity, mail_from=inputs.mail_from
        )

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, VerificationOutputs] | None:
        """Reads the status; a regression is told, and shows as a changed output."""
        _, region, domain, _ = id_.split("/")
        identity = ses_of(recorded_target(recorded, region)).get_identity(domain)
        if identity is None:
            return None
        # Only a warning: a refresh must not fail over what DNS may have again in a minute, and the next `up` waits.
        if verdict(identity) != "verified":
            warn(f"ses {region}: {why(identity)}")
        return self.recorded_inputs(recorded), VerificationOutputs.of(
            identity, mail_from=bool(recorded.get("mail_from"))
        )

    def do_update(self, id_: str, recorded: Props, desired: Props) -> VerificationOutputs:
        """Waits again when the records are others, or the domain was not verified at the last look."""
        same = all(recorded.get(name) == desired.get(name) for name in ("records", "mail_from", "wait"))
        if same and not _is_unverified(recorded, desired):
            return VerificationOutputs.from_props(recorded)
        return self.do_create(desired)[1]

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Does nothing: a wait leaves nothing behind."""


def _record_problems(inputs: VerificationInputs) -> list[Problem]:
    if not is_known(inputs.records):
        return []
    try:
        [DnsRecord.from_props(props) for props in inputs.records if is_known(*props.values())]
    except ValueError as error:
        return [Problem("records", str(error), "Pass it the dns_records of a SesDomainIdentity.")]
    return []


def _is_unverified(recorded: Props, desired: Props) -> bool:
    """Returns whether something that is to be waited for was not verified when it was last looked at."""
    if desired.get("wait") is False:
        return False
    outputs = VerificationOutputs.from_props(recorded)
    statuses = [outputs.verification_status, outputs.dkim_status]
    statuses += [outputs.mail_from_status] if desired.get("mail_from") else []
    return any(status != "SUCCESS" for status in statuses)


class _VerificationWait:
    """One wait; SES is asked first and at every turn."""

    def __init__(self, client: Ses, domain: str, inputs: VerificationInputs) -> None:
        self._client, self._domain, self._mail_from = client, domain, inputs.mail_from
        self._records = [record for props in inputs.records if (record := DnsRecord.from_props(props)).required]
        self._wait = wait_for(domain, seconds(inputs.timeout) or 0, Pauses(1.0))
        self._who = f"ses {client.region}: {domain}"

    def run(self) -> Identity:
        """Returns the identity when it is verified; what DNS lacks nevertheless is warned of."""
        watch = DnsWatch(self._who, self._records, self._wait)

        def ask() -> Identity | NotYet:
            identity = self._identity()
            if self._verdict(identity) != "pending":
                return identity
            self._refuse_failed(identity)
            # SES looks at its own pace, for hours; what is wrong in DNS can be told at once.
            watch.check()
            # Only both together prove it: a resolver here may be behind, and SES may have seen a state of hours ago.
            if any(_ALIKE.get(finding.status) == identity.error_type for finding in watch.wrong):
                raise self._timeout("a record is wrong, as SES sees too, and waiting will not fix it", watch)
            return NotYet(f"{watch.state}; {self._state(identity)}" if watch.failing else self._state(identity))

        try:
            identity = self._wait.until(ask)
        except TimedOutError as late:
            raise self._timeout(f"not verified after {self._wait.seconds:.0f} s: {late.state}", watch) from None
        self._refuse_failed(identity)
        if failing := failing_records(self._records):
            warn(
                f"{self._who}: SES has verified the domain, but DNS as seen from this machine is still "
                f"wrong:{format_findings(failing)}"
            )
        return identity

    def _timeout(self, why: str, watch: DnsWatch) -> VerificationTimeout:
        return VerificationTimeout(f"{self._who}: {why}{format_findings(watch.failing)}", remedy=watch.remedy)

    def check_once(self) -> Identity:
        """Returns the identity as it is, and warns of what is not in DNS yet."""
        identity = self._identity()
        if failing := failing_records(self._records):
            warn(
                f"{self._who}: not waiting for verification (wait=False); "
                f"{self._state(identity)}{format_findings(failing)}"
            )
        return identity

    def _identity(self) -> Identity:
        identity = self._client.get_identity(self._domain)
        if identity is None:
            message = f"ses {self._client.region}: {self._domain} is not an identity there"
            raise NotFound(message, remedy="Use the domain and region of a SesDomainIdentity.")
        return identity

    def _verdict(self, identity: Identity) -> Verdict:
        """Judges both machines, which do not depend on each other."""
        found = verdict(identity)
        if found != "verified" or not self._mail_from:
            return found
        return mail_from_verdict(identity.mail_from) if identity.mail_from else "pending"

    def _state(self, identity: Identity) -> str:
        if not self._mail_from:
            return why(identity)
        return f"{why(identity)}; MAIL FROM {identity.mail_from.status if identity.mail_from else 'is not set'}"

    def _refuse_failed(self, identity: Identity) -> None:
        """Raises for what no wait heals: SES never looks again at what FAILED, nor at a replica it cannot make."""
        # A replica stays pending although SES has given up on it; only the error type tells.
        unmakable = (identity.error_type or "").startswith("REPLICATION_") and verdict(identity) == "pending"
        if self._verdict(identity) == "failed" or unmakable:
            culprits = self._culprits() or "; the records are in DNS now"
            remedy = (
                "SES does not check again by itself: fix what is listed above, then run `pulumi refresh` and `pulumi "
                "up`."
            )
            raise Rejected(f"{self._who}: {self._state(identity)}{culprits}", remedy=remedy)

    def _culprits(self) -> str:
        return format_findings(failing_records(self._records))
