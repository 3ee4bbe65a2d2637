"""The file of a stack's config, `Pulumi.<stack>.yaml`: the fleet's own keys are kept as the fleet file has them.

What else is in it stays: a salt, an encrypted key, ESC environments, settings of yours. The Automation API's own reader
drops structured values and environments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.document import Aws
from tenant_email.fleet.project import Project, read_yaml
from tenant_email.fleet.shapes import RENAMED_FROM
from tenant_email.fleet.stack_config import (
    DEFAULT_FILE,
    FILE_KEY,
    SENDING_DOMAIN,
    TENANT,
    Unit,
    called_before,
    config_of,
    own_config,
)
from tenant_email.fleet.stack_yaml import with_config
from tenant_email.inputs.text_files import read_text
from tenant_email.inputs.whole_files import write_whole
from tenant_email.json_types import Props, PropsView, is_object
from tenant_email.tenants.entries import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tenant_email.fleet.document import Fleet

_OWN: Final = (CONFIG_KEY, *(f"aws:{name}" for name in Aws.model_fields))


def require_own(fleet: Fleet, units: Collection[Unit], project: Project, stack: str = "") -> None:
    """Refuses stacks whose config says that they are for something else: what they have would be deleted.

    A stack that had all tenants, and is given one, loses the others; and the other way round. `stack` is the name of
    the only one, where that is not the unit's.

    Raises:
        InvalidSettings: with every such stack.
        TenantEmailError: a file cannot be read.
    """
    found = ((unit, project.file_of(stack or unit.stack)) for unit in units)
    if problems := [each for unit, file in found for each in _conflicts(fleet, unit, file, project)]:
        raise InvalidSettings(str(fleet.file), tuple(problems))


def _conflicts(fleet: Fleet, unit: Unit, file: Path, project: Project) -> Iterator[Problem]:
    config = config_in(file)
    entries, before = config.get(CONFIG_KEY), called_before(fleet, unit)
    others = sorted(map(str, entries.keys() - {unit.tenant, before})) if is_object(entries) and unit.is_one else []
    of_one = config.get(f"{project.name}:{TENANT}") or config.get(f"{project.name}:{SENDING_DOMAIN}")
    is_other = of_one is not None and of_one not in (unit.tenant or unit.sending_domain, before or None)
    if others or is_other:
        whose = str(of_one) if is_other else ", ".join(others[:3]) + (" and others" if len(others) > 3 else "")  # noqa: PLR2004 - as many as are named
        what = f"is the config of a stack of {whose}, whose resources this would delete"
        remedy = "Destroy that stack and remove the file first, or give this one another name."
        kind = "tenant" if unit.tenant else "domain"
        renamed = f" If that {kind} was given this name, set its {RENAMED_FROM}." if unit.is_one and is_other else ""
        yield Problem(file.name, what, f"{remedy}{renamed}")
    elif of_one is not None and (other := _other_file(fleet, project, config)):
        what = f"is the config of a stack of {other}, whose tenant of this name is another one"
        yield Problem(file.name, what, "Give one of the two another name, or each of the files a project of its own.")


def _other_file(fleet: Fleet, project: Project, config: PropsView) -> str:
    """Returns the fleet file that a stack is of, if it is another one; one that is not there any more was renamed."""
    other = str(config.get(f"{project.name}:{FILE_KEY}") or DEFAULT_FILE)
    own = own_config(fleet, Unit(), project.folder).get(FILE_KEY, DEFAULT_FILE)
    return other if other != own and (project.folder / other).exists() else ""


def write_config(fleet: Fleet, unit: Unit, project: Project, stack: str) -> bool:
    """Writes what a stack's config has of the fleet; returns whether that is a change."""
    before, after = config_text(fleet, unit, project, stack)
    if before == after:
        return False
    # a stack without its salt could not be read any more
    file = project.file_of(stack)
    file.parent.mkdir(parents=True, exist_ok=True)
    write_whole({file: after})
    return True


def config_text(fleet: Fleet, unit: Unit, project: Project, stack: str) -> tuple[str, str]:
    """Returns the text of a stack's file as it is, and with what its config is to have of the fleet.

    Raises:
        TenantEmailError: the file is no YAML mapping, or cannot be read.
    """
    file, name = project.file_of(stack), project.name
    config_in(file)  # refuses what is no mapping, which would be written over
    text = read_text(file) if file.exists() else ""
    own = {f"{name}:{key}": value for key, value in own_config(fleet, unit, project.folder).items()}
    wanted = {**config_of(fleet, unit, project.folder), **own}
    ours = (*_OWN, *(f"{name}:{key}" for key in (TENANT, SENDING_DOMAIN, FILE_KEY)))
    return text, with_config(text, ours, wanted)


def is_of_environments(file: Path) -> bool:
    """Returns whether a stack's file names environments of Pulumi Cloud, which add to its config."""
    return bool(read_yaml(file).get("environment")) if file.exists() else False


def config_in(file: Path) -> Props:
    """Returns the config in a stack's file; nothing where there is none.

    Raises:
        TenantEmailError: the file is no YAML mapping, or cannot be read.
    """
    found = read_yaml(file).get("config") if file.exists() else None
    return found if is_object(found) else {}
