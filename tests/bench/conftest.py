"""Benchmarks run on request, `make bench`: they wait in real time."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the switch that `make bench` sets."""
    parser.addoption("--benchmark", action="store_true", help="run what waits in real time")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips benchmarks that nobody asked for."""
    if config.getoption("--benchmark", default=False):
        return
    for item in items:
        if item.path.is_relative_to(config.rootpath / "tests" / "bench"):
            item.add_marker(pytest.mark.skip(reason="a benchmark; run `make bench`"))
