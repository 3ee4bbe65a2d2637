"""Fixtures of the PingOne AIC emulator's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.pingone_aic import Tenant, state
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicSwitches

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    """Serves a fresh development tenant, whose restarts are over at once."""
    with AicEmulator(state=state(), switches=AicSwitches(restart_seconds=0.0)) as emulator:
        yield Tenant(emulator)
