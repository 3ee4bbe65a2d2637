"""Reads a file that a user names: the answer is its text, or a message that says what is wrong with it."""

from __future__ import annotations

import codecs
import errno
import stat
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final

from tenant_email.errors import TenantEmailError
from tenant_email.inputs.unusable_values import read_json
from tenant_email.json_types import is_object

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from tenant_email.json_types import Json, Props

STDIN: Final = "-"
LARGEST: Final = 64 * 1024 * 1024
"""Bytes: a state of many stacks has some tens of millions; more is not a text that somebody meant to name."""

_ANOTHER: Final = "Correct the file, or name another one."
# PowerShell's `>` writes UTF-16 with a mark; the mark of UTF-32 begins with that of UTF-16.
_MARKS: Final = {
    codecs.BOM_UTF8: "utf-8-sig",
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}


def read_text(file: Path | str, *, largest: int = LARGEST) -> str:
    """Returns the text of a file in UTF-8, or in UTF-16 with its mark; `-` is the standard input.

    Raises:
        TenantEmailError: it cannot be read, is larger than `largest` bytes, or is no text.
    """
    try:
        return _text(_content(file, largest))
    except ValueError as error:
        raise unusable(file, str(error)) from None


def read_bytes(file: Path | str, *, largest: int = LARGEST) -> bytes:
    """Returns the content of a file; `-` is the standard input.

    Raises:
        TenantEmailError: it cannot be read, or is larger than `largest` bytes.
    """
    try:
        return _content(file, largest)
    except ValueError as error:
        raise unusable(file, str(error)) from None


def path_of(folder: Path, named: str) -> Path:
    """Returns where a file is that another one names: its path begins at that one's folder, or with `~`.

    Raises:
        ValueError: the path begins at the home of a user who is none.
    """
    try:
        # absolute, so that `-` is a file like any other
        return (folder / Path(named).expanduser()).absolute()
    except RuntimeError:
        raise ValueError("begins at the home of a user who is none") from None


def read_named(folder: Path, named: str, *, largest: int = LARGEST) -> str:
    """Returns the text of a file that another one names; nobody waits for a terminal, a pipe or a device.

    Raises:
        ValueError: with what is wrong with the file, and nothing of its name, in whose place a secret may stand.
    """
    path = path_of(folder, named)
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:  # ValueError where the path holds a null byte
        raise ValueError(_unreadable(error)) from None
    if not stat.S_ISREG(mode):
        raise ValueError("is not a file")
    return _text(_content(path, largest))


def _content(file: Path | str, largest: int) -> bytes:
    try:
        with _opened(file) as opened:
            content = opened.read(largest + 1)
    except (OSError, ValueError) as error:  # the same
        raise ValueError(_unreadable(error)) from None
    if len(content) > largest:
        raise ValueError(f"is larger than {largest // (1024 * 1024)} MB")
    return content


def _text(content: bytes) -> str:
    encoding = next((name for mark, name in _MARKS.items() if content.startswith(mark)), "utf-8")
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        raise ValueError("is not text in UTF-8") from None


def _unreadable(error: Exception) -> str:
    return f"cannot be read: {getattr(error, 'strerror', None) or 'no such path'}"


def read_json_file(file: Path | str, *, largest: int = LARGEST) -> Json:
    """Returns the JSON document in a file; raises as `read_text`, and when it holds none."""
    return parse_json(read_text(file, largest=largest), file)


def parse_json(text: str, file: Path | str) -> Json:
    """Returns the JSON document that a file's text is; raises TenantEmailError when it is none."""
    try:
        return read_json(text)
    except ValueError as error:
        place = f" in line {error.lineno}, column {error.colno}" if hasattr(error, "lineno") else ""  # type: ignore[attr-defined]
        raise unusable(file, f"is not JSON: {getattr(error, 'msg', error)}{place}") from None


def read_json_object(file: Path | str, *, largest: int = LARGEST) -> Props:
    """Returns the JSON object in a file; raises as `read_json_file`, and when the document is none."""
    found = read_json_file(file, largest=largest)
    if not is_object(found):
        raise unusable(file, "does not hold a JSON object")
    return found


def unusable(file: Path | str, what: str, remedy: str = _ANOTHER) -> TenantEmailError:
    """Returns the error about a file, named as the user named it."""
    return TenantEmailError(f"{'the standard input' if str(file) == STDIN else file}: {what}", remedy=remedy)


def _opened(file: Path | str) -> AbstractContextManager[BinaryIO]:
    if str(file) != STDIN:
        return Path(file).open("rb")
    if not sys.stdin:  # a shell's `<&-` leaves none
        raise OSError(errno.EBADF, "it is closed")
    return nullcontext(sys.stdin.buffer)
