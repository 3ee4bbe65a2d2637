"""How long a client waits, and on which clock: one object, so that trials can make all of it quick."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Timing:
    """All times are in seconds.

    connect: until a connection is there. read: until the next piece of an answer. answer: until an answer is whole.
    total: for one call with its repeats, waits for a rate limit apart: no repeat begins later, no answer ends later.
    sleep: waits. clock: tells the time since 1970; now: tells it since some moment, never going back, for deadlines.
    """

    connect: float = 10.0
    read: float = 30.0
    answer: float = 30.0
    total: float = 90.0
    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.time
    now: Callable[[], float] = time.monotonic
