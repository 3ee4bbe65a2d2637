"""A local machine, a program in a folder, and an engine on it: what whole-stack tests are made of."""

from __future__ import annotations

import json
import shutil
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

import yaml

from embedded_pulumi_engine.project import find_project
from support.blocks import ROOT, blocks
from support.engines import open_engine
from support.follow import follow
from support.ways import ON_PLUGIN
from tenant_email import platforms

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from support.canary import Watched
    from support.follow import Followed
    from tenant_email_local.machine import LocalMachine

DOMAIN = "acme.example"
_ON_PLUGIN = """
from tenant_email.plugin.face import PluginFace
from tenant_email.resources import faces

faces.use(PluginFace())
"""
"""Begins a program whose resources are to be the plug-in's, and not dynamic ones."""


@dataclass
class Lab:
    """One stack against one machine; planted secrets are looked for after every operation."""

    machine: LocalMachine
    folder: Path
    kind: str
    scratch: Path

    @classmethod
    def make(cls, machine: LocalMachine, scratch: Path, kind: str) -> Self:
        """Makes an empty project."""
        folder = scratch / "project"
        folder.mkdir()
        return cls(machine, folder, kind, scratch)

    def write(self, program: str, name: str = "lab") -> None:
        """Writes the program; it can be rewritten between operations."""
        settings = {"name": "python", "options": {"toolchain": "pip", "virtualenv": sys.prefix}}
        document = {"name": name, "runtime": settings}
        (self.folder / "Pulumi.yaml").write_text(json.dumps(document))
        (self.folder / "__main__.py").write_text(_by_face(program))

    def copy(self, stack: str) -> None:
        """Copies one of the project's own stacks, as a user would; its environment is this interpreter's."""
        self.adopt(ROOT / "stacks" / stack)

    def adopt(self, project_folder: Path) -> None:
        """Copies a project; its environment is this interpreter's."""
        shutil.copytree(project_folder, self.folder, dirs_exist_ok=True)
        project = self.folder / "Pulumi.yaml"
        project.write_text(project.read_text().replace("virtualenv: .venv", f"virtualenv: {sys.prefix}"))
        program = find_project(self.folder) / "__main__.py"
        if program.exists():  # in Python
            program.write_text(_by_face(program.read_text()))

    def open(self, environ: Mapping[str, str] | None = None) -> Watched:
        """Opens the stack, with the machine's environment, its tenant in the stack config."""
        variables = {**self.machine.environment(), **(environ or {})}
        engine = open_engine(self.kind, self.folder, self.scratch, environ=variables)
        for name, emulator in self.machine.tenants.items():
            engine.set_config("tenant-email:tenants.main.platform", name, path=True)
            engine.set_config("tenant-email:tenants.main.url", emulator.url, path=True)
        engine.set_config("aws:region", "us-east-1")
        return engine

    def configure(self, engine: Followed, stack: str, **answers: str) -> None:
        """Does the commands of a copied stack's README up to its `up`; `answers` are what a reader fills in."""
        (block,) = blocks(ROOT / "stacks" / stack / "README.md", language="sh")
        *commands, last = block.commands
        assert last == "pulumi up"
        project = yaml.safe_load((find_project(self.folder) / "Pulumi.yaml").read_text())["name"]
        follow(commands, engine, {**logins(self.machine), **answers}, project)

    def calls(self) -> list[str]:
        """Returns what the tenant was asked since the last look, as `METHOD path (fields)`."""
        tenant = next(iter(self.machine.tenants.values()))
        calls = [str(call) for call in tenant.calls]
        tenant.reset_calls()
        return calls

    def bodies(self, method: str) -> list[Any]:
        """Returns the bodies of all calls of a method since the last `calls`."""
        tenant = next(iter(self.machine.tenants.values()))
        return [call.request_json for call in tenant.calls if call.method == method]


def _by_face(program: str) -> str:
    """Returns a program with the resources of the face that this run of the tests is for."""
    if not ON_PLUGIN:
        return program
    first, future, rest = program.partition("from __future__ import annotations\n")
    return f"{first}{future}{_ON_PLUGIN}{rest}" if future else f"{_ON_PLUGIN}{program}"


def logins(machine: LocalMachine) -> dict[str, str]:
    """Returns where the machine's tenant is, and what logs in there, by the names in a tenant's entry."""
    environment = machine.environment()
    specs = [platforms.connection_specs()[name] for name in machine.tenants]
    parts = {name: variable for spec in specs for name, variable in {**spec.plain, **spec.secret}.items()}
    known = {name: environment[variable] for name, variable in parts.items() if variable in environment}
    return known | {"url": next(iter(machine.tenants.values())).url}
