"""A lifecycle reached by a program with one resource, on an engine."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from support.engines import open_engine
from support.host import Failed
from support.plugin import in_schema_names, on_path, token_of
from support.ways import Recorded, Values, unrecorded

if TYPE_CHECKING:
    from pathlib import Path

    from pulumi.dynamic import ResourceProvider

    from support.engines import Outcome

_NAME: Final = "resource"
# its inputs are a file, so that a test changes them; a planted secret is marked, as a program marks its own
_PROGRAM: Final = """
import json
from pathlib import Path

import pulumi
from pulumi.dynamic import Resource

from {module} import {name}


class Managed(Resource, name="Managed", module="lab"):
    pass


def marked(value):
    if isinstance(value, dict):
        return {{key: marked(each) for key, each in value.items()}}
    return pulumi.Output.secret(value) if isinstance(value, str) and value.startswith("canary-") else value


Managed({name}(), "resource", marked(json.loads(Path("inputs.json").read_text())))
"""
_PLUGIN: Final = """
import json
from pathlib import Path

import pulumi


def marked(value):
    if isinstance(value, dict):
        return {{key: marked(each) for key, each in value.items()}}
    return pulumi.Output.secret(value) if isinstance(value, str) and value.startswith("canary-") else value


pulumi.CustomResource("{token}", "resource", marked(json.loads(Path("inputs.json").read_text())))
"""


class OnEngine:
    """A program with this one resource, on an engine; a check that fails is an `up` that fails."""

    def __init__(
        self, lifecycle: type[ResourceProvider], tenants: Values, folder: Path, *, kind: str, plugin: bool = False
    ) -> None:
        """Writes the program; with `plugin` the resource is the plug-in's, and not a dynamic one."""
        self._token = token_of(lifecycle) if plugin else ""
        source = (
            _PLUGIN.format(token=self._token)
            if plugin
            else _PROGRAM.format(module=lifecycle.__module__, name=lifecycle.__name__)
        )
        options = f"{{toolchain: pip, virtualenv: {sys.prefix}}}"
        self._folder = folder / "program"
        self._folder.mkdir()
        (self._folder / "__main__.py").write_text(source)
        (self._folder / "Pulumi.yaml").write_text(f"name: lab\nruntime: {{name: python, options: {options}}}\n")
        self._engine = open_engine(kind, self._folder, folder, environ=on_path({}) if plugin else None)
        self._engine.set_config("tenant-email:tenants", json.dumps(tenants), secret=True)

    def problems(self, recorded: Recorded, inputs: Values) -> list[str]:
        """Returns the text of a preview that fails."""
        self._write(inputs)
        outcome = self._engine.preview()
        return [] if outcome.ok else [outcome.text]

    def up(self, recorded: Recorded, inputs: Values) -> tuple[str, Recorded]:
        """Runs `up`; raises Failed with what the console shows."""
        self._write(inputs)
        outcome = self._succeed(self._engine.up())
        return outcome.operations.get(_NAME, "same"), self._recorded()

    def refresh(self, recorded: Recorded) -> Recorded:
        """Refreshes the stack."""
        self._succeed(self._engine.refresh())
        return self._recorded()

    def destroy(self, recorded: Recorded) -> None:
        """Destroys the stack."""
        self._succeed(self._engine.destroy())

    def _write(self, inputs: Values) -> None:
        given = in_schema_names(self._token, inputs) if self._token else inputs
        (self._folder / "inputs.json").write_text(json.dumps(given))

    def _succeed(self, outcome: Outcome) -> Outcome:
        if not outcome.ok:
            raise Failed(outcome.text)
        return outcome

    def _recorded(self) -> Recorded:
        """Returns what is in the state, where secrets are encrypted."""
        resources = self._engine.export()["deployment"].get("resources") or []
        return next(
            (Recorded(each["id"], each["outputs"]) for each in resources if each["urn"].endswith(f"::{_NAME}")),
            unrecorded(),
        )
