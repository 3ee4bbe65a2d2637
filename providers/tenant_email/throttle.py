"""The one throttle: calls take turns so that a server's limit is kept, and wait for theirs outside of any lock.

A limit says how long the next turn is away; a turn that is taken is promised, also before it is there, so that those
who wait together come one after the other.
"""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable

BETWEEN_LINES: Final = 10.0  # seconds between two lines of progress
WORTH_A_LINE: Final = 1.0  # seconds


class Limit(Protocol):
    """What a server allows."""

    def take(self, now: float) -> float:
        """Takes a turn; returns the seconds until it is there."""
        ...


class Window:
    """At most so many turns within so many seconds, wherever these begin."""

    def __init__(self, most: int, seconds: float) -> None:
        self._seconds, self._turns = seconds, deque[float](maxlen=most)

    def take(self, now: float) -> float:
        """Takes a turn; returns the seconds until it is there."""
        # A sliding window: turn n may come `seconds` after turn n - most. One that begins with each minute would let
        # twice as many through around its edge.
        is_full = len(self._turns) == self._turns.maxlen
        turn = max(now, self._turns[0] + self._seconds) if is_full else now
        self._turns.append(turn)
        return turn - now


@dataclass(slots=True)
class TokenBucket:
    """What is believed to be in a bucket at the time `seen`; below zero, tokens are promised to waiting calls.

    size: tokens of a full bucket. per_second: how it refills, None where only `reset` is known, when it is full again.
    """

    tokens: float
    size: int
    per_second: float | None
    seen: float
    reset: float

    def take(self, now: float) -> float:
        """Takes a token, also one that is not there yet; returns the seconds until it is."""
        if self.per_second is None:
            self.tokens -= 1
            return max(0.0, self.reset - now) if self.tokens < 0 else 0.0
        # Below zero on purpose: the debt is the queue, so that the next to ask is sent behind those who wait.
        self.tokens = min(float(self.size), self.tokens + (now - self.seen) * self.per_second) - 1
        self.seen = now
        return max(0.0, -self.tokens / self.per_second)


class Throttle:
    """A queue for turns; one object for all threads that share a server's limits."""

    def __init__(
        self,
        who: str,
        *,
        sleep: Callable[[float], None],
        now: Callable[[], float],
        announce: Callable[[str], None] | None = None,
        longest: float | None = None,
        note: str = "",
    ) -> None:
        """Takes how to sleep and on which clock.

        Args:
            who: begins a line of progress.
            sleep: sleeps some seconds.
            now: tells the time in seconds.
            announce: shows a line of progress, for waits of a second and more, ten seconds apart.
            longest: bounds one wait, in seconds.
            note: ends a line of progress.

        """
        self.lock = threading.Lock()
        self._who, self._announce, self._sleep, self._now, self._longest = who, announce, sleep, now, longest
        self._note, self._last_report = note, float("-inf")

    def wait(self, limit: Limit | None, why: str) -> float:
        """Waits for the next turn of a limit; returns the seconds that took."""
        if limit is None:
            return 0.0
        # The turn is taken under the lock and waited for outside of it: who comes next is told a later one at once.
        with self.lock:
            seconds = limit.take(self._now())
        if self._longest is not None:
            seconds = min(seconds, self._longest)
        if seconds > 0:
            self.pause(seconds, why)
        return seconds

    def pause(self, seconds: float, why: str) -> None:
        """Sleeps, with a line of progress now and then; `why` is what is waited for, `waiting` follows."""
        now = self._now()
        with self.lock:
            report = seconds >= WORTH_A_LINE and now - self._last_report >= BETWEEN_LINES
            self._last_report = now if report else self._last_report
        if report and self._announce:
            self._announce(f"{self._who}: {why}, waiting {seconds:.0f} s{self._note}")
        self._sleep(seconds)
