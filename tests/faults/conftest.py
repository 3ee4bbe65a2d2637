"""The switch of `make kills`: every kill, and many sequences, instead of the sample that `make test` takes.

What waits in the test's own process waits a fraction of its time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.quick_waits import quick_waits

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the switch."""
    parser.addoption("--all-faults", action="store_true", help="a kill at every write, more sequences: half an hour")


@pytest.fixture
def everything(request: pytest.FixtureRequest) -> bool:
    """Returns whether all is tried."""
    return bool(request.config.getoption("--all-faults", default=False))


@pytest.fixture(autouse=True)
def _quick_waits() -> Iterator[None]:
    with quick_waits():
        yield
