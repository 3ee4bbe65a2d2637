"""Fixtures: a machine whose SES looks often and whose keys work at once, and a lab on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.engines import engine_params
from support.lab import Lab
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[LocalMachine]:
    """Runs a machine with the zone acme.example."""
    with LocalMachine(tmp_path / "machine", behavior=Behavior(look_delay=0.1, key_delay=0)) as running:
        running.aws.create_zone("acme.example")
        yield running


@pytest.fixture(params=engine_params())
def lab(request: pytest.FixtureRequest, machine: LocalMachine, tmp_path: Path) -> Lab:
    """Makes an empty project for each engine."""
    return Lab.make(machine, tmp_path, request.param)
