"""Waits until records are in DNS, says what it waits for, and explains what is wrong when they do not come."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_check import RecordFinding, Status, check_records
from tenant_email.aws.dns_records import DnsRecord, record_table
from tenant_email.aws.dns_servers import DnsSettings
from tenant_email.errors import VerificationTimeout
from tenant_email.lifecycle.aws_session import of_environment
from tenant_email.lifecycle.border import info

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PROGRESS: Final = 30.0  # seconds between two lines, so that nobody thinks it hangs
_GRACE: Final = 60.0  # seconds in which Route 53 brings a change to all its servers
_LONGEST_PAUSE: Final = 15.0
# a record that is there, but wrong, does not heal by waiting
_WRONG: Final = frozenset({Status.WRONG_TYPE, Status.WRONG_VALUE, Status.DOUBLED_SUFFIX, Status.PROXIED})


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


def await_records(who: str, records: Sequence[DnsRecord], deadline: Deadline) -> None:
    """Returns when every record is in DNS.

    Raises:
        VerificationTimeout: a record is not there in time, or one is wrong; each is named with what is there.
    """
    pauses, shown = deadline.pauses(0.5), False
    while bad := findings(records):
        hopeless = any(finding.status in _WRONG for finding in bad) and deadline.waited > _GRACE
        state = f"{len(records) - len(bad)} of {len(records)} records are in DNS"
        if hopeless or deadline.over:
            why = (
                "a record is wrong, and waiting does not correct it"
                if hopeless
                else f"not verified after {deadline.limit}: {state}"
            )
            raise VerificationTimeout(f"{who}: {why}{listed(bad)}", remedy="Correct what is named above, run again.")
        if not shown and len(bad) == len(records):
            info(f"{who}: records to publish", *record_table(records).split("\n"))
            shown = True
        deadline.pause(next(pauses), state)
