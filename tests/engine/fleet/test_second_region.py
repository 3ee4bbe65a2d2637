"""The worst day of a fleet: a region is down, and one line of the file moves the tenants to another one, and back."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from support.driven_fleet import DrivenFleet
from support.engines import engine_params, open_engine
from support.fleet_of_a_domain import FleetOfADomain, fleet_of_a_domain
from support.lab import DOMAIN
from tenant_email.fleet.reading import read_fleet
from tenant_email.fleet.stack_config import Unit, config_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.canary import Watched

DOWN, OTHER = "eu-west-1", "us-east-2"
NAMES = ("auth0", "logto")
MAIL: dict[str, Any] = {
    "domain": DOMAIN,
    "region": DOWN,
    "mail_from": "bounce-eu",
    "from_addresses": [f"no-reply@{DOMAIN}"],
    "events": {},
    "second_region": {"region": OTHER, "mail_from": "bounce-us"},
}


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[FleetOfADomain]:
    """Runs two tenants."""
    with fleet_of_a_domain(tmp_path, NAMES) as running:
        write(running)
        yield running


@pytest.fixture(params=engine_params())
def engine(request: pytest.FixtureRequest, fleet: FleetOfADomain, tmp_path: Path) -> Watched:
    """Opens the stack of both, configured."""
    engine = open_engine(request.param, fleet.folder, tmp_path, environ=fleet.environment())
    for key, value in config_of(read_fleet(fleet.folder / "tenants.yaml"), Unit(), fleet.folder).items():
        engine.set_config(key, value if isinstance(value, str) else json.dumps(value))
    return engine


def write(fleet: FleetOfADomain, through: str | None = None) -> None:
    """Writes the file; its tenants send through this region."""
    fleet.write({"mail": MAIL}, {name: {"sends_through": through} for name in NAMES})


def regions(fleet: FleetOfADomain) -> set[str]:
    """Returns the regions that mail of each tenant goes through."""
    return {str(fleet.mails.send(name).message["Feedback-ID"]).split(".")[1] for name in NAMES}


def asked(fleet: FleetOfADomain) -> list[str]:
    """Returns what the region was asked that is down."""
    return [call.operation for call in fleet.machine.aws.calls if call.region == DOWN]


def test_one_stack_for_all(engine: Watched, fleet: FleetOfADomain) -> None:
    """Each tenant gets host, user and password of the other region in one write; nobody asks the first one."""
    made = engine.up()
    assert made.ok, made.text
    assert regions(fleet) == {DOWN}
    for through, found in ((OTHER, OTHER), (None, DOWN)):
        fleet.machine.aws.behavior.down = {DOWN}
        fleet.forget()
        write(fleet, through)
        moved = engine.up()
        assert (moved.operations, asked(fleet)) == (dict.fromkeys(NAMES, "update"), []), moved.text
        assert fleet.writes()["auth0"] == 1
        fleet.machine.aws.behavior.down = frozenset()
        assert regions(fleet) == {found}


@pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
def test_a_stack_for_each(fleet: FleetOfADomain, tmp_path: Path) -> None:
    """The tenants alone are moved, and read of the domain's stack what is in its state."""
    driven = DrivenFleet(fleet, tmp_path)
    code, said = driven.run("up", "--yes")
    assert code == 0, said
    fleet.machine.aws.behavior.down = {DOWN}
    fleet.forget()
    write(fleet, OTHER)
    code, said = driven.run("up", "--yes", "--tenants-only")
    assert (code, asked(fleet)) == (0, []), said
    assert fleet.writes()["auth0"] == 1
    assert regions(fleet) == {OTHER}
    fleet.machine.aws.behavior.down = frozenset()
    write(fleet)
    code, said = driven.run("up", "--yes")
    assert code == 0, said
    assert regions(fleet) == {DOWN}
