"""What the commands share: which platform is meant, and how one ends with an error."""

from __future__ import annotations

from typing import Annotated, NoReturn

import typer

from tenant_email import platforms
from tenant_email.cli.completion import platform_names
from tenant_email.cli.terminal import tell

PlatformArgument = Annotated[
    str,
    typer.Argument(metavar="PLATFORM", autocompletion=platform_names, help=f"One of {', '.join(platforms.names())}."),
]


def require_platform(platform: str) -> None:
    """Ends with an error when there is no such platform."""
    if platform not in platforms.names():
        fail(f"{platform!r} is not a platform\nUse one of: {', '.join(platforms.names())}.")


def fail(message: str) -> NoReturn:
    """Ends the command with exit code 1; the last line of the message is the remedy."""
    tell(message)
    raise typer.Exit(1)
