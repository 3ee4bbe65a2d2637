"""Keeps the process at or below the one control-plane call a second that SES allows an account and region."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from tenant_email.throttle import Throttle, Window
from tenant_email.timing import USUAL

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLE: Final = "TENANT_EMAIL_SES_INTERVAL"
_LONGEST_INTERVAL: Final = 60.0


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard AWS may be asked, and how long it is waited for; all times are in seconds.

    interval: between two calls of SES. attempts: of one call. connect_timeout: until a connection is there.
    read_timeout: until the next piece of an answer. answer: until an answer is whole. total: for one call with its
    repeats, waits for a turn apart. credentials: until the credentials are found, or renewed.
    """

    interval: float = 1.1  # a little over the quota's second, because the network moves calls closer together
    attempts: int = 6
    connect_timeout: float = 10.0
    read_timeout: float = 30.0
    answer: float = 30.0
    total: float = 90.0
    credentials: float = 60.0

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> Self:
        """Reads TENANT_EMAIL_SES_INTERVAL, the seconds between two calls; more where others share the account.

        Raises:
            ValueError: it is not a number of seconds.
        """
        if not (text := environ.get(_VARIABLE, "").strip()):
            return cls()
        try:
            interval = float(text)
        except ValueError:
            interval = -1.0
        if not 0 <= interval <= _LONGEST_INTERVAL:
            raise ValueError(f"{_VARIABLE}={text} is not a number of seconds from 0 to {_LONGEST_INTERVAL:.0f}")
        return cls(interval=interval)


_turns: Final[dict[tuple[str, float], Window]] = {}
_throttle: Final = Throttle("ses", sleep=USUAL.sleep, now=USUAL.now)


def wait_for_turn(region: str, interval: float) -> float:
    """Waits until SES takes another call in a region; returns the seconds that took.

    Accounts share a region's turns, which is stricter than AWS.
    """
    return _throttle.wait(_turns.setdefault((region, interval), Window(1, interval)), "SES accepts one call per second")
