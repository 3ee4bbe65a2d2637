"""An operation of its own for what a test does, in a process that runs many tests."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

import pulumi

from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Iterator

_USUAL_LIMIT: Final = 1000  # Python's own


@contextmanager
def own_operation() -> Iterator[None]:
    """Ends with what was begun in it: its config would be the tenants and the region of whatever comes next.

    A program's own config goes too, of which Pulumi's SDK keeps the last; and so does the limit of tracebacks that a
    lifecycle which raised has left, and with which that SDK finds no stack.
    """
    timing, config = operation.current().timing, dict(operation.current().config)
    try:
        yield
    finally:
        begun = operation.begin(timing).config
        begun.clear()
        begun.update(config)
        pulumi.runtime.set_all_config({}, [])
        sys.tracebacklimit = _USUAL_LIMIT
