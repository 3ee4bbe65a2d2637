"""An operation of its own for what a test does, in a process that runs many tests."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import pulumi

from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def own_operation() -> Iterator[None]:
    """Ends with what was begun in it: its config would be the tenants and the region of whatever comes next.

    A program's own config goes too, of which Pulumi's SDK keeps the last.
    """
    timing, config = operation.current().timing, dict(operation.current().config)
    try:
        yield
    finally:
        begun = operation.begin(timing).config
        begun.clear()
        begun.update(config)
        pulumi.runtime.set_all_config({}, [])
