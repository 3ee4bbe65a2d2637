"""Benchmarks run on request, `make bench`: they take long, wait in real time, and write docs/numbers.md."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import pytest

from support.benchmark import machine, page
from support.benchmark.results import Results, keep, read
from support.wheels import Environment, build, metadata

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    """Adds the switch that `make bench` sets, and the page that it writes."""
    parser.addoption("--benchmark", action="store_true", help="run what waits in real time")
    parser.addoption("--page", type=Path, help="write what was measured to this page")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skips benchmarks that nobody asked for."""
    if config.getoption("--benchmark", default=False):
        return
    for item in items:
        if item.path.is_relative_to(config.rootpath / "tests" / "bench"):
            item.add_marker(pytest.mark.skip(reason="a benchmark; run `make bench`"))


KEPT: Final = Path(__file__).with_name("numbers.json")
"""What the page is made of."""


@pytest.fixture(scope="session")
def run() -> str:
    """The name of this run: when it began."""
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S}"


@pytest.fixture(scope="session")
def results(pytestconfig: pytest.Config, run: str) -> Iterator[Results]:
    """What the benchmarks of this run found; it takes its place in the page at their end, also where some failed."""
    found = Results({run: machine.described()})
    yield found
    if path := pytestconfig.getoption("--page"):
        merged = read(KEPT).updated(found)
        keep(merged, KEPT)
        page.write(merged, path)


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of an environment that holds the library, the embedded engine and what both require."""
    packages = ("tenant_email", "embedded_pulumi_engine")
    built = [build(package, tmp_path_factory.mktemp("wheel")) for package in packages]
    names = ["pip", *(metadata(package)["name"] for package in packages)]  # the CLI asks pip what is installed
    return Environment.make(tmp_path_factory.mktemp("environment") / "venv", built, with_only=names).python
