"""Stacks that a fleet made, and whose tenants or domains its file does not have any more.

They are told of, and nothing here takes one down: perhaps a tenant was only renamed, or its lines were lost.
"""

from __future__ import annotations

import shlex
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from tenant_email.errors import InvalidSettings, Problem, TenantEmailError
from tenant_email.fleet.hosts import hosts_of
from tenant_email.fleet.shapes import RENAMED_FROM
from tenant_email.fleet.stack_config import (
    DEFAULT_FILE,
    FILE_KEY,
    SENDING_DOMAIN,
    TENANT,
    Unit,
    own_config,
    units,
)
from tenant_email.fleet.stack_files import config_in
from tenant_email.json_types import Props, PropsView, is_object
from tenant_email.tenants.entries import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tenant_email.fleet.document import Fleet
    from tenant_email.fleet.project import Project


@dataclass(frozen=True, slots=True)
class LeftOver:
    """A stack that no line of the file is for, and what of a tenant's entry its own config still has."""

    unit: Unit
    entry: PropsView = field(default_factory=Props, repr=False)

    def command(self, project: Path) -> str:
        """Returns what takes it down, and its config with it: from its state, so that no program runs."""
        return f"pulumi destroy --remove --stack {self.unit.stack}{option_of(project)}"


def option_of(project: Path) -> str:
    """Returns the option of the CLI for a project that is not here."""
    return "" if project.resolve() == Path.cwd() else f" --cwd {shlex.quote(str(project))}"


def left_over(fleet: Fleet, known: Collection[str], project: Project) -> tuple[LeftOver, ...]:
    """Returns the stacks that are left over, tenants before the domains that they may send from.

    Args:
        fleet: the fleet.
        known: the names of all stacks of the project.
        project: the project.
    """
    left = sorted(set(known) - {unit.stack for unit in units(fleet)})
    found = [each for stack in left for each in _of_this_file(fleet, stack, project)]
    return tuple(sorted(found, key=lambda each: bool(each.unit.sending_domain)))


def _of_this_file(fleet: Fleet, stack: str, project: Project) -> Iterator[LeftOver]:
    """Yields a stack whose file says that the fleet's own file made it; another file's is none of ours."""
    config: PropsView = {}
    with suppress(TenantEmailError, OSError):  # of a stack that is none of ours
        config = config_in(project.file_of(stack))
    name = project.name
    unit = Unit(str(config.get(f"{name}:{TENANT}") or ""), str(config.get(f"{name}:{SENDING_DOMAIN}") or ""))
    file, own = config.get(f"{name}:{FILE_KEY}") or DEFAULT_FILE, own_config(fleet, unit, project.folder)
    if unit.is_one and unit.stack == stack and file == own.get(FILE_KEY, DEFAULT_FILE):
        entries = config.get(CONFIG_KEY)
        entry = entries.get(unit.tenant) if is_object(entries) else None
        yield LeftOver(unit, entry if is_object(entry) else {})


def require_one_owner(fleet: Fleet, chosen: Collection[Unit], found: Collection[LeftOver], project: Path) -> None:
    """Refuses a tenant that a stack which is left over has under another name: each would undo the other.

    Raises:
        InvalidSettings: with every such tenant.
    """
    owners = {host: each for each in found for host in hosts_of(each.entry)}
    problems: list[Problem] = []
    for tenant in (fleet.tenants[unit.tenant] for unit in chosen if unit.tenant):
        owner = next((owners[host] for host in sorted(hosts_of(tenant.entry)) if host in owners), None)
        if owner is not None:
            old = owner.unit.tenant
            what = f"is the tenant of the stack {old} too, which {fleet.file.name} does not have any more"
            rename = f"pulumi stack rename {tenant.name} --stack {old}{option_of(project)}"
            remedy = f"Name it {old} again; or set its {RENAMED_FROM} to {old}, and rename the stack: {rename}"
            if tenant.renamed_from == old:
                remedy = f"Its {RENAMED_FROM} says so: rename the stack too: {rename}"
            problems.append(Problem(f"tenants.{tenant.name}", what, remedy))
    if problems:
        raise InvalidSettings(str(fleet.file), tuple(problems))


def lines(found: Collection[LeftOver], fleet: Fleet, project: Path) -> Iterator[str]:
    """Yields what is told of stacks that are left over."""
    for each in found:
        unit = each.unit
        if unit.tenant:
            yield f"{unit.stack}: {fleet.file.name} has no such tenant any more, and the stack stays. To take it down:"
        else:
            what = f"{fleet.file.name} has no tenant that sends from it any more, and the stack stays"
            yield f"{unit.stack}: {what}. Once an up of every tenant is done, this takes it down:"
        yield f"  {each.command(project)}"
