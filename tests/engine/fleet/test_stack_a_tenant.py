"""A stack for each tenant, on the real CLI: seen, brought up, killed and gone on with, and taken down."""

from __future__ import annotations

import shutil
import signal
from typing import TYPE_CHECKING, Any, cast

import pytest

from support.driven_fleet import DrivenFleet
from support.fleets import PASSWORD, LocalFleet, fleet_document

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LOOKS = {"PULUMI_OPTION_REFRESH": "true", "PULUMI_OPTION_EXPECT_NO_CHANGES": "true"}
"""What has a preview look for drift."""
pytestmark = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")


@pytest.fixture
def driven(tmp_path: Path) -> Iterator[DrivenFleet[LocalFleet]]:
    """Runs two tenants, with their file."""
    with LocalFleet(tmp_path / "fleet", 2) as fleet:
        fleet.write()
        yield DrivenFleet(fleet, tmp_path)


def kept(driven: DrivenFleet[LocalFleet]) -> dict[str, bytes]:
    """Returns the files of the project and of the backend, without what the CLI notes of a new backend."""
    folders = (driven.fleet.folder, driven.scratch / "backend")
    found = (path for folder in folders for path in folder.rglob("*") if "__pycache__" not in path.parts)
    return {str(path): path.read_bytes() for path in found if path.is_file() and not path.name.startswith("meta.yaml")}


def test_killed_and_gone_on_with(driven: DrivenFleet[LocalFleet]) -> None:
    """A preview touches nothing; a run that is killed ends by itself; each write was made once; then all goes."""
    before = kept(driven)
    code, said = driven.run("preview")
    assert (code, driven.fleet.writes()) == (0, {"t000": 0, "t001": 0})
    assert kept(driven) == before
    assert 'from_address: "no-reply@acme.example"' in said
    killed = driven.start("up", "--yes")
    driven.await_a_write()
    killed.send_signal(signal.SIGKILL)
    killed.wait()
    code, said = driven.run("up", "--yes", "--resume")
    assert code == 0, said
    assert driven.fleet.writes() == {"t000": 2, "t001": 2}
    before = kept(driven)
    driven.fleet.secrets |= LOOKS  # not secret, but of the environment
    code, said = driven.run("preview")
    assert (code, kept(driven)) == (0, before)
    assert "2 stacks: 2 done; 0 changes" in said
    cast("Any", driven.fleet.tenants["t000"]).state.provider["default_from_address"] = "somebody@else.example"
    code, said = driven.run("preview", "--tenants", "t000")
    assert (code, kept(driven)) == (1, before)
    assert "t000: failed: no changes were expected for preview but changes were proposed" in said
    for name in LOOKS:
        del driven.fleet.secrets[name]
    code, said = driven.run("up", "--yes")
    assert "2 stacks: 2 done; 0 changes" in said
    assert driven.fleet.writes() == {"t000": 2, "t001": 2}
    assert PASSWORD not in said
    assert driven.run("destroy", "--yes", "--tenants", "t001")[0] == 0


def test_one_that_fails(driven: DrivenFleet[LocalFleet]) -> None:
    """The other comes up, and the reason is told."""
    document = fleet_document(driven.fleet.entries)
    document["tenants"]["t001"]["appSecretEnv"] = "FLEET_WRONG"
    driven.fleet.secrets["FLEET_WRONG"] = "canary-fleet-wrong"
    driven.fleet.write(document)
    code, said = driven.run("up", "--yes")
    assert code == 1
    assert "2 stacks: 1 done, 1 failed" in said
    assert "t001: failed: t001: " in said
    assert "canary" not in said
    assert driven.fleet.writes()["t000"] == 2
