"""Fixtures: a tenant with mail servers on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.pingone_aic_site import Site, open_server, open_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_local.smtp import SmtpServer


@pytest.fixture(scope="session")
def server() -> Iterator[SmtpServer]:
    """Takes mail for any example host."""
    with open_server() as running:
        yield running


@pytest.fixture
def site(server: SmtpServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Site]:
    """Serves a fresh development tenant."""
    with open_site(server, monkeypatch) as opened:
        yield opened
