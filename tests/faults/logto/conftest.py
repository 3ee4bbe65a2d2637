"""Fixtures: a tenant with mail servers on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.logto_sinks import Sinks
from support.logto_site import Site, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def sinks() -> Iterator[Sinks]:
    """Takes what tenants send."""
    with Sinks() as running:
        yield running


@pytest.fixture
def site(sinks: Sinks, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serves a fresh tenant."""
    with open_site(sinks, monkeypatch) as opened:
        yield opened
