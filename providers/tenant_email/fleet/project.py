"""A Pulumi project, and where its stacks have their files: where the CLI looks for them, and nowhere else."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Self

from tenant_email.errors import TenantEmailError
from tenant_email.fleet.stack_yaml import values_of
from tenant_email.inputs.text_files import read_text

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email.json_types import Props

BY_OPTION: Final = ", or name that folder with --cwd"
"""Of a command that has this option."""
_FILES: Final = ("Pulumi.yaml", "Pulumi.yml")
_STACK: Final = re.compile(r"(?:[A-Za-z0-9_][A-Za-z0-9_.-]*/){0,2}(?P<name>[A-Za-z0-9_.-]{1,100})")


@dataclass(frozen=True, slots=True)
class Project:
    """A project.

    folder: that of its Pulumi.yaml, in which its program runs. name: what it is called. stack_folder: the folder of its
    stacks' files, from there. suffix: what their names end with, which is what the project's own ends with.
    """

    folder: Path
    name: str
    stack_folder: str = ""
    suffix: str = ".yaml"

    @classmethod
    def at(cls, folder: Path, otherwise: str = "") -> Self:
        """Returns the project in a folder; `otherwise` is what a remedy says of another way to name it.

        Raises:
            TenantEmailError: there is none, or its file cannot be read.
        """
        file = next((folder / name for name in _FILES if (folder / name).is_file()), None)
        found = read_yaml(file) if file else {}
        if not isinstance(name := found.get("name"), str) or not name or file is None:
            remedy = f"Put the fleet file beside the Pulumi.yaml of a copy of stacks/fleet{otherwise}."
            raise TenantEmailError(f"{folder}: has no Pulumi.yaml with a name", remedy=remedy)
        # sdk/go/common/workspace of pulumi/pulumi: ProjectStackPath, and the older name of the folder
        folders = (found.get(key) for key in ("stackConfigDir", "config"))
        named = next((each for each in folders if isinstance(each, str)), "")
        return cls(folder, name, named.strip("/"), file.suffix)

    def file_of(self, stack: str) -> Path:
        """Returns the file of a stack, whose name may have its organization and project before it.

        Raises:
            TenantEmailError: no stack can be called so.
        """
        found = _STACK.fullmatch(stack)
        if found is None:
            what = f"--stack {stack}: is not the name of a stack"
            raise TenantEmailError(what, remedy="Use letters, digits, hyphens, underscores and dots, 100 at most.")
        return self.folder / self.stack_folder / f"Pulumi.{found['name']}{self.suffix}"


def read_yaml(file: Path) -> Props:
    """Returns what is in the file of a project, or of a stack.

    Raises:
        TenantEmailError: it is no YAML mapping, or cannot be read.
    """
    found = values_of(read_text(file))
    if found is None:
        what = f"{file}: is not a YAML mapping, or has a key twice"
        raise TenantEmailError(what, remedy="Correct it, or take it from version control.")
    return found
