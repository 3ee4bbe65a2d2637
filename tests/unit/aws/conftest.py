"""Two name servers that say what a test tells them, a clock for waits, and AWS in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.aws_memory import memory
from support.clock import Clock
from support.name_servers.told import told_servers
from tenant_email.operations import operation
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from support.aws_memory import Memory
    from support.name_servers.told import ToldServer


@pytest.fixture(scope="module")
def servers() -> Generator[tuple[int, list[ToldServer]]]:
    """Runs both for all tests."""
    with told_servers("127.0.0.1", "127.0.0.2") as running:
        yield running


@pytest.fixture
def aws() -> Memory:
    """SES and Route 53 of a region, empty, without a network."""
    return memory()


@pytest.fixture
def server(servers: tuple[int, list[ToldServer]], monkeypatch: pytest.MonkeyPatch) -> ToldServer:
    """The server that everyone is asked of."""
    port, (first, _) = servers
    first.forget()
    monkeypatch.setenv("TENANT_EMAIL_DNS", f"127.0.0.1:{port}")
    return first


@pytest.fixture
def clock() -> Iterator[Clock]:
    """The clock of all waits."""
    clock = Clock()
    operation.begin(Timing(sleep=clock.sleep, now=lambda: clock.now))
    yield clock
    operation.begin(Timing())
