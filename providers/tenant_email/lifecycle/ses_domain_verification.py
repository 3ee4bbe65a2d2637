"""SesDomainVerification: waits for DNS, then for SES, and says which record is wrong when they do not agree."""

from __future__ import annotations

import os
import re
import time
from typing import TYPE_CHECKING, Any, Final

from tenant_email.aws.dns_check import RecordFinding, Status, check_records
from tenant_email.aws.dns_records import DnsRecord, normalise_domain
from tenant_email.aws.dns_servers import DnsSettings
from tenant_email.aws.identity import Identity, verdict, why
from tenant_email.errors import NotFound, Problem, Rejected, VerificationTimeout
from tenant_email.fields import Text
from tenant_email.lifecycle.aws_session import domain_problems, region_problems, ses
from tenant_email.lifecycle.border import Lifecycle, info, warn
from tenant_email.model import Model, known, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.aws.ses import Ses
    from tenant_email.changes import Props

_DURATION: Final = re.compile(r"(\d{1,6})(s|m|h)")
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}
_PROGRESS: Final = 30.0  # seconds between two lines, so that nobody thinks it hangs
_GRACE: Final = 60.0  # seconds in which Route 53 brings a change to all its servers
_LONGEST_PAUSE: Final = 15.0
# a record that is there, but wrong, does not heal by waiting
_WRONG: Final = frozenset({Status.WRONG_TYPE, Status.WRONG_VALUE, Status.DOUBLED_SUFFIX, Status.PROXIED})


class VerificationInputs(Model):
    """The inputs of a SesDomainVerification."""

    domain: Text
    region: Text | None = None
    records: list[dict[str, Any]]
    timeout: Text = "10m"
    profile: Text | None = None


class SesDomainVerificationLifecycle(Lifecycle):
    """The id is `aws-ses/{region}/{domain}/verification`; it owns nothing, so deleting it does nothing."""

    inputs = frozenset(VerificationInputs.model_fields)

    def problems(self, recorded: Props | None, desired: Props) -> list[Problem]:
        """Validates; nobody is asked."""
        inputs, problems = parse(VerificationInputs, desired)
        if inputs is None:
            return problems
        problems += [*domain_problems(inputs.domain), *region_problems(inputs.region)]
        if known(inputs.timeout) and seconds(inputs.timeout) is None:
            problems.append(Problem("timeout", f"{inputs.timeout!r} is not a time", "Write it as 90s, 10m or 1h."))
        return problems

    def difference(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; other records are verified again in place."""
        replaces = [name for name in ("domain", "region") if recorded.get(name) != desired.get(name)]
        return self.recorded_inputs(recorded) != desired, replaces

    def make(self, desired: Props) -> tuple[str, Props]:
        """Waits until the domain is verified."""
        inputs = VerificationInputs.model_validate(desired)
        domain = normalise_domain(inputs.domain)
        client = ses(inputs.region or "", inputs.profile)
        identity = _Wait(client, domain, inputs).run()
        return f"aws-ses/{client.region}/{domain}/verification", {"verification_status": identity.status}

    def look(self, id_: str, recorded: Props) -> tuple[Props, Props] | None:
        """Reads the status; a regression is told, and shows as a changed output."""
        _, region, domain, _ = id_.split("/")
        identity = ses(region, recorded.get("profile")).get_identity(domain)
        if identity is None:
            return None
        if verdict(identity) != "verified":
            warn(f"ses {region}: {why(identity)}")
        return self.recorded_inputs(recorded), {"verification_status": identity.status}

    def change(self, id_: str, recorded: Props, desired: Props) -> Props:
        """Waits again when the records are others."""
        if recorded.get("records") == desired.get("records"):
            return {"verification_status": recorded["verification_status"]}
        return self.make(desired)[1]

    def remove(self, id_: str, recorded: Props) -> None:
        """Does nothing: a wait leaves nothing behind."""


def seconds(text: str) -> int | None:
    """Returns a duration such as 90s, 10m or 1h in seconds; None when it is not one, or zero."""
    match = _DURATION.fullmatch(text)
    return int(match[1]) * _SECONDS[match[2]] or None if match else None


def _pauses(first: float) -> Iterator[float]:
    """Yields pauses that double, up to the longest."""
    while True:
        yield first
        first = min(first * 2, _LONGEST_PAUSE)


class _Wait:
    """One wait: DNS first, because SES backs off for a long time after it first met an empty zone."""

    def __init__(self, client: Ses, domain: str, inputs: VerificationInputs) -> None:
        self._client, self._domain, self._inputs = client, domain, inputs
        self._records = [record for props in inputs.records if (record := DnsRecord.from_props(props)).required]
        self._dns = DnsSettings.from_environ(os.environ)
        self._started = self._told = time.monotonic()
        self._deadline = self._started + (seconds(inputs.timeout) or 0)

    def run(self) -> Identity:
        self._await_dns()
        identity = self._await_ses()
        if verdict(identity) == "failed":
            message = f"ses {self._client.region}: {why(identity)}; the records are in DNS"
            raise Rejected(message, remedy="SES does not look again by itself: replace the SesDomainIdentity.")
        return identity

    def _await_dns(self) -> None:
        pauses = _pauses(0.5)
        while bad := [finding for finding in check_records(self._records, self._dns) if not finding.ok]:
            if self._is_hopeless(bad):
                raise self._error(bad, "a record is wrong, and waiting does not correct it")
            there, wanted = len(self._records) - len(bad), len(self._records)
            self._pause(next(pauses), bad, f"{there} of {wanted} records are in DNS")

    def _await_ses(self) -> Identity:
        pauses = _pauses(1.0)
        while verdict(identity := self._identity()) == "pending":
            self._pause(next(pauses), [], why(identity))
        return identity

    def _identity(self) -> Identity:
        identity = self._client.get_identity(self._domain)
        if identity is None:
            message = f"ses {self._client.region}: {self._domain} is not an identity there"
            raise NotFound(message, remedy="Give the domain and region of a SesDomainIdentity.")
        return identity

    def _is_hopeless(self, bad: list[RecordFinding]) -> bool:
        return any(finding.status in _WRONG for finding in bad) and time.monotonic() - self._started > _GRACE

    def _pause(self, wanted: float, bad: list[RecordFinding], state: str) -> None:
        now = time.monotonic()
        if now >= self._deadline:
            raise self._error(bad, f"not verified after {self._inputs.timeout}: {state}")
        if now - self._told >= _PROGRESS:
            self._told = now
            waited, limit = int(now - self._started), self._inputs.timeout
            info(f"{self._domain}: {state}; waiting for {waited} s of {limit}. Ctrl-C twice stops, nothing is lost.")
        time.sleep(max(0.0, min(wanted, self._deadline - now)))

    def _error(self, bad: list[RecordFinding], state: str) -> VerificationTimeout:
        lines = [f"ses {self._client.region}: {self._domain}: {state}"]
        lines += [f"  - {finding.explain()}" for finding in bad]
        return VerificationTimeout("\n".join(lines), remedy="Correct what is named above, then run again.")
