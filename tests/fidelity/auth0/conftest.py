"""Fixtures of the Auth0 emulator's tests."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.auth0 import Tenant
from tenant_email_local.emulators.auth0 import Auth0Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    """Serves an empty tenant with the documented switches."""
    with Auth0Emulator() as emulator:
        yield Tenant(emulator)
