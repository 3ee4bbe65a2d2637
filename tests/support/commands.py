"""The commands of `tenant-email`, those of its groups among them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from typer.main import get_command

from tenant_email.cli import app
from tenant_email.cli.commands import Commands

if TYPE_CHECKING:
    from collections.abc import Iterator


def all_commands(group: Any = None, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yields each command and each group by its words, in the order of `--help`."""
    found: Any = group or get_command(app)
    for name in found.list_commands(None):
        command = found.get_command(None, name)
        yield (*above, name), command
        if isinstance(command, Commands):
            yield from all_commands(command, (*above, name))
