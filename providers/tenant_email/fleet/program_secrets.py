"""The secrets that a fleet file refers to, where a program runs; each is masked wherever it would be shown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.inputs.text_files import read_named
from tenant_email.redaction.secrets import register

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_LARGEST: Final = 2**20  # bytes; a private key has some thousand
_NAME: Final = re.compile(r"[A-Z_][A-Z0-9_]{0,63}")  # what is surely a name, and no secret that was put in its place


class ProgramSecrets:
    """Variables of an environment, and files."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    def of_variable(self, name: str) -> str:
        """Returns the value of a variable; ValueError says what is wrong with it."""
        value = self._environ.get(name, "").strip()
        if not value:
            shown = f"the variable {name}" if _NAME.fullmatch(name) else "the variable that it names"
            what = f"{shown} is {'empty' if name in self._environ else 'not set'}"
            raise ValueError(f"{what}\nSet it where Pulumi runs; this takes the name of a variable, not a value.")
        register(value)
        return value

    def of_file(self, folder: Path, named: str) -> str:
        """Returns the text of a file, without white space around it; ValueError says what is wrong with it."""
        try:
            value = read_named(folder, named, largest=_LARGEST).strip()
        except ValueError as error:
            what = f"the file that it names {error}"
            raise ValueError(f"{what}\nCorrect the path; it takes a path, not a value.") from None
        if not value:
            raise ValueError("the file that it names is empty\nWrite the secret into it.")
        register(value)
        return value
