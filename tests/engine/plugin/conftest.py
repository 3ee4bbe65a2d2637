"""Fixtures: a machine whose SES looks often and whose keys work at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tenant_email_local.machine import LocalMachine


@pytest.fixture
def machine(quick_machine: LocalMachine) -> LocalMachine:
    """The machine, with the zone acme.example."""
    return quick_machine
