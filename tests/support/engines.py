"""The two engines under one face: the embedded one always, the real CLI wherever `pulumi` is on PATH.

A test that takes `engine` from `engine_params` runs on both and states one expectation. Console text differs between
them (docs/architecture.md#fact-7), so what is compared is operations, outputs and error texts.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol, cast

import pytest
from pulumi import automation

from embedded_pulumi_engine import Result, Stack
from embedded_pulumi_engine.passphrase import new_salt
from embedded_pulumi_engine.project import find_project
from support import warm
from support.canary import Watched, environment_secrets
from support.plugin import in_python_words, on_path
from support.ways import ON_PLUGIN

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from pathlib import Path

PASSPHRASE = "correct horse battery staple"
_SHOWN = ("create", "update", "replace", "delete", "read")
_SELECTION = os.environ.get("TENANT_EMAIL_ENGINE", "auto")


@dataclass(frozen=True)
class Outcome:
    """What an operation did, in words both engines share."""

    ok: bool
    operations: dict[str, str]  # by resource name; what stays the same is left out, and so is the stack itself
    changes: dict[str, int]  # counts, the stack itself included
    outputs: dict[str, Any] = field(default_factory=dict)
    text: str = ""  # what the console shows, details of differences included
    events: str = field(default="", repr=False)  # the same as data, where the engine has it


class Engine(Protocol):
    """What tests do with an engine."""

    kind: str

    def set_config(self, key: str, value: str, *, secret: bool = False, path: bool = False) -> None:
        """Sets a configuration value."""
        ...

    def preview(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Previews an update."""
        ...

    def up(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Updates the stack."""
        ...

    def refresh(self, *, run_program: bool = False) -> Outcome:
        """Refreshes the state."""
        ...

    def destroy(self, *, run_program: bool = False) -> Outcome:
        """Destroys the stack."""
        ...

    def export(self) -> dict[str, Any]:
        """Exports the state, secrets encrypted."""
        ...

    def import_(self, document: dict[str, Any]) -> None:
        """Imports a state."""
        ...

    def kept(self) -> dict[str, str]:
        """Returns all text that it keeps, state and history among it, by where that is."""
        ...


class EmbeddedEngine:
    """The embedded engine."""

    kind = "embedded"

    def __init__(self, project_dir: Path, stack: str, scratch: Path, environ: Mapping[str, str]) -> None:
        self.stack = Stack(
            project_dir, stack, state_dir=scratch / "state", environ=environ, console=lambda _: None, start=warm.start
        )
        self._folders = (scratch / "state", project_dir)

    def set_config(self, key: str, value: str, *, secret: bool = False, path: bool = False) -> None:
        """Sets a configuration value."""
        self.stack.set_config(key, value, secret=secret, path=path)

    def preview(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Previews an update."""
        return _normalized(self.stack.preview(replace=replace))

    def up(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Updates the stack."""
        return _normalized(self.stack.up(replace=replace))

    def refresh(self, *, run_program: bool = False) -> Outcome:
        """Refreshes the state."""
        return _normalized(self.stack.refresh(run_program=run_program))

    def destroy(self, *, run_program: bool = False) -> Outcome:
        """Destroys the stack."""
        return _normalized(self.stack.destroy(run_program=run_program))

    def export(self) -> dict[str, Any]:
        """Exports the state."""
        return self.stack.export()

    def import_(self, document: dict[str, Any]) -> None:
        """Imports a state."""
        self.stack.import_(document)

    def kept(self) -> dict[str, str]:
        """Returns what it keeps."""
        return {**_files(*self._folders), "export": json.dumps(self.export())}


class PulumiEngine:
    """The real CLI with a file backend, driven by the automation API."""

    kind = "pulumi"

    def __init__(self, project_dir: Path, stack: str, scratch: Path, environ: Mapping[str, str]) -> None:
        backend = scratch / "backend"
        backend.mkdir(exist_ok=True)
        self._folder, self._folders = project_dir, (backend, project_dir)
        self._environ = {
            **environ,
            "PULUMI_HOME": str(scratch / "home"),
            "PULUMI_BACKEND_URL": f"file://{backend}",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
        }
        workspace = automation.LocalWorkspace(
            work_dir=str(project_dir), pulumi_home=self._environ["PULUMI_HOME"], env_vars=self._environ
        )
        self._stack = automation.Stack.create_or_select(stack, workspace)

    def set_config(self, key: str, value: str, *, secret: bool = False, path: bool = False) -> None:
        """Sets a configuration value."""
        self._stack.set_config(key, automation.ConfigValue(value, secret=secret), path=path)

    def preview(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Previews an update."""
        return self._operate(self._stack.preview, replace=list(replace))

    def up(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Updates the stack."""
        return self._operate(self._stack.up, replace=list(replace))

    def refresh(self, *, run_program: bool = False) -> Outcome:
        """Refreshes the state."""
        return self._operate(self._stack.refresh, run_program=run_program)

    def destroy(self, *, run_program: bool = False) -> Outcome:
        """Destroys the stack."""
        return self._operate(self._stack.destroy, run_program=run_program)

    def export(self) -> dict[str, Any]:
        """Exports the state."""
        # the automation API would export secrets in clear
        document: dict[str, Any] = json.loads(self._say("stack", "export"))
        return document

    def import_(self, document: dict[str, Any]) -> None:
        """Imports a state."""
        self._stack.import_stack(automation.Deployment(document["version"], document["deployment"]))

    def kept(self) -> dict[str, str]:
        """Returns what it keeps, and what its commands show of that."""
        commands = ("stack export", "stack output --json", "stack history --json", "config --json")
        return {**_files(*self._folders), **{command: self._say(*command.split()) for command in commands}}

    def _say(self, *words: str) -> str:
        command = ["pulumi", *words, "--stack", self._stack.name]
        return subprocess.run(
            command, cwd=self._folder, env=self._environ, capture_output=True, check=True, text=True
        ).stdout

    def _operate(self, operation: Callable[..., Any], **options: Any) -> Outcome:
        events: list[automation.EngineEvent] = []
        lines: list[str] = []
        try:
            result = operation(
                on_event=events.append, on_output=lines.append, on_error=lines.append, diff=True, **options
            )
        except automation.CommandError as error:
            return _observed(events, "\n".join([*lines, str(error)]), ok=False)
        outputs = {key: output.value for key, output in getattr(result, "outputs", {}).items()}
        return _observed(events, "\n".join(lines), ok=True, outputs=outputs)


def environment() -> dict[str, str]:
    """Returns this process's environment without what belongs to another Pulumi run, and with a passphrase."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith("PULUMI_")}
    # A program that a test writes anew within a second, as long as it was, would be taken for the one that is compiled.
    return {**kept, "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE, "PYTHONDONTWRITEBYTECODE": "1"}


def engine_params() -> list[Any]:
    """Returns the engines as parameters of a fixture; what cannot run here is skipped with the reason."""
    return [pytest.param(kind, marks=_marks(kind), id=kind) for kind in ("embedded", "pulumi")]


def open_engine(
    kind: str, project_dir: Path, scratch: Path, *, stack: str = "dev", environ: Mapping[str, str] | None = None
) -> Watched:
    """Opens a stack on the engine of that kind; `scratch` receives its state."""
    made, variables = EmbeddedEngine if kind == "embedded" else PulumiEngine, {**environment(), **(environ or {})}
    variables |= on_path(variables) if ON_PLUGIN else {}
    give_salt(find_project(project_dir) / f"Pulumi.{stack}.yaml", variables["PULUMI_CONFIG_PASSPHRASE"])
    return Watched(made(project_dir, stack, scratch, variables), environment_secrets(variables))


def give_salt(path: Path, passphrase: str) -> None:
    """Gives a stack that has none yet a salt that other stacks have too."""
    document = path.read_text() if path.exists() else ""
    if "encryptionsalt:" not in document:
        path.write_text(f"encryptionsalt: {salt_line(passphrase)}\n{document}")


@cache
def salt_line(passphrase: str) -> str:
    """Makes one salt for all tests of a process: deriving a key takes a third of a second."""
    return new_salt(passphrase).salt_line


def _marks(kind: str) -> list[pytest.MarkDecorator]:
    if _SELECTION not in ("auto", kind):
        return [pytest.mark.skip(reason=f"TENANT_EMAIL_ENGINE={_SELECTION}")]
    if kind == "pulumi" and shutil.which("pulumi") is None:
        return [pytest.mark.skip(reason="the Pulumi CLI is not on PATH")]
    return []


def _normalized(result: Result) -> Outcome:
    operations = {step.name: step.op for step in result.steps if step.op in _SHOWN and not _is_stack(step.type)}
    return Outcome(result.ok, operations, result.changes, result.outputs, _worded(result.text))


def _observed(
    events: list[automation.EngineEvent], text: str, *, ok: bool, outputs: dict[str, Any] | None = None
) -> Outcome:
    operations: dict[str, str] = {}
    changes: dict[str, int] = {}
    for event in events:
        if event.summary_event is not None:
            changes = {automation.OpType(op).value: n for op, n in event.summary_event.resource_changes.items()}
        for seen in (event.resource_pre_event, event.res_outputs_event):
            name, op = _step(seen)
            if op in _SHOWN and not name.startswith("default"):
                operations[name] = op
    return Outcome(ok, operations, changes, outputs or {}, _worded(text), json.dumps(events, default=_plain))


def _worded(text: str) -> str:
    """Returns what a console shows in the names of a Python program, so that one expectation holds for both faces."""
    if not ON_PLUGIN:
        return text
    return in_python_words(re.sub(r"property (\S+)(?: value \{[^}]*\})? has a problem: ", r"\1: ", text))


def _plain(value: Any) -> Any:
    """Returns an event's part for JSON."""
    return cast("dict[str, Any]", vars(value)) if hasattr(value, "__dict__") else str(value)


def _files(kept: Path, project: Path) -> dict[str, str]:
    """Returns what an engine wrote: all that it keeps, and its configuration in the project."""
    files = [*kept.rglob("*"), *find_project(project).glob("Pulumi*.yaml")]
    return {path.name: path.read_text(errors="replace") for path in files if path.is_file()}


def _step(event: Any) -> tuple[str, str]:
    """Returns the resource's name and the operation of an event, empty for the stack itself."""
    if event is None or _is_stack(event.metadata.type):
        return "", ""
    return event.metadata.urn.rpartition("::")[2], automation.OpType(event.metadata.op).value


def _is_stack(type_: str) -> bool:
    return type_ == "pulumi:pulumi:Stack"
