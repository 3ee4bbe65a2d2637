"""Fixtures: a tenant of each platform, and a project on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenant_email import platforms
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(params=platforms.names())
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalMachine]:
    """Runs a machine with one tenant."""
    with LocalMachine(tmp_path / "machine", [request.param]) as running:
        yield running
