"""What this process says in a user's console, as the engine hears it, without an engine."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from support.host import listening
from tenant_email.operations import console as host_console

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


@contextmanager
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Makes this process a host; yields the lines that it says."""
    with listening() as (listener, address):
        monkeypatch.setattr(sys, "argv", ["host", address])
        host_console.engine.cache_clear()  # a host asks once in its life
        yield listener.lines
        host_console.engine.cache_clear()  # as above
