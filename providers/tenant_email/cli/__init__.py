"""The command `tenant-email`: looks at tenants, mail servers and templates, and runs everything on one machine.

A command is a module with a Typer of its own, and is imported when it is called. Whatever a command raises ends in a
message with a remedy and exit code 1; a command line that is wrong ends with 2, Ctrl-C with 130.
"""

from __future__ import annotations

from importlib import import_module
from typing import Any, Final

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_command

from tenant_email.cli.endings import ends_in_a_message, writes_anything

COMMANDS: Final = {"doctor": "doctor", "preflight": "preflight", "templates": "templates", "local": "local"}
"""The module of each command, in the order of `--help`."""


class Commands(TyperGroup):
    """Imports a command when it is asked for, and turns what it raises into a message."""

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

    def invoke(self, ctx: Any) -> Any:
        """Runs the command that was asked for."""
        with ends_in_a_message():
            return super().invoke(ctx)


app = typer.Typer(cls=Commands, no_args_is_help=True, pretty_exceptions_enable=False)


@app.callback()
def main() -> None:
    """Check the email configuration of identity tenants, and run a tenant, AWS, DNS and mail on one machine."""
    writes_anything()
