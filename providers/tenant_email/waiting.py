"""The one way to wait: for a limited time, with a line of progress now and then, and no longer than the process.

A `Deadline` bounds what waits by itself, such as a call with its repeats. `Wait` asks again and again until what it
asks for is there. `run_within` bounds what cannot be stopped. Every wait of the library is one of the three.
"""

from __future__ import annotations

import asyncio
import threading
from dataclasses import dataclass
from itertools import repeat
from random import uniform
from typing import TYPE_CHECKING, Final, TypeVar

from tenant_email.timing import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

    from tenant_email.timing import Timing

T = TypeVar("T")

PROGRESS: Final = 30.0  # seconds between two lines, so that nobody thinks it hangs
_NOTHING_LOST: Final = "Press Ctrl-C twice to stop; nothing is lost."


class Deadline:
    """A time in which something must be over; what does not count can be added."""

    def __init__(self, seconds: float, now: Callable[[], float] = USUAL.now) -> None:
        """Begins now; `now` tells the seconds since some moment and never goes back."""
        self._now, self._began, self._seconds = now, now(), seconds

    @property
    def elapsed(self) -> float:
        """Returns the seconds since the start."""
        return self._now() - self._began

    @property
    def left(self) -> float:
        """Returns the seconds that are left, none at the end."""
        return max(0.0, self._seconds - self.elapsed)

    @property
    def is_over(self) -> bool:
        """Returns whether the time is up."""
        return self.elapsed >= self._seconds

    def extend(self, seconds: float) -> None:
        """Adds seconds."""
        self._seconds += seconds


@dataclass(frozen=True, slots=True)
class Pauses:
    """Seconds between two questions: the first pause, each further one longer by `factor`, none above `longest`.

    jitter: the share by which a pause differs by chance, so that clients do not come back together.
    whole: a pause is never cut short: where it would go beyond the end, the wait is over at once.
    """

    first: float
    factor: float = 2.0
    longest: float = 15.0
    jitter: float = 0.0
    whole: bool = False

    def __iter__(self) -> Iterator[float]:
        pause = self.first
        for _ in repeat(None):
            yield pause * uniform(1 - self.jitter, 1 + self.jitter)  # noqa: S311 - jitter
            pause = min(pause * self.factor, self.longest)


@dataclass(frozen=True, slots=True)
class NotYet:
    """The answer that what is waited for is not there; `state` is how it stands, in words."""

    state: str


class TimedOutError(Exception):
    """The time is up; `state` is how it stood at the last question."""

    def __init__(self, state: str) -> None:
        super().__init__(state)
        self.state = state


class Wait:
    """A bounded wait for one thing; several questions may share it."""

    def __init__(
        self,
        subject: str,
        seconds: float,
        pauses: Pauses,
        *,
        announce: Callable[[str], None] | None = None,
        timing: Timing = USUAL,
        hint: str = _NOTHING_LOST,
    ) -> None:
        """Begins now.

        Args:
            subject: begins a line of progress.
            seconds: the longest wait; the pauses count even where a trial's clock stands still.
            pauses: what is between two questions.
            announce: shows a line of progress, each half minute.
            timing: how to sleep, and on which clock.
            hint: ends a line of progress: what a Ctrl-C does.

        """
        self.seconds = seconds
        self._subject, self._pauses, self._announce, self._hint = subject, pauses, announce, hint
        self._sleep, self._deadline, self._slept, self._last_report = (
            timing.sleep,
            Deadline(seconds, timing.now),
            0.0,
            0.0,
        )

    @property
    def elapsed(self) -> float:
        """Returns the seconds since the start."""
        return max(self._deadline.elapsed, self._slept)

    @property
    def left(self) -> float:
        """Returns the seconds that are left, none at the end."""
        return max(0.0, self.seconds - self.elapsed)

    @property
    def is_over(self) -> bool:
        """Returns whether the time is up."""
        return self.elapsed >= self.seconds

    def until(self, ask: Callable[[], T | NotYet]) -> T:
        """Asks until the answer is another than NotYet, a last time when the time is up; returns it.

        Raises:
            TimedOutError: it was NotYet to the end.
        """
        rounds = self._rounds(ask)
        while True:
            try:
                self._sleep(next(rounds))
            except StopIteration as end:
                answer: T = end.value
                return answer

    async def until_async(self, ask: Callable[[], T | NotYet]) -> T:
        """Does what `until` does, in a program, whose event loop goes on meanwhile."""
        rounds = self._rounds(ask)
        while True:
            try:
                pause = next(rounds)
            except StopIteration as end:
                answer: T = end.value
                return answer
            await asyncio.sleep(pause)

    def _rounds(self, ask: Callable[[], T | NotYet]) -> Generator[float, None, T]:
        """Asks, and yields the seconds to sleep before it asks again; returns the answer."""
        pauses = iter(self._pauses)
        while isinstance(answer := ask(), NotYet):
            pause, left = next(pauses), self.seconds - self.elapsed
            # Asked once more after the last pause: an answer that came during it still counts.
            if left <= 0 or (self._pauses.whole and pause > left):
                raise TimedOutError(answer.state)
            self._report_progress(answer.state)
            pause = min(pause, left)
            # Counted by hand too, because the clock of a trial may stand still.
            self._slept += pause
            yield pause
        return answer

    def _report_progress(self, state: str) -> None:
        """Shows a line of progress, each half minute."""
        if self._announce and self.elapsed - self._last_report >= PROGRESS:
            self._last_report = self.elapsed
            spent = f"waiting for {self.elapsed:.0f} s of {self.seconds:.0f} s"
            self._announce(f"{self._subject}: {state}; {spent}. {self._hint}")


def run_within(seconds: float, work: Callable[[], T], name: str) -> T:
    """Returns what some work returns that nobody can stop, such as a lookup by a library; raises what it raises.

    It is left to itself, on a thread of this name, when it takes longer than so many seconds.

    Raises:
        TimedOutError: it took longer.
    """
    found: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:  # noqa: BLE001 - it is raised below, where it belongs
            failures.append(error)

    # A daemon, because Python waits for every other thread before it ends, and this one may never.
    thread = threading.Thread(target=run, daemon=True, name=name)
    thread.start()
    thread.join(seconds)
    if failures:
        raise failures[0]
    if not found:
        raise TimedOutError(f"it took longer than {seconds:g} s")
    return found[0]
