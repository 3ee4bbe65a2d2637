"""Each stack as its README has it, command by command in a shell, from an empty home on the real CLI."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest
import yaml

from support.blocks import ROOT, blocks
from support.follow import INSTALLS, follow
from support.lab import DOMAIN, logins
from support.newcomer import Newcomer
from support.pingone_aic_site import ADA
from tenant_email import platforms
from tenant_email_local.machine import PASSWORDS, LocalMachine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.follow import Followed

pytestmark = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")

UV = (sys.executable, "-m", "uv")
REQUIRED = "requirements.txt"
CACHES = {"PIP_CACHE_DIR": "pip", "UV_CACHE_DIR": "uv"}
(USERNAME, PASSWORD), *_ = PASSWORDS.items()
SMTP = {"host": f"smtp.{DOMAIN}", "username": USERNAME, "password": PASSWORD, "fromAddress": f"no-reply@{DOMAIN}"}
SES = {"domain": DOMAIN, "fromAddress": f"no-reply@{DOMAIN}", "region": "us-east-1"}
GRAPH = {"mailbox": f"no-reply@{DOMAIN}", "directory": "d", "clientId": "local-graph-client"}
STACKS = {  # the flagship, auth0_ses, is test_machines' container
    "auth0_smtp": ("auth0", SMTP),
    "logto_ses": ("logto", SES),
    "logto_smtp": ("logto", {**SMTP, "testRecipient": ADA}),
    "aic_graph": ("pingone_aic", {**GRAPH, "clientSecret": "local-graph-secret", "testRecipient": ADA}),
    "aic_promotion": ("pingone_aic", SMTP),
}


class Shell:
    """Sets a stack's configuration with the CLI, as far as `follow` does it."""

    def __init__(self, user: Newcomer, project: Path) -> None:
        self._user, self._project = user, project

    def set_config(self, key: str, value: str, *, secret: bool = False, path: bool = False) -> None:
        """Sets a value."""
        flags = [*(["--secret"] if secret else []), *(["--path"] if path else [])]
        self._user.does(self._project, "pulumi", "config", "set", *flags, "--", key, value)


@pytest.fixture
def machine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[LocalMachine]:
    """Runs a machine with a tenant of the stack's platform."""
    platform, _ = STACKS[request.getfixturevalue("stack")]
    with LocalMachine(tmp_path / "machine", platforms=(platform,)) as running:
        yield running


@pytest.mark.parametrize("stack", STACKS)
def test_the_commands_of_its_readme(stack: str, machine: LocalMachine, tmp_path: Path, wheelhouse: Path) -> None:
    """Copied, installed, configured, up, up without a change, and destroyed."""
    caches = {variable: str(Path.home() / ".cache" / name) for variable, name in CACHES.items()}
    known = {**caches, **machine.environment()}
    for variable in platforms.connection_specs()[STACKS[stack][0]].credentials.values():
        del known[variable]  # what the README sets is enough to log in
    user = Newcomer.make(tmp_path / "home", wheelhouse, machine.plugins, known)
    machine.aws.create_zone(DOMAIN)
    (block,) = blocks(ROOT / "stacks" / stack / "README.md", language="sh")
    copy, *commands = block.commands
    user.does(ROOT, "sh", "-c", copy)
    project = user.home / "mail"
    for words in (["venv", "--quiet", "--seed"], ["pip", "install", "--quiet", "setuptools", "wheel", "-r", REQUIRED]):
        user.does(project, *UV, *words, UV_CONSTRAINT=str(user.home / "constraints.txt"))  # in seconds, as pip would
    assert commands[: len(INSTALLS)] == [*INSTALLS]
    for command in (INSTALLS[-1], "pulumi stack init dev"):
        user.does(project, *command.split())
    answers = {**logins(machine), **STACKS[stack][1]}
    name = yaml.safe_load((project / "Pulumi.yaml").read_text())["name"]
    follow(commands[:-1], cast("Followed", Shell(user, project)), answers, name)
    assert "created" in user.does(project, *commands[-1].split(), "--yes")
    assert "unchanged" in (again := user.does(project, "pulumi", "up", "--yes"))
    assert not any(word in again for word in ("created", "updated", "deleted", "replaced"))
    user.does(project, "pulumi", "destroy", "--yes")
