"""The stacks of a fleet in one Pulumi project, by the Automation API: made, configured, taken through operations."""

from __future__ import annotations

import os
import subprocess
import tempfile
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pulumi.automation import CommandError, InvalidVersionError, StackAlreadyExistsError

from tenant_email import platforms
from tenant_email.errors import InvalidSettings, Problem, TenantEmailError, redact_external
from tenant_email.fleet import locks
from tenant_email.fleet.children import FleetCommand, output_of
from tenant_email.fleet.domain_owners import DomainOwners
from tenant_email.fleet.dry_run import IN_PROJECT, CliPlace, DryRun
from tenant_email.fleet.events import Said, read_events
from tenant_email.fleet.foreign import foreign_resource, identities_in, other_host
from tenant_email.fleet.hosts import host_of, hosts_of
from tenant_email.fleet.journal import digest
from tenant_email.fleet.left_over import LeftOver, left_over, require_one_owner
from tenant_email.fleet.project import BY_OPTION, Project
from tenant_email.fleet.references import references_of_unit
from tenant_email.fleet.stack_config import SENDING_DOMAIN, TENANT, Unit, called_before, usual_variables
from tenant_email.fleet.stack_files import config_in, require_own, write_config
from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import is_list, is_object
from tenant_email.tenants.entries import CONFIG_KEY
from tenant_email.tenants.pulumi_cli import ask_cli, find_cli
from tenant_email.timing import USUAL

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator

    from tenant_email.fleet.document import Fleet, Tenant
    from tenant_email.json_types import Json

_OTHERWISE: Final = "Correct what it says; `pulumi stack ls` has to work in that folder."
_UPDATE: Final = "Update the Pulumi CLI: https://www.pulumi.com/docs/install"
_LAST_EVENT: Final = "summaryEvent"
_CUT_OFF: Final = "what it changed is not known: what the engine says of it was not written whole"
_LONGEST_LIST: Final = 600.0  # seconds: without a service the CLI reads the state of each stack for it
_LONGEST_LOCK: Final = 900.0  # seconds that a run which was left alone may take to end


class Operation(StrEnum):
    """What is done with a stack."""

    PREVIEW = "preview"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"


_OPTIONS: Final = {
    Operation.PREVIEW: ("--diff",),
    Operation.UP: ("--yes", "--suppress-outputs"),
    Operation.REFRESH: ("--yes", "--skip-preview", "--suppress-outputs"),
    Operation.DESTROY: ("--yes", "--skip-preview"),
}


_NO_PREVIEW: Final = "--skip-preview"
_EXPORT: Final = ("stack", "export", "--stack")
_POLICIES: Final = "PULUMI_OPTION_POLICY_PACK"
"""The variable that is the CLI's option for policy packs."""


class StackFailedError(Exception):
    """An operation that failed; `said` is what the engine said of it, `text` what the CLI wrote."""

    def __init__(self, said: Said, text: str) -> None:
        super().__init__()
        self.said, self.text = said, text


def _say_nothing(_: Unit, __: str) -> None:
    """Tells nobody."""


@dataclass(slots=True)
class Stacks:
    """All stacks of a fleet's project."""

    fleet: Fleet
    project: Project
    command: FleetCommand
    folder: Path
    """Of the run alone: what the engine says, and what a preview must not leave."""
    owners: DomainOwners
    known: set[str] = field(default_factory=set[str])
    left_over: tuple[LeftOver, ...] = ()
    """Those whose tenants or domains the file does not have any more."""
    backend: str = ""
    """A digest of where the states are."""
    has_policies: bool = False
    """Whether policies may refuse an update: of a whole stack they are asked in a preview, or once all is done."""
    on_wait: Callable[[Unit, str], None] = _say_nothing
    """Is told of each stack that waits, and for what."""
    _dry_run: DryRun = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._dry_run = DryRun(self.folder, self.fleet, self.project, self.known, self._run)

    @classmethod
    @contextmanager
    def opened(cls, fleet: Fleet, chosen: Collection[Unit], folder: Path) -> Generator[Stacks]:
        """Asks the CLI which stacks there are; `chosen` are those that an operation is for.

        Raises:
            InvalidSettings: the config of a stack says that it is for something else, or a stack of which the file has
                nothing any more has one of the tenants or of the domains.
            TenantEmailError: there is no CLI, no project, no login, or no answer.
        """
        project = Project.at(folder, BY_OPTION)
        require_own(fleet, chosen, project)
        program = find_cli("fleet", os.environ, "see the file alone with: tenant-email fleet check")
        command = fleet_command()

        def ask(*words: str) -> object:
            environ = {**os.environ, **environment_of(fleet, Unit())}
            said = ask_cli([program, *words], "fleet", folder, environ, _OTHERWISE, longest=_LONGEST_LIST)
            return _parsed(said, words)

        listed, where = ask("stack", "ls", "--json"), ask("whoami", "--json")
        if not is_list(listed) or not all(map(is_object, listed)):
            raise _no_answer("stack ls")
        known = {str(each.get("name")).rpartition("/")[2] for each in listed}
        left = left_over(fleet, known, project)
        require_one_owner(fleet, chosen, left, folder)
        owners = DomainOwners.of(fleet, project, known)
        owners.require_before(chosen, left, lambda stack: identities_in(ask(*_EXPORT, stack)))
        with tempfile.TemporaryDirectory(prefix="fleet-", ignore_cleanup_errors=True) as temporary:
            url = where.get("url") if is_object(where) else None
            # an organization of Pulumi Cloud may have policies of its own
            has_policies = bool(os.environ.get(_POLICIES)) or str(url).startswith(("https:", "http:"))
            yield cls(fleet, project, command, Path(temporary), owners, known, left, digest(url), has_policies)

    def prepare(self, unit: Unit, operation: Operation) -> None:
        """Makes a stack where it is not there, and gives it the config that the file says; a preview has its own.

        Raises:
            TenantEmailError: the stack that is there is none of the fleet's, or its file cannot be read.
            CommandError: the CLI refused.
        """
        self._require_ours(unit)
        if operation is Operation.PREVIEW:
            self._dry_run.prepare(unit)
            return
        if unit.stack not in self.known:
            # as the Automation API does it for remote workspaces: which stack a user has selected stays as it is
            with suppress(StackAlreadyExistsError):  # another run was quicker
                self._run(unit, "stack", "init", unit.stack, "--no-select")
            self.known.add(unit.stack)
        write_config(self.fleet, unit, self.project, unit.stack)

    def _require_ours(self, unit: Unit) -> None:
        """Refuses a stack that is something else's, or another tenant's, or has another one's domain.

        Its state is looked at where its config says neither, and where the fleet makes a domain.
        """
        if unit.stack not in self.known:
            return
        config, tenant = config_in(self.project.file_of(unit.stack)), self.fleet.tenants.get(unit.tenant)
        is_said = any(f"{self.project.name}:{key}" in config for key in (TENANT, SENDING_DOMAIN))
        is_sure = is_said and not _is_moved(tenant, config.get(CONFIG_KEY))
        if is_sure and not self.owners.makers:
            return
        state = self._state(unit, unit.stack)
        self.owners.require_of(unit, identities_in(state), lambda stack: identities_in(self._state(unit, stack)))
        name = unit.tenant or unit.sending_domain
        if not is_said and (other := foreign_resource(state, {name, called_before(self.fleet, unit)})):
            said = f"pulumi config set {TENANT if tenant else SENDING_DOMAIN} {name} --stack {unit.stack}"
            raise TenantEmailError(
                f"the stack {unit.stack} has {other} and nothing of a fleet: it is something else's",
                remedy=f"Choose another name. If it is the fleet's all the same, have its config say so: {said}",
            )
        if tenant and not is_sure and (other := other_host(state, hosts_of(tenant.entry))):
            what = f"is another tenant than {other}, which its stack has, and which nothing would log in to any more"
            remedy = "If it is the same one, add that host to its aliases; else give the new one a name of its own."
            raise InvalidSettings(str(self.fleet.file), (Problem(f"tenants.{name}.url", what, remedy),))

    def _state(self, unit: Unit, stack: str) -> object:
        return _parsed(self._run(unit, *_EXPORT, stack), _EXPORT[:2])

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
            self.on_wait(unit, locks.described(found))
            while not locks.are_gone(found) and USUAL.now() < deadline and not self.command.is_stopping:
                USUAL.sleep(0.5)
            if locks.are_gone(found):
                self._unlock(unit)

    def _unlock(self, unit: Unit) -> None:
        """Takes off a lock whose process is gone; one that it took off itself in the end is no error."""
        try:
            self._run(unit, "cancel", "--yes", "--stack", unit.stack)
        except CommandError:
            return

    def _operate(self, unit: Unit, operation: Operation) -> tuple[Said, str]:
        log = self.folder / f"{unit.stack}.events"
        log.write_bytes(b"")
        words = [operation.value, *_OPTIONS[operation], "--stack", unit.stack, "--event-log", str(log)]
        if operation is Operation.UP and not self.has_policies:
            words.append(_NO_PREVIEW)
        place, of_preview = IN_PROJECT, operation is Operation.PREVIEW
        if of_preview:
            words += ["--config-file", str(self._dry_run.config_file(unit))]
            place = self._dry_run.place(unit)
        try:
            text = self._run(unit, *words, place=place)
        except CommandError as error:
            raise StackFailedError(read_events(_text(log), of_preview=of_preview), output_of(error)) from None
        written = _text(log)
        said = read_events(written, of_preview=of_preview)
        if _LAST_EVENT not in written:
            said = replace(said, warnings=(*said.warnings, f"{_CUT_OFF}\nMake room in {self.folder.parent}."))
        return said, text

    def _run(self, unit: Unit, *words: str, place: CliPlace = IN_PROJECT) -> str:
        """Runs the CLI for a stack, elsewhere than in the project and its backend where a place says so."""
        environ = {**environment_of(self.fleet, unit), **place.environment}
        folder = place.folder or self.project.folder
        return str(self.command.run([*words, "--color", "never"], str(folder), environ).stdout)


def fleet_command() -> FleetCommand:
    """Returns the CLI that is on PATH.

    Raises:
        TenantEmailError: it is too old, or does not say which it is.
    """
    try:
        return FleetCommand()
    except InvalidVersionError as error:
        raise TenantEmailError(f"fleet: {redact_external(error)}", remedy=_UPDATE) from None
    except (OSError, subprocess.SubprocessError) as error:
        raise TenantEmailError(f"fleet: pulumi version failed: {redact_external(error)}", remedy=_UPDATE) from None


def _is_moved(tenant: Tenant | None, entries: Json) -> bool:
    """Returns whether the config of a tenant's stack has it elsewhere than the file."""
    entry = entries.get(tenant.name) if tenant and is_object(entries) else None
    return tenant is not None and is_object(entry) and host_of(entry) not in hosts_of(tenant.entry)


def environment_of(fleet: Fleet, unit: Unit) -> dict[str, str]:
    """Returns what the environment of the CLI is to have for a stack, over that of this process.

    The usual variables of every platform are emptied, unless the stack's own tenant names them: they go before the
    entry of an only tenant, and each stack has one.
    """
    meant = references_of_unit(fleet, unit).variables
    kinds = {tenant.platform for tenant in fleet.tenants.values()}
    usual = {each for kind in kinds for each in usual_variables(platforms.connection_specs()[kind])}
    return {
        **dict.fromkeys(sorted(usual - {*meant}), ""),
        "PULUMI_SKIP_UPDATE_CHECK": "true",
        "PULUMI_DEBUG_COMMANDS": "true",  # without it there is no --event-log
    }


def _parsed(out: str, words: Collection[str]) -> object:
    try:
        found: object = read_json(out)
    except ValueError:
        raise _no_answer(" ".join(words)) from None
    return found


def _no_answer(command: str) -> TenantEmailError:
    return TenantEmailError(f"fleet: the answer of pulumi {command} is not JSON", remedy=_UPDATE)


def _text(log: Path) -> str:
    return log.read_text(encoding="utf-8", errors="replace")
