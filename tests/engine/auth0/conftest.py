"""Fixtures: a lab on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.engines import engine_params
from support.lab import Lab

if TYPE_CHECKING:
    from tenant_email_local.machine import LocalMachine


@pytest.fixture(params=engine_params())
def lab(request: pytest.FixtureRequest, machine: LocalMachine, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """Makes an empty project for each engine."""
    return Lab.make(machine, tmp_path_factory.mktemp("lab"), request.param)
