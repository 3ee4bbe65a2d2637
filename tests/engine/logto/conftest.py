"""What the engine tests about Logto share: an emulated tenant and a program on either engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.engines import engine_params
from support.logto import Program, Tenant
from tenant_email_local.emulators.logto import LogtoEmulator

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def tenant() -> Iterator[Tenant]:
    """Serves an empty tenant."""
    with LogtoEmulator() as emulator:
        yield Tenant(emulator)


@pytest.fixture(params=engine_params())
def program(request: pytest.FixtureRequest, tmp_path: Path, tenant: Tenant) -> Program:
    """Returns a project on each engine."""
    return Program(request.param, tmp_path, tenant.emulator)
