"""Fixtures: a fresh machine with a PingOne AIC tenant, and a lab on each engine."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tenant_email_local.emulators.pingone_aic import AicEmulator


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[LocalMachine]:
    """Runs a machine whose tenant restarts fast."""
    with LocalMachine(tmp_path / "machine", platforms=("pingone_aic",)) as running:
        tenant_of(running).switches.restart_seconds = 0.2
        yield running


@pytest.fixture
def tenant(machine: LocalMachine) -> AicEmulator:
    """Returns the machine's tenant."""
    return tenant_of(machine)


def tenant_of(machine: LocalMachine) -> AicEmulator:
    """Returns the machine's tenant, typed."""
    return cast("AicEmulator", machine.tenants["pingone_aic"])
