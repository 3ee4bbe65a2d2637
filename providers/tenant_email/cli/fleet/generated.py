"""What `kubernetes` and `deployments` share: a folder of files that they made, and may make again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.errors import InvalidSettings, Problem

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path


def write_generated(
    out: Path,
    texts: Mapping[str, str],
    is_ours: Callable[[Path], bool],
    renamed: Mapping[str, tuple[str, ...]],
) -> list[str]:
    """Writes files into a folder, all or none; returns what is to be said of those that only an earlier run made.

    `renamed` has by the old file of a stack what takes its state along; it is said whether or not the file is there,
    because the folder may be another one.

    Raises:
        InvalidSettings: files of such names are not ours, or the folder is none; nothing is written then.
    """
    from tenant_email.inputs.whole_files import write_whole  # noqa: PLC0415 - `--help` does not need it

    if out.exists() and not out.is_dir():
        raise InvalidSettings(str(out), (Problem("--out", "is not a folder", "Name a folder."),))
    out.mkdir(parents=True, exist_ok=True)
    there = {path.name: path for path in out.iterdir()}
    ours = {name for name, path in there.items() if path.is_file() and is_ours(path)}
    if others := sorted(there.keys() & texts.keys() - ours):
        problems = (Problem(name, "is there, and not made by this", "Write to another folder.") for name in others)
        raise InvalidSettings(str(out), tuple(problems))
    write_whole({out / name: text for name, text in texts.items()})
    # not before: tenants may still send with the key of a domain that the file has no more
    done = (
        "is of no stack of this fleet any more. Once all others are up as the file has them now, take the stack down "
        "with `pulumi destroy`, and delete the file."
    )
    moved = "is of a stack that has another name now: delete it."
    said = [f"{name} {moved if name in renamed else done}" for name in sorted(ours - texts.keys())]
    if renamed:
        said.append("Stacks were renamed. Where it is not done yet, before anything is applied, in a Pulumi project:")
    return [*said, *(f"  {command}" for commands in renamed.values() for command in commands)]
