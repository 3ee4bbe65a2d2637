"""Waits until records are in DNS, says what it waits for, and explains what is wrong when they do not come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_check import check_records
from tenant_email.aws.dns_findings import NO_ANSWER, WRONG, RecordFinding
from tenant_email.aws.dns_records import DnsRecord, record_table
from tenant_email.aws.dns_servers import DnsSettings
from tenant_email.errors import VerificationTimeout
from tenant_email.operations.aws_session import of_environment
from tenant_email.operations.border import info, warn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PROGRESS: Final = 30.0  # seconds between two lines, so that nobody thinks it hangs
_GRACE: Final = 60.0  # seconds in which Route 53 brings a change to all its servers
_LONGEST_PAUSE: Final = 15.0


class Deadline:
    """A bounded wait for one thing, with pauses that grow and a line of progress now and then."""

    def __init__(self, subject: str, seconds: float) -> None:
        self._subject, self._limit = subject, seconds
        self._started = self._told = time.monotonic()

    @property
    def limit(self) -> str:
        """The longest wait, in words."""
        return f"{self._limit:.0f} s"

    @property
    def waited(self) -> float:
        """Seconds since the start."""
        return time.monotonic() - self._started

    @property
    def over(self) -> bool:
        """Tells whether the time is up."""
        return self.waited >= self._limit

    def pauses(self, first: float) -> Iterator[float]:
        """Yields pauses that double, up to the longest."""
        while True:
            yield first
            first = min(first * 2, _LONGEST_PAUSE)

    def pause(self, wanted: float, state: str) -> None:
        """Sleeps, but not beyond the end."""
        if time.monotonic() - self._told >= _PROGRESS:
            self._told = time.monotonic()
            spent = f"{self.waited:.0f} s of {self.limit}"
            info(f"{self._subject}: {state}; waiting for {spent}. Ctrl-C twice stops, nothing is lost.")
        time.sleep(max(0.0, min(wanted, self._limit - self.waited)))


def findings(records: Sequence[DnsRecord]) -> list[RecordFinding]:
    """Returns what is wrong with these records at the zone's own servers now."""
    settings = of_environment(DnsSettings.from_environ)
    return [finding for finding in check_records(records, settings) if not finding.ok]


def listed(bad: Sequence[RecordFinding]) -> str:
    """Returns one line for each record, to follow the head of an error."""
    return "".join(f"\n  - {finding.explain()}" for finding in bad)


class DnsWatch:
    """Looks at records again and again, and tells once what is to be published, and once what is wrong."""

    def __init__(self, who: str, records: Sequence[DnsRecord], deadline: Deadline) -> None:
        self._who, self._records, self._deadline = who, records, deadline
        self._shown = self._warned = False
        self.bad: list[RecordFinding] = []

    def look(self) -> None:
        """Looks once more."""
        self.bad = findings(self._records)
        if self.bad and not self._shown and len(self.bad) == len(self._records):
            info(f"{self._who}: records to publish", *record_table(self._records).split("\n"))
            self._shown = True
        if self.wrong and not self._warned:
            warn(f"{self._who}: waiting does not correct what is wrong in DNS{listed(self.wrong)}")
            self._warned = True

    @property
    def wrong(self) -> list[RecordFinding]:
        """What is wrong by now for longer than a change takes to reach all servers."""
        settled = self._deadline.waited > _GRACE
        return [finding for finding in self.bad if finding.status in WRONG] if settled else []

    @property
    def unasked(self) -> bool:
        """Tells whether all that is known is that DNS cannot be asked from here."""
        return bool(self.bad) and all(finding.status in NO_ANSWER for finding in self.bad)

    @property
    def state(self) -> str:
        """How many of the records are there."""
        return f"{len(self._records) - len(self.bad)} of {len(self._records)} records are in DNS"

    @property
    def remedy(self) -> str:
        """What to do about what the last look found."""
        if not self.bad:
            return "SES may need more time: run again, or give a longer timeout."
        if self.unasked:
            return "Run from where DNS can be asked, or correct the servers named above; a longer timeout may do too."
        return "Correct what is named above, run again."


def await_records(who: str, records: Sequence[DnsRecord], deadline: Deadline, unasked: str) -> None:
    """Returns when every record is in DNS; for what SES is not asked about yet, else see SesDomainVerification.

    Args:
        who: how messages begin.
        records: what must be there.
        deadline: the longest wait.
        unasked: the remedy where DNS cannot be asked from this machine.

    Raises:
        VerificationTimeout: a record is not there in time, or one is wrong; each is named with what is there.

    """
    watch, pauses = DnsWatch(who, records, deadline), deadline.pauses(0.5)
    watch.look()
    while watch.bad:
        if watch.wrong or deadline.over:
            why = (
                "a record is wrong, and waiting does not correct it"
                if watch.wrong
                else f"not verified after {deadline.limit}: {watch.state}"
            )
            remedy = unasked if watch.unasked else watch.remedy
            raise VerificationTimeout(f"{who}: {why}{listed(watch.bad)}", remedy=remedy)
        deadline.pause(next(pauses), watch.state)
        watch.look()
