"""The switch of `make kills`: every kill, and many sequences, instead of the sample that `make test` takes."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the switch."""
    parser.addoption("--all-faults", action="store_true", help="a kill at every write, more sequences: half an hour")


@pytest.fixture
def everything(request: pytest.FixtureRequest) -> bool:
    """Returns whether all is tried."""
    return bool(request.config.getoption("--all-faults", default=False))
