"""What the commands of a fleet share: its file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def _require_name(file: Path) -> Path:
    """Refuses the standard input: a stack's program reads the file later, by its name."""
    if str(file) == "-":
        raise typer.BadParameter("Name a file: the programs of the stacks read it too.")
    return file


FileArgument = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="The fleet file.", show_default=True, callback=_require_name),
]
CheckedFileArgument = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="The fleet file; - is the standard input.", show_default=True),
]
DEFAULT_FILE = Path("tenants.yaml")
