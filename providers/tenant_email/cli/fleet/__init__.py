"""The commands `tenant-email fleet …`: many tenants from one file."""

from __future__ import annotations

from typing import Final

import typer

from tenant_email.cli.commands import Commands
from tenant_email.cli.terminal import examples

COMMANDS: Final = {
    "check": "check",
    "schema": "schema",
    "preview": "preview",
    "up": "up",
    "refresh": "refresh",
    "destroy": "destroy",
    "configure": "configure",
    "kubernetes": "kubernetes",
    "deployments": "deployments",
}
"""The module of each command, in the order of `--help`."""


class FleetCommands(Commands):
    """Those of `tenant-email fleet`."""

    modules = COMMANDS
    package = __name__


app = typer.Typer(
    cls=FleetCommands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        ("Say everything that is wrong with a file", "tenant-email fleet check tenants.yaml"),
        ("See what would change in each tenant", "tenant-email fleet preview tenants.yaml"),
        ("Bring up the tenants whose names begin with eu-", "tenant-email fleet up tenants.yaml --tenants 'eu-*'"),
    ),
)


@app.callback()
def fleet() -> None:
    """Manage many tenants from one file, with a stack for each of them."""
