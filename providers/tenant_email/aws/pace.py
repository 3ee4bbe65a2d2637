"""Keeps the process at or below the one control-plane call a second that SES allows an account and region."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Pace:
    """How hard AWS may be asked: seconds between two calls, attempts a call, seconds an answer may take."""

    interval: float = 1.1  # a little over the quota's second, because the network moves calls closer together
    attempts: int = 6
    connect_timeout: float = 10.0
    read_timeout: float = 30.0


class Limiter:
    """Hands out turns that lie at least an interval apart, to all threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next_turn = 0.0

    def wait(self, interval: float) -> None:
        """Sleeps until the caller's turn."""
        with self._lock:
            now = time.monotonic()
            turn = max(now, self._next_turn)
            self._next_turn = turn + interval
        time.sleep(turn - now)


_limiters: Final[dict[str, Limiter]] = {}


def limiter(region: str) -> Limiter:
    """Returns the process's limiter of a region; accounts share it, which is stricter than AWS."""
    return _limiters.setdefault(region, Limiter())
