"""The file of a stack's config, `Pulumi.<stack>.yaml`: the fleet's own keys are kept as the fleet file has them.

What else is in it stays: a salt, an encrypted key, ESC environments, settings of yours. The Automation API's own reader
drops structured values and environments.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.errors import InvalidSettings, Problem, TenantEmailError
from tenant_email.fleet.shapes import RENAMED_FROM
from tenant_email.fleet.stack_config import (
    DEFAULT_FILE,
    FILE_KEY,
    SENDING_DOMAIN,
    TENANT,
    Unit,
    config_of,
    own_config,
)
from tenant_email.fleet.stack_yaml import values_of, with_config
from tenant_email.inputs.text_files import read_text
from tenant_email.inputs.whole_files import write_whole
from tenant_email.json_types import Props, PropsView, is_object
from tenant_email.tenants.entries import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

    from tenant_email.fleet.document import Fleet

_PROJECT: Final = ("Pulumi.yaml", "Pulumi.yml")
_OWN: Final = (CONFIG_KEY, "aws:region", "aws:profile")
_STACK: Final = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/){0,2}(?P<name>[A-Za-z0-9_.-]{1,100})")


def project_name(project: Path) -> str:
    """Returns the name of the project in a folder.

    Raises:
        TenantEmailError: there is none.
    """
    file = next((project / name for name in _PROJECT if (project / name).is_file()), None)
    found = _read(file) if file else {}
    if not isinstance(name := found.get("name"), str) or not name:
        remedy = "Run it in a copy of stacks/fleet, or name that with --cwd."
        raise TenantEmailError(f"{project}: has no Pulumi.yaml with a name", remedy=remedy)
    return name


def file_of(project: Path, stack: str) -> Path:
    """Returns the file of a stack, whose name may have its organization and project before it.

    Raises:
        TenantEmailError: no stack can be called so.
    """
    named = _STACK.fullmatch(stack)
    if named is None:
        what = f"--stack {stack}: is not the name of a stack"
        raise TenantEmailError(what, remedy="Use letters, digits, hyphens, underscores and dots, 100 at most.")
    return project / f"Pulumi.{named['name']}.yaml"


def require_own(fleet: Fleet, units: Collection[Unit], project: Path, name: str, stack: str = "") -> None:
    """Refuses stacks whose config says that they are for something else: what they have would be deleted.

    A stack that had all tenants, and is given one, loses the others; and the other way round. `stack` is the name of
    the only one, where that is not the unit's.

    Raises:
        InvalidSettings: with every such stack.
        TenantEmailError: a file cannot be read.
    """
    found = ((unit, file_of(project, stack or unit.stack)) for unit in units)
    if problems := [each for unit, file in found for each in _conflicts(fleet, unit, file, name)]:
        raise InvalidSettings(str(fleet.file), tuple(problems))


def _conflicts(fleet: Fleet, unit: Unit, file: Path, name: str) -> Iterator[Problem]:
    config = config_in(file)
    entries, before = config.get(CONFIG_KEY), fleet.tenants[unit.tenant].renamed_from if unit.tenant else ""
    others = sorted(map(str, entries.keys() - {unit.tenant, before})) if is_object(entries) and unit.is_one else []
    of_one = config.get(f"{name}:{TENANT}") or config.get(f"{name}:{SENDING_DOMAIN}")
    is_other = of_one is not None and of_one not in (unit.tenant or unit.sending_domain, before or None)
    if others or is_other:
        whose = str(of_one) if is_other else ", ".join(others[:3]) + (" and others" if len(others) > 3 else "")  # noqa: PLR2004 - as many as are named
        what = f"is the config of a stack of {whose}, whose resources this would delete"
        remedy = "Destroy that stack and remove the file first, or give this one another name."
        renamed = f" If that tenant was given this name, set its {RENAMED_FROM}." if unit.tenant and is_other else ""
        yield Problem(file.name, what, f"{remedy}{renamed}")
    elif of_one is not None and (other := _other_file(fleet, file.parent, config, name)):
        what = f"is the config of a stack of {other}, whose tenant of this name is another one"
        yield Problem(file.name, what, "Give one of the two another name, or each of the files a project of its own.")


def _other_file(fleet: Fleet, project: Path, config: PropsView, name: str) -> str:
    """Returns the fleet file that a stack is of, if it is another one; one that is not there any more was renamed."""
    other = str(config.get(f"{name}:{FILE_KEY}") or DEFAULT_FILE)
    own = own_config(fleet, Unit(), project).get(FILE_KEY, DEFAULT_FILE)
    return other if other != own and (project / other).exists() else ""


def write_config(fleet: Fleet, unit: Unit, project: Path, name: str, stack: str) -> bool:
    """Writes what a stack's config has of the fleet; returns whether that is a change. `name` is the project's."""
    before, after = config_text(fleet, unit, project, name, stack)
    if before == after:
        return False
    # a stack without its salt could not be read any more
    write_whole({file_of(project, stack): after})
    return True


def config_text(fleet: Fleet, unit: Unit, project: Path, name: str, stack: str) -> tuple[str, str]:
    """Returns the text of a stack's file as it is, and with what its config is to have of the fleet.

    Raises:
        TenantEmailError: the file is no YAML mapping, or cannot be read.
    """
    file = file_of(project, stack)
    there, text = config_in(file), read_text(file) if file.exists() else ""
    own = {f"{name}:{key}": value for key, value in own_config(fleet, unit, project).items()}
    wanted = {**config_of(fleet, unit, project), **own}
    ours = (*_OWN, *(f"{name}:{key}" for key in (TENANT, SENDING_DOMAIN, FILE_KEY)))
    is_as_wanted = wanted == {key: value for key, value in there.items() if key in ours}
    return text, text if is_as_wanted else with_config(text, ours, wanted)


def is_of_environments(file: Path) -> bool:
    """Returns whether a stack's file names environments of Pulumi Cloud, which add to its config."""
    return bool(_read(file).get("environment")) if file.exists() else False


def config_in(file: Path) -> Props:
    """Returns the config in a stack's file; nothing where there is none.

    Raises:
        TenantEmailError: the file is no YAML mapping, or cannot be read.
    """
    found = _read(file).get("config") if file.exists() else None
    return found if is_object(found) else {}


def _read(file: Path) -> Props:
    found = values_of(read_text(file))
    if found is None:
        what = f"{file}: is not a YAML mapping, or has a key twice"
        raise TenantEmailError(what, remedy="Correct it, or take it from version control.")
    return found
