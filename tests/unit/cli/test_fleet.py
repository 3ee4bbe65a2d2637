"""The commands `tenant-email fleet …`: what they say to do next, and which files they take."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner

from support.fleet_texts import fleet_text
from tenant_email.cli import app
from tenant_email.cli.fleet.running import Asked, question


def test_a_run_is_gone_on_with_for_the_same_stacks() -> None:
    """What was left out by an option is left out again: a destroy of one tenant is no destroy of all."""
    assert Asked().command("up") == "tenant-email fleet up tenants.yaml"
    asked = Asked(Path("my tenants.yaml"), ["a*", "b"], tenants_only=True, parallel=8, cwd=Path("my project"))
    assert asked.command("destroy") == (
        "tenant-email fleet destroy 'my tenants.yaml' '--tenants=a*' --tenants=b --tenants-only "
        "'--cwd=my project' --parallel=8"
    )


def test_what_is_asked() -> None:
    """Which stacks it is for: a pattern may match more than was meant."""
    assert question("destroy", ["acme"]) == "destroy 1 stack (acme)?"
    assert question("up", list("abcde")) == "up 5 stacks (a, b, c, d, e)?"
    assert question("up", list("abcdefg")) == "up 7 stacks (a, b, c, d, e and 2 more)?"


@pytest.mark.parametrize("command", ["up", "preview", "refresh", "destroy", "configure", "kubernetes", "deployments"])
def test_the_standard_input_is_no_file_of_a_stack(command: str) -> None:
    """Its program would wait for another one; a check takes it."""
    options = {"configure": ["--stack", "a"], "kubernetes": ["--out", "o"], "deployments": ["--out", "o", "--org", "a"]}
    refused = CliRunner().invoke(app, ["fleet", command, "-", *options.get(command, [])])
    assert refused.exit_code == 2
    assert "Name a file: the programs of the stacks read it too." in refused.output


def test_a_check_of_the_standard_input() -> None:
    """It is a file like any other."""
    done = CliRunner().invoke(app, ["fleet", "check", "-"], input=fleet_text())
    assert (done.exit_code, done.output) == (0, "-: 1 tenant, nothing wrong\n")
