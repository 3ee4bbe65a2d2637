"""Waits in a fraction of their time, where a test's own process waits: the emulator in it is ready at once."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from tenant_email.operations import operation
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Iterator

_TIMES_AS_FAST: Final = 20


@contextmanager
def quick_waits() -> Iterator[None]:
    """Has every operation that begins within it sleep so; how often it asks, and when it gives up, stay as they are."""
    operation.begin(Timing(sleep=lambda seconds: time.sleep(seconds / _TIMES_AS_FAST)))
    yield
    operation.begin(Timing())
