"""Fixtures: a fresh machine and a lab on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[LocalMachine]:
    """Runs a machine."""
    with LocalMachine(tmp_path / "machine") as running:
        yield running
