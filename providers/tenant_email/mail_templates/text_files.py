"""Reads a file that may hold anything: its text, or why it has none."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.mail_templates.rules import Finding

if TYPE_CHECKING:
    from pathlib import Path

    from tenant_email.json_types import Json

LARGEST: Final = 16 * 1024 * 1024  # bytes; no template is as large, and no platform takes one
_MARKS: Final = ((b"\xff\xfe", "UTF-16"), (b"\xfe\xff", "UTF-16"))
_KEYWORD: Final = re.compile(r"@@([A-Za-z0-9_.-]+)@@")


class Unreadable(Exception):
    """Raised where a file holds no text, or no JSON; `finding` says so."""

    def __init__(self, finding: Finding) -> None:
        self.finding = finding
        super().__init__(finding.what)


@dataclass(frozen=True, slots=True)
class TextFile:
    """The text of a file, as it is; `marked` says that a byte order mark stood before it."""

    path: Path
    text: str
    marked: bool = False

    def place(self, index: int) -> tuple[int, int]:
        """Returns line and column of a character, from 1."""
        return self.text.count("\n", 0, index) + 1, index - self.text.rfind("\n", 0, index)


def read_text(path: Path) -> TextFile:
    """Returns the text of a file; raises Unreadable."""
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST + 1)
    except IsADirectoryError:
        raise _unreadable(
            path, "is a folder", "Name the files in it, or the folder where templates are looked for."
        ) from None
    except (OSError, ValueError) as error:  # a name with a null character is a ValueError
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "its name is none"
        raise _unreadable(
            path, f"cannot be read: {reason}", "Name a file that is there and that you may read."
        ) from None
    if len(content) > LARGEST:
        raise _unreadable(
            path, f"is larger than {LARGEST // 1024 // 1024} MiB", "Name a template; no mail is as large."
        )
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            raise _unreadable(path, f"is not text in UTF-8, but in {encoding}", "Save it in UTF-8.")
    marked = content.startswith(b"\xef\xbb\xbf")
    try:
        return TextFile(path, content.decode("utf-8-sig"), marked)
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8-sig", "replace")
        line, column = before.count("\n") + 1, len(before) - before.rfind("\n")
        what = f"is not text in UTF-8: byte 0x{content[error.start]:02x} in line {line}, column {column}"
        raise _unreadable(path, what, "Save it in UTF-8.", line, column) from None


def read_json(file: TextFile) -> Json:
    """Returns what a file of JSON holds; raises Unreadable."""
    try:
        return json.loads(file.text)
    except RecursionError:
        raise _unreadable(file.path, "is nested too deeply", "Name a template's file.") from None
    except json.JSONDecodeError as error:
        what = f"is not JSON: {error.msg} in line {error.lineno}, column {error.colno}"
        remedy = "Correct the file."
        if _KEYWORD.match(file.text, error.pos):
            remedy = "Put the keyword that another tool replaces between quotes, or replace it first."
        raise _unreadable(file.path, what, remedy, error.lineno, error.colno) from None
    except ValueError:  # an integer of thousands of digits
        raise _unreadable(file.path, "holds a number that is too long", "Correct the file.") from None


def _unreadable(path: Path, what: str, remedy: str, line: int = 0, column: int = 0) -> Unreadable:
    return Unreadable(Finding("unreadable-file", what, remedy, path, line, column))
