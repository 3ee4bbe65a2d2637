"""A lab on each engine, and one machine where tests only empty its tenant; other folders make their own."""

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


@pytest.fixture(scope="session")
def running_machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalMachine]:
    """Runs a machine."""
    with LocalMachine(tmp_path_factory.mktemp("machine")) as running:
        yield running


@pytest.fixture
def machine(running_machine: LocalMachine) -> LocalMachine:
    """The machine, with nothing configured in its tenant."""
    tenant = running_machine.auth0
    tenant.state.provider = None
    tenant.state.templates.clear()
    tenant.reset_calls()
    return running_machine


@pytest.fixture
def quick_machine(tmp_path: Path) -> Iterator[LocalMachine]:
    """Runs a machine with the zone acme.example, whose SES looks often and whose keys work at once."""
    with LocalMachine(tmp_path / "machine", behavior=Behavior(look_delay=0.1, key_delay=0)) as running:
        running.aws.create_zone("acme.example")
        yield running


@pytest.fixture(params=engine_params())
def lab(request: pytest.FixtureRequest, machine: LocalMachine, tmp_path_factory: pytest.TempPathFactory) -> Lab:
    """Makes an empty project for each engine."""
    return Lab.make(machine, tmp_path_factory.mktemp("lab"), request.param)
