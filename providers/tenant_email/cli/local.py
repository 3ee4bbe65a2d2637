"""The command `tenant-email local`, of a distribution of its own."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 - a type of public arguments
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Protocol

import typer

from tenant_email.cli.console import fail, require_platform

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class LocalCommand(Protocol):
    """What runs the local environment until Ctrl-C."""

    def __call__(self, directory: Path, platforms: Sequence[str], zones: Sequence[str], *, tls: bool) -> None:
        """Takes the folder of ports and certificates, the tenants, Route 53's zones, and whether tenants have https."""
        ...


@app.command()
def local(
    directory: Annotated[
        Path, typer.Option(help="Keep ports and certificates in this folder, so that a stack finds its tenant again.")
    ] = Path(".local/machine"),
    platform: Annotated[list[str] | None, typer.Option(help="Run a tenant of this platform; repeatable.")] = None,
    zone: Annotated[list[str] | None, typer.Option(help="Start with this Route 53 zone; repeatable.")] = None,
    tls: Annotated[bool, typer.Option("--tls", help="Have tenants reached by https, for official clients.")] = False,
) -> None:
    """Run a tenant, AWS, DNS and mail on this machine, and print the environment for a stack."""
    chosen = platform or ["auth0"]
    for name in chosen:
        require_platform(name)
    try:
        _local_command()(directory, chosen, zone or ["acme.example"], tls=tls)
    except ValueError as error:
        fail(str(error))


def _local_command() -> LocalCommand:
    """Finds what runs the local environment: a distribution of its own, which the library never imports."""
    remedy = "Run: pip install 'pulumi-tenant-email[local]'"
    found = entry_points(group="tenant_email.commands", name="local")
    if not found:
        fail(f"tenant-email-local is not installed\n{remedy}")
    try:
        command: LocalCommand = next(iter(found)).load()
    except ImportError as error:
        fail(f"{error.name} is missing\n{remedy}")
    return command
