"""A clock that a sleep moves on at once, so that the longest waits cost no time and are still measured."""

from __future__ import annotations

import time


class TooLong(BaseException):
    """Ends a run whose waits have no end; not an Exception, for nothing may take it for an error and go on."""


class Clock:
    """Tells a time that runs with the real one and that sleeping moves on; in seconds."""

    def __init__(self, budget: float) -> None:
        """Takes how many seconds one run may sleep in all."""
        self._budget, self._slept = budget, 0.0
        self.run_slept = 0.0

    def __call__(self) -> float:
        """Returns the time since 1970."""
        return time.time() + self._slept

    def begin(self) -> None:
        """Begins a run."""
        self.run_slept = 0.0

    def sleep(self, seconds: float) -> None:
        """Lets time pass; raises TooLong when the run has slept more than it may."""
        assert seconds >= 0, f"a sleep of {seconds} s"
        self.run_slept += seconds
        if not self.run_slept <= self._budget:
            raise TooLong
        self._slept += seconds
