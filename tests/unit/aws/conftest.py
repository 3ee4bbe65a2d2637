"""Two name servers that say what a test tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.name_servers.told import told_servers

if TYPE_CHECKING:
    from collections.abc import Generator

    from support.name_servers.told import ToldServer


@pytest.fixture(scope="module")
def servers() -> Generator[tuple[int, list[ToldServer]]]:
    """Runs both for all tests."""
    with told_servers("127.0.0.1", "127.0.0.2") as running:
        yield running
