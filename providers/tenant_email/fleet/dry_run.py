"""What a preview needs and must not leave: the config of its stack, and the stack, where that is not there yet.

Pulumi previews nothing but stacks. So the config is written into a folder of the run, and a stack that is not there is
made in a backend in that folder, beside the one of the domain that its tenant sends from; one of the two that is there
already is copied, as `pulumi stack export` has it. The project and its own backend are only read.
"""

from __future__ import annotations

import json
import os
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from tenant_email.errors import TenantEmailError
from tenant_email.fleet.project import Project
from tenant_email.fleet.stack_config import needs
from tenant_email.fleet.stack_files import config_text, is_of_environments
from tenant_email.inputs.whole_files import write_whole

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from tenant_email.fleet.document import Fleet
    from tenant_email.fleet.stack_config import Unit

_OPENED_BY: Final = "PULUMI_CONFIG_PASSPHRASE"
_OPENED_BY_FILE: Final = "PULUMI_CONFIG_PASSPHRASE_FILE"


@dataclass(frozen=True, slots=True)
class CliPlace:
    """Where the CLI runs for a stack: in the project with its own backend, or elsewhere."""

    environment: Mapping[str, str] = field(default_factory=dict[str, str])
    folder: Path | None = None


IN_PROJECT: Final = CliPlace()


class RunsCli(Protocol):
    """Runs the CLI for a stack."""

    def __call__(self, unit: Unit, *words: str, place: CliPlace = ...) -> str:
        """Returns what it prints."""
        ...


@dataclass(slots=True)
class DryRun:
    """The previews of one run. known: the stacks that are there."""

    folder: Path
    fleet: Fleet
    project: Project
    known: Collection[str]
    run: RunsCli
    _made: set[Unit] = field(default_factory=set["Unit"])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def config_file(self, unit: Unit) -> Path:
        """Returns the file of a stack's config."""
        return Project(self.folder, self.project.name).file_of(unit.stack)

    def place(self, unit: Unit) -> CliPlace:
        """Returns where a stack is previewed: in the project, and with its backend where all is there."""
        return IN_PROJECT if self._is_there(unit) else CliPlace(self._backend())

    def prepare(self, unit: Unit) -> None:
        """Writes the config of a stack, and makes what is not there.

        Raises:
            TenantEmailError: it cannot be previewed before it is there.
            CommandError: the CLI refused.
        """
        self._write_config(unit)
        if self._is_there(unit):
            return
        domain = needs(self.fleet, unit)
        with self._lock:  # several tenants need it at once
            if domain is not None and domain not in self._made:
                self._write_config(domain)
                self._make(domain)
        self._make(unit)

    def _is_there(self, unit: Unit) -> bool:
        return all(each.stack in self.known for each in (unit, needs(self.fleet, unit)) if each is not None)

    def _write_config(self, unit: Unit) -> None:
        _, text = config_text(self.fleet, unit, self.project, unit.stack)
        write_whole({self.config_file(unit): text})

    def _make(self, unit: Unit) -> None:
        """Makes a stack in the folder's own backend, with what it has where it is there."""
        if is_of_environments(own := self.project.file_of(unit.stack)):
            what = "has environments of Pulumi Cloud, and only a stack that is there opens them"
            raise TenantEmailError(f"{own.name}: {what}", remedy=f"Make it first: pulumi stack init {unit.stack}")
        project = self.folder / "Pulumi.yaml"
        if not project.exists():
            write_whole({project: json.dumps({"name": self.project.name, "runtime": "python"})})
        here = CliPlace(self._backend(), self.folder)
        self.run(unit, "stack", "init", unit.stack, "--no-select", place=here)
        if unit.stack in self.known:
            state = self.folder / f"{unit.stack}.state"
            self.run(unit, "stack", "export", "--stack", unit.stack, "--file", str(state))
            self.run(unit, "stack", "import", "--stack", unit.stack, "--file", str(state), place=here)
        self._made.add(unit)

    def _backend(self) -> dict[str, str]:
        """Returns the environment of the folder's own backend; what nobody has a passphrase for needs one there too."""
        backend = self.folder / "backend"
        backend.mkdir(exist_ok=True)
        return {"PULUMI_BACKEND_URL": backend.as_uri(), **self._passphrase()}

    def _passphrase(self) -> dict[str, str]:
        if file := os.environ.get(_OPENED_BY_FILE):
            return {_OPENED_BY_FILE: str((self.project.folder / file).absolute())}  # the CLI runs elsewhere too
        return {} if _OPENED_BY in os.environ else {_OPENED_BY: "of-a-dry-run"}
