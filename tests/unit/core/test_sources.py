"""The sources of modules are read whatever the collector ends meanwhile."""

from __future__ import annotations

import gc
from pathlib import Path
from traceback import format_exc

from tenant_email import sources


class Forgotten:
    """What formats a traceback at its end, and can only be ended by the collector, as asyncio's futures can."""

    def __init__(self) -> None:
        self.itself = self

    def __del__(self) -> None:
        try:
            int("none")
        except ValueError:
            format_exc()


def test_what_formats_a_traceback_at_its_end_does_no_harm() -> None:
    """CPython before 3.11.8 ends in "AST constructor recursion depth mismatch" otherwise: a command ended in it."""
    source, before = Path(sources.__file__).read_text(), gc.get_threshold()
    gc.set_threshold(50, 2, 2)
    try:
        for _ in range(50):
            Forgotten()
            assert sources.statements(source)
    finally:
        gc.set_threshold(*before)
    assert gc.isenabled()
