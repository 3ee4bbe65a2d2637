"""A whole fleet in one stack, as `stacks/fleet` declares it where no tenant is chosen."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.engines import engine_params, open_engine
from support.fleets import LocalFleet
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.stack_config import Unit, config_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.canary import Watched


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[LocalFleet]:
    """Runs a tenant of each platform, with the stack and its file."""
    with LocalFleet(tmp_path / "fleet", 3) as running:
        running.write()
        yield running


@pytest.fixture(params=engine_params())
def engine(request: pytest.FixtureRequest, fleet: LocalFleet, tmp_path: Path) -> Watched:
    """Opens the stack; nothing is configured yet."""
    return open_engine(request.param, fleet.folder, tmp_path, environ=fleet.environment())


def configure(engine: Watched, fleet: LocalFleet) -> None:
    """Gives the stack the entries of the file's tenants."""
    for key, value in config_of(read_fleet(fleet.file), Unit(), fleet.folder).items():
        engine.set_config(key, value if isinstance(value, str) else json.dumps(value))


def test_life_of_a_fleet(engine: Watched, fleet: LocalFleet) -> None:
    """It refuses a config that is not the file's, and then comes up, stays as it is, and goes."""
    refused = engine.preview()
    assert not refused.ok
    assert "tenant-email:tenants.t002: is missing, and tenants.yaml has that tenant" in refused.text
    configure(engine, fleet)
    assert engine.up().changes["create"] == 7
    assert fleet.writes() == {"t000": 2, "t001": 2, "t002": 2}
    fleet.forget()
    assert engine.up().operations == {}
    assert engine.destroy().ok
