"""Waits until records are in DNS, says what it waits for, and explains what is wrong when they do not come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_findings import NO_ANSWER, WRONG, RecordFinding
from tenant_email.aws.dns_records import DnsRecord, record_table
from tenant_email.errors import VerificationTimeout
from tenant_email.operations.console import info, warn
from tenant_email.operations.dns_lookup import look_up
from tenant_email.waiting import NotYet, TimedOutError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.waiting import Wait

_GRACE: Final = 60.0  # seconds in which Route 53 brings a change to all its servers


def failing_records(records: Sequence[DnsRecord]) -> list[RecordFinding]:
    """Returns what is wrong with these records at the zone's own servers now."""
    return [finding for finding in look_up(records) if not finding.ok]


def format_findings(failing: Sequence[RecordFinding]) -> str:
    """Returns one line for each record, to follow the head of an error."""
    return "".join(f"\n  - {finding.explain()}" for finding in failing)


class DnsWatch:
    """Repeated looks at records, reporting once what is to be published, and once what is wrong."""

    def __init__(self, who: str, records: Sequence[DnsRecord], wait: Wait) -> None:
        self._who, self._records, self._wait = who, records, wait
        self._warned = False
        self.failing: list[RecordFinding] = []

    def check(self) -> None:
        """Looks once more."""
        self.failing = failing_records(self._records)
        if self.failing and len(self.failing) == len(self._records):
            info(f"{self._who}: records to publish", *record_table(self._records).split("\n"))
        if self.wrong and not self._warned:
            warn(f"{self._who}: these DNS records are wrong; waiting will not fix them{format_findings(self.wrong)}")
            self._warned = True

    @property
    def wrong(self) -> list[RecordFinding]:
        """What is wrong by now for longer than a change takes to reach all servers."""
        settled = self._wait.elapsed > _GRACE
        return [finding for finding in self.failing if finding.status in WRONG] if settled else []

    @property
    def is_unreachable(self) -> bool:
        """Returns whether all that is known is that DNS cannot be asked from here."""
        return bool(self.failing) and all(finding.status in NO_ANSWER for finding in self.failing)

    @property
    def state(self) -> str:
        """How many of the records are there."""
        return f"{len(self._records) - len(self.failing)} of {len(self._records)} records are in DNS"

    @property
    def remedy(self) -> str:
        """What to do about what the last look found."""
        if not self.failing:
            return "SES may need more time: run again, or set a longer timeout."
        if self.is_unreachable:
            return "Run from a machine that can query DNS, fix the servers listed above, or set a longer timeout."
        return "Fix the records listed above, then run again."


def await_records(who: str, records: Sequence[DnsRecord], wait: Wait, unreachable: str) -> None:
    """Returns when every record is in DNS; for what SES is not asked about yet, else see SesDomainVerification.

    Args:
        who: how messages begin.
        records: what must be there.
        wait: how long, and how often to look.
        unreachable: the remedy where DNS cannot be asked from this machine.

    Raises:
        VerificationTimeout: a record is not there in time, or one is wrong; each is named with what is there.

    """
    watch = DnsWatch(who, records, wait)

    def timeout_error(why: str) -> VerificationTimeout:
        remedy = unreachable if watch.is_unreachable else watch.remedy
        return VerificationTimeout(f"{who}: {why}{format_findings(watch.failing)}", remedy=remedy)

    def ask() -> NotYet | None:
        watch.check()
        if watch.wrong:
            raise timeout_error("a record is wrong, and waiting will not fix it")
        return NotYet(watch.state) if watch.failing else None

    try:
        wait.until(ask)
    except TimedOutError as late:
        raise timeout_error(f"not verified after {wait.seconds:.0f} s: {late.state}") from None
