"""Two name servers that say what a test tells them, and AWS in memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.aws_memory import memory
from support.name_servers.told import told_servers

if TYPE_CHECKING:
    from collections.abc import Generator

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
