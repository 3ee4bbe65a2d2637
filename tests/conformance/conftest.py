"""What waits in the test's own process waits a fraction of its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.quick_waits import quick_waits

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(autouse=True)
def _quick_waits() -> Iterator[None]:
    with quick_waits():
        yield
