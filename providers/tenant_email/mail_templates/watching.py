"""Tells which files changed, by what the file system says of them: nothing is opened, and nothing may fail."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from tenant_email.timing import sleep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

PAUSE: Final = 0.5  # seconds between two looks
_SETTLING: Final = 0.1  # seconds in which a file that is being written changes again
_MOST_SETTLING: Final = 20  # looks at one that never rests

State: TypeAlias = "tuple[int, int, int] | None"
"""Time of change, bytes and number of a file; None for one that is not there."""


def changes(watched: set[Path], pause: float = PAUSE) -> Iterator[list[Path]]:
    """Yields the files that changed, once they rest, for ever; `watched` may grow meanwhile."""
    before = states(watched)
    while True:
        sleep(pause)
        after = states(watched)
        if not changed(before, after):
            continue
        for _ in range(_MOST_SETTLING):
            sleep(min(_SETTLING, pause))
            latest = states(watched)
            if latest == after:
                break
            after = latest
        known = set(watched)
        if told := changed(before, after):
            yield told
        before = after | states(watched - known)


def states(paths: Iterable[Path]) -> dict[Path, State]:
    """Returns the state of each file, and of each folder with all that is below it."""
    found: dict[Path, State] = {}
    for path in paths:
        if path.is_dir():
            for parent, folders, names in os.walk(path):
                folders[:] = [name for name in folders if not name.startswith(".") and name != "node_modules"]
                found |= {each: _state(each) for each in (Path(parent, name) for name in names)}
        else:
            found[path] = _state(path)
    return found


def changed(before: Mapping[Path, State], after: Mapping[Path, State]) -> list[Path]:
    """Returns the files that came, went or changed, in order."""
    return sorted(path for path in {*before, *after} if before.get(path) != after.get(path))


def _state(path: Path) -> State:
    try:
        stat = path.stat()
    except (OSError, ValueError):
        return None
    return stat.st_mtime_ns, stat.st_size, stat.st_ino
