"""What the commands of a fleet share: its file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

FileArgument = Annotated[
    Path,
    typer.Argument(metavar="FILE", help="The fleet file.", show_default=True),
]
DEFAULT_FILE = Path("tenants.yaml")
