"""The command `tenant-email`: looks at tenants, mail servers and templates, and runs everything on one machine.

A command is a module with a Typer of its own, and is imported when it is called.
"""

from __future__ import annotations

from importlib import import_module
from typing import Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

COMMANDS: Final = {"doctor": "doctor", "preflight": "preflight", "templates": "templates", "local": "local"}
"""The module of each command, in the order of `--help`."""


class Commands(TyperGroup):
    """Imports a command when it is asked for."""

    def list_commands(self, ctx: object) -> list[str]:
        """Returns their names."""
        return list(COMMANDS)

    def get_command(self, ctx: object, cmd_name: str) -> TyperCommand | None:
        """Returns the command of this name."""
        if cmd_name not in COMMANDS:
            return None
        command = get_command(import_module(f"{__name__}.{COMMANDS[cmd_name]}").app)
        command.name = cmd_name
        return command if isinstance(command, TyperCommand) else None


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Check the email configuration of identity tenants, and run a tenant, AWS, DNS and mail on one machine."""
