"""The stacks of a fleet in one Pulumi project, by the Automation API: made, configured, taken through operations."""

from __future__ import annotations

import os
import tempfile
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pulumi.automation import CommandError, LocalWorkspace

from tenant_email import platforms
from tenant_email.errors import TenantEmailError
from tenant_email.fleet import locks
from tenant_email.fleet.children import FleetCommand
from tenant_email.fleet.events import Said, read_events
from tenant_email.fleet.left_over import LeftOver, left_over, require_one_owner
from tenant_email.fleet.secret_values import references
from tenant_email.fleet.stack_config import usual_variables
from tenant_email.fleet.stack_files import project_name, require_own, write_config
from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import is_list, is_object
from tenant_email.tenants.pulumi_cli import ask_cli, find_cli
from tenant_email.timing import USUAL

if TYPE_CHECKING:
    from collections.abc import Collection

    from tenant_email.fleet.document import Fleet
    from tenant_email.fleet.stack_config import Unit

_OTHERWISE: Final = "Correct what it says; `pulumi stack ls` has to work in that folder."
_LONGEST_LOCK: Final = 900.0  # seconds that a run which was left alone may take to end


class Operation(StrEnum):
    """What is done with a stack."""

    PREVIEW = "preview"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"


_OPTIONS: Final = {
    Operation.PREVIEW: ("--diff",),
    Operation.UP: ("--yes", "--skip-preview", "--suppress-outputs"),
    Operation.REFRESH: ("--yes", "--skip-preview", "--suppress-outputs"),
    Operation.DESTROY: ("--yes", "--skip-preview"),
}


class StackFailedError(Exception):
    """An operation that failed; `said` is what the engine said of it, `text` what the CLI wrote."""

    def __init__(self, said: Said, text: str) -> None:
        super().__init__()
        self.said, self.text = said, text


@dataclass(slots=True)
class Stacks:
    """All stacks of a fleet's project."""

    fleet: Fleet
    project: Path
    command: FleetCommand
    workspace: LocalWorkspace
    name: str
    known: set[str] = field(default_factory=set[str])
    left_over: tuple[LeftOver, ...] = ()
    """Those whose tenants or domains the file does not have any more."""

    @classmethod
    def open(cls, fleet: Fleet, chosen: Collection[Unit], project: Path) -> Stacks:
        """Asks the CLI which stacks there are; `chosen` are those that an operation is for.

        Raises:
            InvalidSettings: the config of a stack says that it is for something else, or a stack of which the file has
                nothing any more has one of the tenants.
            TenantEmailError: there is no CLI, no project, no login, or no answer.
        """
        name = project_name(project)
        require_own(fleet, chosen, project, name)
        program = find_cli("fleet", os.environ, "see the file alone with: tenant-email fleet check")
        environ = environment_of(fleet)
        listed = ask_cli([program, "stack", "ls", "--json"], "fleet", project, {**os.environ, **environ}, _OTHERWISE)
        known = {str(each.get("name")).rpartition("/")[2] for each in _listed(listed)}
        left = left_over(fleet, known, project, name)
        require_one_owner(fleet, chosen, left, project)
        command = FleetCommand()
        workspace = LocalWorkspace(work_dir=str(project), env_vars=environ, pulumi_command=command)
        return cls(fleet, project, command, workspace, name, known, left)

    def prepare(self, unit: Unit) -> None:
        """Makes a stack where it is not there, and gives it the config that the file says."""
        if unit.stack not in self.known:
            # as the Automation API does it for remote workspaces: which stack a user has selected stays as it is
            self._run("stack", "init", unit.stack, "--no-select")
            self.known.add(unit.stack)
        write_config(self.fleet, unit, self.project, self.name, unit.stack)

    def operate(self, unit: Unit, operation: Operation) -> tuple[Said, str]:
        """Takes a stack through an operation; returns what the engine said, and what the CLI wrote.

        A lock that a process of this machine left which is no more is taken off; one that is still there is waited for.

        Raises:
            StackFailedError: it failed.
        """
        deadline = USUAL.now() + _LONGEST_LOCK
        while True:
            try:
                return self._operate(unit, operation)
            except StackFailedError as error:
                found = locks.holders(error.text)
                if self.command.is_stopping or not locks.may_be_awaited(found) or USUAL.now() > deadline:
                    raise
            while not locks.are_gone(found) and USUAL.now() < deadline and not self.command.is_stopping:
                USUAL.sleep(0.5)
            if locks.are_gone(found):
                self._unlock(unit)

    def _unlock(self, unit: Unit) -> None:
        """Takes off a lock whose process is gone; one that it took off itself in the end is no error."""
        try:
            self._run("cancel", "--yes", "--stack", unit.stack)
        except CommandError:
            return

    def _operate(self, unit: Unit, operation: Operation) -> tuple[Said, str]:
        with tempfile.TemporaryDirectory(prefix="fleet-") as folder:
            log = Path(folder) / "events"
            log.touch()
            words = (operation.value, *_OPTIONS[operation], "--stack", unit.stack, "--event-log", str(log))
            try:
                text = self._run(*words)
            except CommandError as error:
                raise StackFailedError(read_events(_text(log)), str(error)) from None
            return read_events(_text(log)), text

    def _run(self, *words: str) -> str:
        result = self.workspace.pulumi_command.run(
            [*words, "--color", "never"], self.workspace.work_dir, self.workspace.env_vars
        )
        return str(result.stdout)


def environment_of(fleet: Fleet) -> dict[str, str]:
    """Returns what the environment of the CLI is to have, over that of this process.

    The usual variables of every platform are emptied, unless the file names them: they go before the entry of an only
    tenant, and each stack has one.
    """
    meant = {name for tenant in fleet.tenants.values() for name, is_file in references(tenant) if not is_file}
    kinds = {tenant.platform for tenant in fleet.tenants.values()}
    usual = {each for kind in kinds for each in usual_variables(platforms.connection_specs()[kind])}
    return {
        **dict.fromkeys(sorted(usual - meant), ""),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DEBUG_COMMANDS": "true",  # without it there is no --event-log
    }


def _listed(out: str) -> list[dict[str, object]]:
    try:
        found: object = read_json(out)
    except ValueError:
        found = None
    if not is_list(found) or not all(map(is_object, found)):
        raise TenantEmailError("fleet: the answer of pulumi stack ls is not JSON", remedy="Update the Pulumi CLI.")
    return found


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")
