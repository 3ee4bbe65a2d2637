"""The command `tenant-email fleet deployments`: what it writes, and what it leaves alone."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from support.fleets import STACK
from tenant_email.cli import app

if TYPE_CHECKING:
    from pathlib import Path

_VARIABLES = {
    "appSecretFile: secrets/initech": "appSecretEnv: INITECH",
    "serviceAccountKeyFile: secrets/forge.jwk.json": "serviceAccountKeyEnv: FORGE",
    "password_file: secrets/forge-smtp": "password_env: FORGE_SMTP",
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The stack, its secrets in variables."""
    shutil.copytree(STACK, tmp_path / "fleet")
    file = tmp_path / "fleet" / "tenants.yaml"
    text = file.read_text()
    for name, instead in _VARIABLES.items():
        text = text.replace(name, instead)
    file.write_text(text)
    return tmp_path / "fleet"


def run(folder: Path, *more: str) -> Any:
    """Writes the settings."""
    words = ["fleet", "deployments", str(folder / "tenants.yaml"), "--out", str(folder / "out"), "--org", "acme"]
    return CliRunner().invoke(app, [*words, "--github", "acme/mail", *more])


def test_every_stack_has_its_settings_and_its_config(folder: Path) -> None:
    """And the secrets that each needs are told by name; what is gone is told of, and stays."""
    done = run(folder)
    assert "  initech: INITECH, INITECH_SMTP_PASSWORD\n" in done.output
    assert "Without --aws-role, AWS has to be in the environment of: sending_domain.mail" in done.output
    assert json.loads((folder / "out" / "acme.settings.json").read_text())["gitHub"]["repository"] == "acme/mail"
    assert (folder / "Pulumi.sending_domain.mail.yaml").exists()
    (folder / "out" / "acme.settings.json").rename(folder / "out" / "gone.settings.json")
    assert "gone.settings.json is of no stack of this fleet any more" in run(folder, "--drift", "0 0 * * *").output


def test_a_tenant_of_another_name(folder: Path) -> None:
    """What takes its state along is said, and nobody is told to destroy it."""
    run(folder)
    file = folder / "tenants.yaml"
    file.write_text(file.read_text().replace("  initech:\n", "  initrode:\n    renamed_from: initech\n"))
    assert run(folder).output.splitlines()[-3:] == [
        "initech.settings.json is of a stack that has another name now: delete it.",
        "Stacks were renamed. Where it is not done yet, before anything is applied, in a Pulumi project:",
        "  pulumi stack rename acme/tenant-email-fleet/initrode --stack acme/tenant-email-fleet/initech",
    ]


def test_nothing_is_written_where_something_is_wrong(folder: Path) -> None:
    """No config either: of options, of a stack that is for something else, of a file of somebody else."""
    before = {path.name for path in folder.iterdir()}
    assert "--drift: is not a cron expression" in run(folder, "--drift", "daily").output
    (folder / "Pulumi.acme.yaml").write_text("config: {tenant-email:tenants: {other: {}}}\n")
    assert "is the config of a stack of other" in run(folder).output
    (folder / "Pulumi.acme.yaml").unlink()
    assert {path.name for path in folder.iterdir()} == before
    (folder / "out").mkdir()
    (folder / "out" / "apply.sh").write_text("mine")
    assert "apply.sh: is there, and not made by this" in run(folder).output
    assert {path.name for path in folder.iterdir()} == before | {"out"}
