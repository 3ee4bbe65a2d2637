"""Writes a project's files into a folder that is not there yet: all of them, or nothing."""

from __future__ import annotations

import secrets
import shutil
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

    They are written next to it, and the folder gets its name when all are there. What fails, or is interrupted, leaves
    nothing.

    Raises:
        TenantEmailError: something is there, or it cannot be written.
    """
    require_free(folder)
    folder = folder.absolute()
    made = list[Path]()
    draft = folder.parent / f".{folder.name[:100]}.{secrets.token_hex(4)}"
    try:
        _make_parents(folder.parent, made)
        draft.mkdir()
        for path, text in files.items():
            _write(draft / path, text)
        _rename(draft, folder)
    except BaseException as error:
        shutil.rmtree(draft, ignore_errors=True)
        for parent in reversed(made):
            _remove_if_empty(parent)
        if isinstance(error, OSError):
            raise _unwritable(folder, error) from None
        raise


def _make_parents(folder: Path, made: list[Path]) -> None:
    missing = list[Path]()
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    for each in reversed(missing):
        each.mkdir()
        made.append(each)


def _write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(text.encode())


def _rename(draft: Path, folder: Path) -> None:
    """Gives the draft its name; what came there meanwhile stays, and only an empty folder makes room."""
    if folder.is_dir():
        folder.rmdir()  # fails where it is not empty, and is needed only where a rename replaces no folder
    draft.rename(folder)


def _remove_if_empty(folder: Path) -> None:
    try:
        folder.rmdir()
    except OSError:
        return


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
