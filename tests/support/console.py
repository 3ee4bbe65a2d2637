"""What this process says in a user's console, as the engine hears it, without an engine."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING

from support.host import listening
from tenant_email.operations import border

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pytest


@contextmanager
def console(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Makes this process a host; yields the lines that it says."""
    with listening() as (listener, address):
        monkeypatch.setattr(sys, "argv", ["host", address])
        border._engine.cache_clear()  # noqa: SLF001 - a host asks once in its life
        yield listener.lines
        border._engine.cache_clear()  # noqa: SLF001 - as above
