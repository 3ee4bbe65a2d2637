"""The file of a stack's config, `Pulumi.<stack>.yaml`: the fleet's own keys are kept as the fleet file has them.

What else is in it stays: a salt, an encrypted key, ESC environments, settings of yours. The Automation API's own reader
drops structured values and environments.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from tenant_email.errors import TenantEmailError
from tenant_email.fleet.stack_config import FILE_KEY, SENDING_DOMAIN, TENANT, config_of, own_config
from tenant_email.inputs.text_files import read_text
from tenant_email.json_types import Json, Props, is_object
from tenant_email.tenants.entries import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.fleet.document import Fleet
    from tenant_email.fleet.stack_config import Unit

_PROJECT: Final = ("Pulumi.yaml", "Pulumi.yml")
_OWN: Final = (CONFIG_KEY, "aws:region", "aws:profile")


def project_name(project: Path) -> str:
    """Returns the name of the project in a folder.

    Raises:
        TenantEmailError: there is none.
    """
    file = next((project / name for name in _PROJECT if (project / name).is_file()), None)
    found = _read(file) if file else {}
    if not isinstance(name := found.get("name"), str):
        remedy = "Run it in a copy of stacks/fleet, or name that with --cwd."
        raise TenantEmailError(f"{project}: has no Pulumi.yaml with a name", remedy=remedy)
    return name


def write_config(fleet: Fleet, unit: Unit, project: Path, name: str, stack: str) -> bool:
    """Writes what a stack's config has of the fleet; returns whether that is a change. `name` is the project's."""
    file = project / f"Pulumi.{stack}.yaml"
    before = _read(file) if file.exists() else {}
    given = before.get("config")
    own = {f"{name}:{key}": value for key, value in own_config(fleet, unit, project).items()}
    wanted = {**config_of(fleet, unit, project), **own}
    ours = (*_OWN, *(f"{name}:{key}" for key in (TENANT, SENDING_DOMAIN, FILE_KEY)))
    kept: Mapping[str, Json] = given if is_object(given) else {}
    after = {**before, "config": {**{key: value for key, value in kept.items() if key not in ours}, **wanted}}
    if after == before:
        return False
    _replace(file, yaml.safe_dump(after, sort_keys=False, allow_unicode=True))
    return True


def _read(file: Path) -> Props:
    try:
        found: object = yaml.safe_load(read_text(file))
    except yaml.YAMLError:
        found = None
    if not is_object(found):
        raise TenantEmailError(f"{file}: is not a YAML mapping", remedy="Correct it, or take it from version control.")
    return found


def _replace(file: Path, text: str) -> None:
    """Writes a file whole or not at all: a stack without its salt could not be read any more."""
    handle, name = tempfile.mkstemp(prefix=f".{file.name}.", dir=file.parent)
    written = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as opened:
            opened.write(text)
        if file.exists():
            written.chmod(file.stat().st_mode & 0o777)
        else:
            written.chmod(0o644)
        written.replace(file)
    except BaseException:
        written.unlink(missing_ok=True)
        raise
