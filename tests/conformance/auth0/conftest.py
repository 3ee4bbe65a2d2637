"""Fixtures: an empty tenant, and the package's own client on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.auth0_client import Wire
from tenant_email_local.emulators.auth0 import Auth0Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def tenant() -> Iterator[Auth0Emulator]:
    """Serves an empty tenant, in which everything that plans and ages decide is allowed."""
    with Auth0Emulator() as emulator:
        emulator.state.custom_action_deployed = True
        yield emulator


@pytest.fixture
def wire(tenant: Auth0Emulator) -> Wire:
    """The package's client, and what it sent."""
    return Wire(tenant)
