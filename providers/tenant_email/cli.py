"""The command `tenant-email`."""

from __future__ import annotations

import shlex
import signal
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(help="Tools around the e-mail configuration of identity tenants.", no_args_is_help=True)


@app.callback()
def tenant_email() -> None:
    """Keeps `local` a command of its own."""


@app.command()
def local(
    directory: Annotated[
        Path, typer.Option(help="Keeps ports and certificates here, so that a stack finds its tenant again.")
    ] = Path(".local/machine"),
    platform: Annotated[list[str] | None, typer.Option(help="A tenant to run; may be given again.")] = None,
    zone: Annotated[list[str] | None, typer.Option(help="A Route 53 zone to begin with; may be given again.")] = None,
) -> None:
    """Runs a tenant, AWS, DNS and mail on this machine, and prints the environment for a stack."""
    try:
        from tenant_email.local.machine import LocalMachine  # noqa: PLC0415 - an extra, and slow to load
    except ImportError as error:
        typer.echo(f"{error.name} is missing: pip install 'pulumi-tenant-email[local]'", err=True)
        raise typer.Exit(1) from None
    with LocalMachine(directory, platform or ("auth0",)) as machine:
        for name in zone or ("acme.example",):
            machine.aws.create_zone(name)
        typer.echo("# in another terminal, before `pulumi up`:")
        for name, value in machine.environment().items():
            typer.echo(f"export {name}={shlex.quote(value)}")
        typer.echo("# Ctrl-C stops it; what the tenant and AWS hold is then gone", err=True)
        signal.sigwait({signal.SIGINT, signal.SIGTERM})


if __name__ == "__main__":
    app()
