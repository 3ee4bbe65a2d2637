"""How commands are told which tenant is meant: the argument TENANT, and where tenants are named.

A command takes the four annotated types as its parameters, is registered with `@app.command(cls=TenantCommand)`, and
asks `find_tenants` once:

    found = find_tenants(tenants, stack, cwd)
    tenant = found.choose(word)       # one; or found.some(word): all when TENANT is omitted
    connection = tenant.connection()  # with every problem of its entry

Each of them raises a TenantEmailError, which ends the command with exit code 1.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tenant_email.cli.commands import PlainCommand
from tenant_email.cli.completion import tenant_names

if TYPE_CHECKING:
    from tenant_email.tenants.selection import NamedTenants

TENANT_WORD: Final = "A tenant's name, a platform for its only tenant or `main`, or PLATFORM/NAME"
"""What the help says of a TENANT."""

OptionalTenantArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="TENANT",
        autocompletion=tenant_names,
        help=f"{TENANT_WORD}; all tenants without it.",
        show_default=False,
    ),
]
TenantsOption = Annotated[
    str | None,
    typer.Option(
        "--tenants",
        metavar="FILE",
        help="Take the tenants from this JSON file, or from - (standard input).",
        show_default=False,
    ),
]
StackOption = Annotated[
    str | None,
    typer.Option(
        "--stack",
        metavar="[NAME]",
        help="Take the tenants from this stack's config, or from the selected stack's; asks the Pulumi CLI.",
        show_default=False,
    ),
]
CwdOption = Annotated[
    Path | None,
    typer.Option("--cwd", metavar="DIR", help="Look for the stack's project in this folder.", show_default=False),
]


class TenantCommand(PlainCommand):
    """A command whose `--stack` may come without a name."""

    def parse_args(self, ctx: typer.Context, args: list[str]) -> list[str]:  # type: ignore[override]
        """Reads the words of the command line."""
        return super().parse_args(ctx, list(_with_name(args)))


def find_tenants(tenants: str | None, stack: str | None, cwd: Path | None) -> NamedTenants:
    """Returns the tenants that `--tenants`, `--stack` with `--cwd`, and the environment name.

    Raises:
        TenantEmailError: the file, the CLI or the map of tenants is not right.
        typer.BadParameter: the options exclude each other.
    """
    if tenants is not None and stack is not None:
        raise typer.BadParameter("--tenants and --stack both name the tenants; give one of them")
    if cwd is not None and stack is None:
        raise typer.BadParameter("--cwd is the folder of --stack; give both")
    # Here and not above: `--help` needs none of it, and Pulumi's SDK takes a second to load.
    from tenant_email import platforms  # noqa: PLC0415
    from tenant_email.inputs.text_files import read_text  # noqa: PLC0415
    from tenant_email.tenants.selection import named_tenants  # noqa: PLC0415
    from tenant_email.tenants.stack_config import read_stack  # noqa: PLC0415

    config = None if stack is None else read_stack(stack, cwd or Path())
    raw = config.tenants if config else None if tenants is None else read_text(tenants)
    return named_tenants(raw, os.environ, platforms.connection_specs(), config)


def _with_name(args: list[str]) -> list[str]:
    """Gives `--stack` an empty name where the next word is an option, or none follows."""
    given = list[str]()
    for at, word in enumerate(args):
        if word == "--":
            return [*given, *args[at:]]
        following = args[at + 1] if at + 1 < len(args) else "-"
        given += ["--stack="] if word == "--stack" and following.startswith("-") else [word]
    return given
