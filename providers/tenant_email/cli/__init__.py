"""The command `tenant-email`: looks at tenants, mail servers and templates, and runs everything on one machine.

A command is a module with a Typer of its own, and is imported when it is called. Whatever a command raises ends in a
message with a remedy and exit code 1; a command line that is wrong ends with 2, Ctrl-C with 130. What a person sees of
it, progress and examples among them, is in `terminal`.
"""

from __future__ import annotations

from typing import Annotated, Final

import typer

from tenant_email.cli.commands import Commands
from tenant_email.cli.endings import writes_anything
from tenant_email.cli.terminal import examples

COMMANDS: Final = {
    "doctor": "doctor",
    "fleet": "fleet",
    "import": "import_tenant",
    "migrate": "migrate",
    "preflight": "preflight",
    "send-test": "send_test",
    "templates": "templates",
    "local": "local",
}
"""The module of each command, in the order of `--help`."""


class OwnCommands(Commands):
    """Those of `tenant-email`."""

    modules = COMMANDS
    package = __name__


app = typer.Typer(
    cls=OwnCommands,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        ("Look at the Auth0 tenant of the environment", "tenant-email doctor auth0"),
        ("Run a tenant, AWS, DNS and mail on this machine", "tenant-email local"),
        ("See the options of a command, and examples", "tenant-email import --help"),
        ("Have this shell complete commands, platforms and tenants", "tenant-email --install-completion"),
    ),
)


def _show_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version  # noqa: PLC0415 - it is seldom asked for

        typer.echo(f"tenant-email {version('pulumi-tenant-email')}")
        raise typer.Exit


@app.callback()
def main(
    *,
    version: Annotated[  # noqa: ARG001 - what it does is done when it is read
        bool, typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version)
    ] = False,
) -> None:
    """Take over, check and try out the email configuration of identity tenants, or run them on this machine."""
    writes_anything()
