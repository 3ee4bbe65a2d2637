"""A clock for waits that take no time."""

from __future__ import annotations


class Clock:
    """A clock that only a test and what sleeps move on."""

    def __init__(self) -> None:
        self.now, self.slept = 0.0, list[float]()

    def sleep(self, seconds: float) -> None:
        """Moves it on."""
        self.now += seconds
        self.slept.append(seconds)
