"""`stacks/fleet` on an engine: all tenants in one stack, or the one that a stack is for."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.engines import engine_params, open_engine
from support.fleets import LocalFleet, fleet_document
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.stack_config import Unit, config_of, own_config

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


def configure(engine: Watched, fleet: LocalFleet, unit: Unit) -> None:
    """Gives a stack what it has of the file."""
    found = read_fleet(fleet.file)
    for key, value in config_of(found, unit, fleet.folder).items():
        engine.set_config(key, value if isinstance(value, str) else json.dumps(value))
    for key, value in own_config(found, unit, fleet.folder).items():
        engine.set_config(f"tenant-email-fleet:{key}", value)


def test_one_stack_for_all(engine: Watched, fleet: LocalFleet) -> None:
    """It refuses a config that is not the file's, and then makes a provider and a template in each tenant."""
    refused = engine.preview()
    assert not refused.ok
    assert "tenant-email:tenants.t002: is missing, and tenants.yaml has that tenant" in refused.text
    configure(engine, fleet, Unit())
    assert engine.up().changes["create"] == 7
    assert fleet.writes() == {"t000": 2, "t001": 2, "t002": 2}


def test_one_of_a_hundred(engine: Watched, fleet: LocalFleet) -> None:
    """The stack of a tenant touches that one alone, whatever else the file has."""
    others = {f"x{number}": {**fleet.entries["t000"], "url": f"x{number}.acme.com"} for number in range(97)}
    fleet.write(fleet_document(fleet.entries | others))
    configure(engine, fleet, Unit(tenant="t001"))
    assert engine.up().changes["create"] == 3
    assert fleet.writes() == {"t000": 0, "t001": 2, "t002": 0}


def test_a_tenant_that_is_renamed(engine: Watched, fleet: LocalFleet) -> None:
    """What it has is not made anew under the new name, and nothing is written to it."""
    configure(engine, fleet, Unit(tenant="t001"))
    assert engine.up().ok
    entries = dict(fleet.entries)
    entries["big"] = {**entries.pop("t001"), "renamed_from": "t001"}
    fleet.write(fleet_document(entries))
    configure(engine, fleet, Unit(tenant="big"))
    fleet.forget()
    renamed = engine.up()
    assert (renamed.ok, set(renamed.operations.values())) == (True, {"update"}), renamed.text
    assert set(fleet.writes().values()) == {0}
