"""Writes files whole or not at all: all are there beside their places before the first gets its name."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


def write_whole(texts: Mapping[Path, str]) -> None:
    """Writes texts by their paths; a file that is there keeps its mode, and of a link it is what the link leads to.

    Raises:
        OSError: nothing was written, and the error names the file that cannot be.
    """
    targets = {file: _behind_links(file) for file in texts}
    drafts: dict[Path, Path] = {}
    file: Path | None = None
    try:
        for file, text in texts.items():
            drafts[file] = _drafted(targets[file], text)
        for file, draft in drafts.items():
            draft.replace(targets[file])
    except BaseException as error:
        for draft in drafts.values():
            draft.unlink(missing_ok=True)
        if isinstance(error, OSError) and file is not None:
            error.filename = str(file)  # and not that of what is written beside it
        raise


def _behind_links(file: Path) -> Path:
    return Path(os.path.realpath(file))  # Path.resolve ends in an error where links lead to each other


def _drafted(file: Path, text: str) -> Path:
    handle, name = tempfile.mkstemp(prefix=".draft-", dir=file.parent)
    draft = Path(name)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as opened:
            opened.write(text)
        draft.chmod(file.stat().st_mode & 0o777 if file.exists() else 0o666 & ~_umask())
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    return draft


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
