"""A hundred tenants of three platforms from one file: in one stack, and with a stack for each."""

from __future__ import annotations

import json
import os
import shutil
import time
from typing import TYPE_CHECKING, Final

import pytest

from support.driven_fleet import DrivenFleet
from support.engines import engine_params, open_engine
from support.fleets import LocalFleet
from tenant_email.fleet.reading import examine_file, read_fleet
from tenant_email.fleet.stack_config import Unit, config_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

COUNT: Final = int(os.environ.get("TENANT_EMAIL_TENANTS", "100"))
"""A stack for each of a hundred, made and run again, takes ten minutes on two cores."""
WRITES: Final = {f"t{number:03}": 2 for number in range(COUNT)}
"""A provider and a template in each tenant."""


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[LocalFleet]:
    """Runs all tenants, with their file."""
    with LocalFleet(tmp_path / "fleet", COUNT) as running:
        running.write()
        yield running


def test_it_is_read(fleet: LocalFleet) -> None:
    """Names, types and the library's rules of all of them, in the time of a keystroke or two."""
    began = time.process_time()
    assert examine_file(fleet.file).problems == ()
    print(f"\n{COUNT} tenants checked in {time.process_time() - began:.2f} s of CPU", end="")  # noqa: T201 - as others


@pytest.mark.parametrize("kind", engine_params())
def test_in_one_stack(kind: str, fleet: LocalFleet, tmp_path: Path) -> None:
    """As few writes as there are resources, and none in a second run."""
    engine = open_engine(kind, fleet.folder, tmp_path, environ=fleet.environment())
    for key, value in config_of(read_fleet(fleet.file), Unit(), fleet.folder).items():
        engine.set_config(key, json.dumps(value))
    for expected in (WRITES, dict.fromkeys(WRITES, 0)):
        began = time.monotonic()
        assert engine.up().ok
        print(f"\n{kind}: up of {COUNT} tenants in {time.monotonic() - began:.0f} s", end="")  # noqa: T201
        assert fleet.writes() == expected
        fleet.forget()


@pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")
def test_a_stack_for_each(fleet: LocalFleet, tmp_path: Path) -> None:
    """The same, by the command."""
    driven = DrivenFleet(fleet, tmp_path)
    for expected in (WRITES, dict.fromkeys(WRITES, 0)):
        began = time.monotonic()
        code, said = driven.run("up", "--yes", "--parallel", "4")
        assert code == 0, said
        print(f"\n{COUNT} stacks, four at once: {time.monotonic() - began:.0f} s", end="")  # noqa: T201
        assert fleet.writes() == expected
        fleet.forget()
