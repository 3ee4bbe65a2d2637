"""Does the commands of a guide: Pulumi's with the embedded engine's configuration, ours as a person calls them."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import subprocess
from contextlib import chdir
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final
from unittest.mock import patch

from typer.testing import CliRunner

from embedded_pulumi_engine import Stack
from support.blocks import ROOT
from support.engines import PASSPHRASE, Outcome, environment, give_salt
from support.follow import NobodyRunsItError, follow
from support.migrations import OTHER_TOOLS, migrate
from tenant_email import platforms
from tenant_email.cli import app
from tenant_email.tenants.connections import Connections
from tenant_email_local.emulators.delivery import Delivery

if TYPE_CHECKING:
    from pathlib import Path

    from support.blocks import Block

_FILLED_IN: Final = (
    *("clientId", "clientSecret", "appId", "appSecret", "serviceAccountId", "serviceAccountKey"),
    *("password", "directory"),
)
_ANSWERS: Final = dict.fromkeys(_FILLED_IN, "a-value")
_TENANT: Final = re.compile(r"tenant-email:tenants\.(\w+)\.(\w+)")


class GuideCommands:
    """The reader of a guide, in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._project = folder, folder / "project"
        self._project.mkdir()
        (self._project / "Pulumi.yaml").write_text("name: lab\nruntime: python\n")
        give_salt(self._project / "Pulumi.dev.yaml", PASSPHRASE)
        self._stack = Stack(self._project, "dev", state_dir=folder, environ=environment(), console=lambda _: None)
        self._tenants: dict[str, dict[str, str]] = {}

    def run(self, block: Block) -> None:
        """Does each command; what the tenants' entries lack or have too much is an error."""
        for command in block.commands:
            match shlex.split(command, comments=True):
                case ["make", target, *_]:
                    done = subprocess.run(["make", "--dry-run", target], cwd=ROOT, capture_output=True, check=False)
                    assert done.returncode == 0, done.stderr
                case words if "migrate" in words:
                    folder = self._folder / f"migration-{len(list(self._folder.iterdir()))}"
                    migrate(words[words.index("migrate") + 1 :], folder)
                case ["pulumi", "state", "delete", "--yes", urn] if urn.startswith("urn:pulumi:"):
                    continue
                case [tool, *_] if tool in OTHER_TOOLS:
                    continue
                case ["tenant-email", "fleet", *words]:
                    fleet_command(words, self._folder / "fleet")
                case ["tenant-email", *words]:
                    _call(words)
                case ["pulumi", "config", "get", "tenant-email:tenants", "|", "tenant-email", *words]:
                    _call(words, of_stack=True)
                case _:
                    follow([command], self, _ANSWERS, "lab")
        for name, entry in self._tenants.items():
            platform = entry.setdefault("platform", "auth0")
            entry.setdefault("url", "https://acme.eu.auth0.com")
            Connections(json.dumps(self._tenants), {}, platforms.connection_specs()).get(name, platform)

    def set_config(self, key: str, value: str, *, secret: bool = False, path: bool = False) -> None:
        """Sets it in the stack's file, as the engine does; a tenant's part is kept to be judged."""
        self._stack.set_config(key, value, secret=secret, path=path)
        if found := _TENANT.fullmatch(key):
            self._tenants.setdefault(found[1], {})[found[2]] = value

    def preview(self) -> Outcome:
        """Knows the command; the guide's program is previewed as a block of its own."""
        return Outcome(ok=True, operations={}, changes={})

    up = preview

    def refresh(self, *, run_program: bool = False) -> Outcome:
        """Knows the command and its option."""
        return self.preview()

    destroy = refresh


def fleet_command(words: list[str], folder: Path) -> None:
    """Calls a command of a fleet in a copy of its stack; what needs the Pulumi CLI comes as far as to say so."""
    if not folder.exists():
        shutil.copytree(ROOT / "stacks" / "fleet", folder)
    if words[0] == "kubernetes":  # a pod has its secrets where they are mounted
        file = folder / "tenants.yaml"
        file.write_text(file.read_text().replace(": secrets/", ": /run/secrets/"))
    if words[0] == "deployments":  # which have variables alone
        file = folder / "tenants.yaml"
        text = file.read_text().replace("password_file: secrets/forge-smtp", "password_env: FORGE_SMTP")
        file.write_text(re.sub(r"(\w+)File: secrets/(\w+)\S*", r"\1Env: \2", text))
    with chdir(folder), patch.dict(os.environ, {"PATH": "/usr/bin"}):
        result = CliRunner().invoke(app, ["fleet", *words])
    assert result.exit_code == 0 or "the Pulumi CLI is not on PATH" in result.output, result.output


def _call(words: list[str], *, of_stack: bool = False) -> None:
    """Calls the command, beside a tenant of the platform that it names; `of_stack`: a stack's config is piped to it."""
    named = next((word for word in words if word in platforms.names()), "")
    if not named:
        raise NobodyRunsItError(" ".join(words))
    local: Any = import_module(f"tenant_email_local.emulators.{named}.local")
    with local.tenant(0, Delivery()) as running, patch.dict(os.environ, local.environment(running)):
        spec = platforms.connection_specs()[named]
        entry = {"platform": named, "url": running.url}
        entry |= {key: os.environ[variable] for key, variable in spec.credentials.items()}
        tenants = json.dumps(dict.fromkeys(("acme", "main"), entry))
        result = CliRunner().invoke(app, words, input=tenants if of_stack else None)
    assert result.exit_code == 0, result.output
