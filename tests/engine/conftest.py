"""One machine for the folders whose tests only empty its tenant; the others make a machine of their own."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator


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
