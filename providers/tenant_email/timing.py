"""How long a client waits, and on which clock: one object, so that trials can make all of it quick."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

from tenant_email.errors import Interrupted

if TYPE_CHECKING:
    from collections.abc import Callable

_process_ends: Final = threading.Event()


def sleep(seconds: float) -> None:
    """Sleeps, no longer than the process is meant to live.

    After a Ctrl-C the main thread ends and Python waits for the others: a wait must not hold it for minutes.

    Raises:
        Interrupted: the process ends.
    """
    if threading.current_thread() is not threading.main_thread():
        _watch_main_thread()
    if _process_ends.wait(seconds):
        raise Interrupted("stopped while waiting", remedy="Run again: what was done before is recorded.")


def end_waits() -> None:
    """Has every wait end now, and each that begins later: the process is about to end."""
    _process_ends.set()


@cache
def _watch_main_thread() -> None:
    """Has every wait end with the main thread; once for the process."""

    def watch() -> None:
        threading.main_thread().join()
        _process_ends.set()

    threading.Thread(target=watch, name="end-of-process", daemon=True).start()


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
    sleep: Callable[[float], None] = sleep
    clock: Callable[[], float] = time.time
    now: Callable[[], float] = time.monotonic


USUAL: Final = Timing()
"""The timing of everything that is given none."""
