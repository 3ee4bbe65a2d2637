"""Writes a project's files into a folder that is new, or empty: all of them, or nothing."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tenant_email.errors import TenantEmailError
from tenant_email.redaction.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping


def require_free(folder: Path) -> None:
    """Raises TenantEmailError where a folder cannot be made: asked before anything is read, which may take long."""
    if "\0" in str(folder):
        raise TenantEmailError(f"{visible(str(folder))}: is no path", remedy="Name another folder.")
    try:
        if folder.is_symlink() or (folder.exists() and not (folder.is_dir() and not any(folder.iterdir()))):
            raise _taken(folder)
    except OSError as error:
        raise _unwritable(folder, error) from None


def write_folder(folder: Path, files: Mapping[str, str]) -> None:
    """Writes files, by their paths in it, into a folder that does not exist or is empty.

    An empty one stays the folder that it is: a shell may be in it, or a disk be mounted there. What fails, or is
    interrupted, leaves nothing of its own.

    Raises:
        TenantEmailError: something is there, or it cannot be written.
    """
    require_free(folder)
    folder = folder.absolute()
    made = list[Path]()
    try:
        for path, text in files.items():
            _write(folder / path, text, made)
    except BaseException as error:
        for each in reversed(made):
            _remove(each)
        if isinstance(error, OSError):
            raise _unwritable(folder, error) from None
        raise


def _write(file: Path, text: str, made: list[Path]) -> None:
    _make_parents(file.parent, made)
    with file.open("xb") as opened:  # what came there meanwhile stays
        made.append(file)
        opened.write(text.encode())


def _make_parents(folder: Path, made: list[Path]) -> None:
    missing = list[Path]()
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _remove(path: Path) -> None:
    """Removes a file, or a folder that nobody else has put something into."""
    with suppress(OSError):
        (path.rmdir if path.is_dir() else path.unlink)()


def _taken(folder: Path) -> TenantEmailError:
    return TenantEmailError(
        f"{visible(str(folder))}: is there already, and nothing in it is overwritten",
        remedy="Name a folder that does not exist, or an empty one.",
    )


def _unwritable(folder: Path, error: OSError) -> TenantEmailError:
    return TenantEmailError(
        f"{visible(str(folder))}: cannot be written: {error.strerror or error}",
        remedy="Make room or correct the path, and run it again.",
    )
