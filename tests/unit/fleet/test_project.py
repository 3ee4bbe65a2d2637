"""Where a fleet's project is: a command that does not find it says what one can do with this very command."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from support.commands import all_commands
from support.fleet_texts import fleet_text
from tenant_email.cli import app

if TYPE_CHECKING:
    from pathlib import Path

KUBERNETES = ("kubernetes", "--out=m", "--repo=https://github.com/acme/mail", "--org=acme")
DEPLOYMENTS = ("deployments", "--out=d", "--github=acme/mail", "--org=acme")


@pytest.mark.parametrize("words", [("preview",), ("configure", "--stack=prod"), KUBERNETES, DEPLOYMENTS], ids=str)
def test_a_file_without_a_project(words: tuple[str, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each option that the remedy names is one of the command's."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "tenants.yaml").write_text(fleet_text())
    result = CliRunner().invoke(app, ["fleet", *words])
    assert result.exit_code == 1
    assert "has no Pulumi.yaml with a name" in result.output
    (command,) = (each for names, each in all_commands() if names == ("fleet", words[0]))
    options = {option for each in command.params for option in each.opts}
    assert set(re.findall(r"--[a-z-]+", result.output)) == {"--cwd"} & options
