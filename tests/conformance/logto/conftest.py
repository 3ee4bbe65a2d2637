"""Fixtures: a tenant with mail servers on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.logto_sinks import Sinks
from support.logto_site import Site, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def running_sinks() -> Iterator[Sinks]:
    """Takes what tenants send."""
    with Sinks() as sinks:
        yield sinks


@pytest.fixture
def site(running_sinks: Sinks, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serves a fresh tenant."""
    running_sinks.clear()
    running_sinks.http.refusal = ""
    with open_site(running_sinks, monkeypatch) as opened:
        yield opened
