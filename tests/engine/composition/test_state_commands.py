"""Pulumi's own commands for a state: what they move or rename is found again, and nothing is called for it."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from support.engines import PASSPHRASE, environment
from support.lab import Lab
from support.ways import dynamic_only

if TYPE_CHECKING:
    from pathlib import Path

    from support.canary import Watched
    from tenant_email_local.machine import LocalMachine

pytestmark = [
    dynamic_only,
    pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH"),
]

PROGRAM = """
import pulumi
from tenant_email import EmailProvider, EmailTemplate, auth0

provider = EmailProvider("{name}", from_address="no-reply@acme.example",
    settings=auth0.Smtp(host="smtp.acme.example", username="u", password=pulumi.Config().require_secret("password")))
EmailTemplate("verify", provider_id=provider.id,
    settings=auth0.Template(template="verify_email", subject="Hi", body="<p>{{{{ url }}}}</p>"))
"""


class Cli:
    """A stack, with the CLI's own commands for its state."""

    def __init__(self, machine: LocalMachine, scratch: Path, name: str, program: str) -> None:
        folder = scratch / name
        folder.mkdir()
        self.lab = Lab.make(machine, folder, "pulumi")
        self.lab.scratch = scratch
        self.lab.write(program, name)
        self.engine: Watched = self.lab.open()
        self.engine.set_config(f"{name}:password", "canary-password", secret=True)

    def state(self, *words: str) -> str:
        """Does a command that has to succeed, and shows no secret."""
        where = {"PULUMI_BACKEND_URL": f"file://{self.lab.scratch / 'backend'}", "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE}
        command = ["pulumi", "state", *words, "--yes", "--non-interactive"]
        done = subprocess.run(
            command, cwd=self.lab.folder, env={**environment(), **where, "PULUMI_HOME": str(self.lab.scratch / "home")},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stdout + done.stderr
        assert "canary" not in done.stdout + done.stderr
        return done.stdout

    def urn(self, name: str) -> str:
        """Returns the URN of a resource."""
        listed = self.engine.export()["deployment"]["resources"]
        (found,) = [each["urn"] for each in listed if each["urn"].endswith(f"::{name}")]
        return str(found)

    def unchanged(self) -> None:
        """Expects nothing to be done, and no call."""
        self.lab.calls()
        assert (up := self.engine.up()).ok, up.text
        assert up.operations == {}
        assert self.lab.calls() == []


def test_what_is_renamed_or_moved_is_found_again(machine: LocalMachine, tmp_path: Path) -> None:
    """By `state rename`, by `state move` to another project's stack, and by an export that is imported."""
    first = Cli(machine, tmp_path, "first", PROGRAM.format(name="mail"))
    assert first.engine.up().ok
    first.state("rename", first.urn("mail"), "login")
    first.lab.write(PROGRAM.format(name="login"), "first")
    first.unchanged()
    second = Cli(machine, tmp_path, "second", PROGRAM.format(name="login"))
    first.lab.calls()
    first.state(
        "move", first.urn("login"), first.urn("verify"),
        "--source", "organization/first/dev", "--dest", "organization/second/dev",
    )  # fmt: skip
    assert first.lab.calls() == []
    second.unchanged()
    second.engine.import_(second.engine.export())
    second.unchanged()
    assert second.engine.destroy().ok
    assert machine.auth0.state.provider is None
