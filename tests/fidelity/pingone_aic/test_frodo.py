"""The platform's official command-line client against the emulator: what it takes for the platform."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from support.frodo import Frodo
from support.pingone_aic import state
from tenant_email_local.emulators.pingone_aic import AicEmulator, AicSwitches

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def emulator() -> Iterator[AicEmulator]:
    """Serves a tenant whose restarts are over at once."""
    with AicEmulator(state=state(), switches=AicSwitches(restart_seconds=0.0)) as running:
        yield running


def test_login_and_every_export_and_import(emulator: AicEmulator, tmp_path: Path) -> None:
    """ESVs are made and applied, email and configuration listed, all is exported, and an import puts it back."""
    frodo, there = Frodo(emulator, tmp_path), emulator.state
    made = frodo.run(
        "info --json",
        "esv variable create --variable-id esv-port --value 587 --variable-type int --description port",
        "esv secret create --secret-id esv-password --value canary-one --description password",
    )
    assert [done.code for done in made] == [0, 0, 0]
    assert '"authenticatedSubject": "Local service account [' in made[0].text
    read = frodo.run(
        "esv apply -y",
        "esv variable list",
        "esv secret version create --secret-id esv-password --value canary-one",
        "email template list",
        "idm list",
        "config export -a -f all.json",
    )
    assert [done.code for done in read] == [0] * 6
    assert "with final status: ready" in read[0].text
    assert there.secrets["esv-password"].document["loaded"]
    assert "esv-port" in read[1].text
    assert "Created version 1 of secret esv-password" in read[2].text
    names = sorted(there.config, key=str.lower)
    templates = [name for name in names if name.startswith("emailTemplate/")]
    assert [f"emailTemplate/{line}" for line in read[3].text.split()[-len(templates) :]] == templates
    assert [line for line in read[4].text.splitlines() if line in there.config] == names
    exported = json.loads((tmp_path / "all.json").read_text())["global"]
    assert exported["idm"]["external.email"] == {"_id": "external.email", **there.config["external.email"]}
    assert (list(exported["variable"]), list(exported["secret"])) == (["esv-port"], ["esv-password"])
    before = there.config.pop("emailTemplate/welcome")
    del there.variables["esv-port"]
    there.config["external.email"]["port"] = 1
    assert [done.code for done in frodo.run("config import -a -f all.json")] == [0]
    assert there.config["emailTemplate/welcome"] == before
    assert there.config["external.email"]["port"] == 25
    assert there.variables["esv-port"].document["valueBase64"] == "NTg3"
    # who wrote an ESV is looked up among the administrators, where a service account is not
    assert {call.path.split("/")[3] for call in emulator.calls if call.status in (404, 500)} == {"teammember"}
