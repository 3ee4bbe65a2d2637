"""The command `tenant-email local`, of a distribution of its own."""

from __future__ import annotations

from collections.abc import Sequence  # noqa: TC003 - a type of public arguments
from importlib.metadata import entry_points
from pathlib import Path
from typing import Annotated, Protocol

import typer

from tenant_email.cli.completion import platform_names
from tenant_email.cli.console import fail, require_platform
from tenant_email.cli.terminal import examples

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class LocalCommand(Protocol):
    """What runs the local environment until Ctrl-C."""

    def __call__(
        self, directory: Path, platforms: Sequence[str], zones: Sequence[str], *, tls: bool, page: int | None
    ) -> None:
        """Takes the folder of ports and certificates, the tenants, Route 53's zones, and whether tenants have https.

        `page` is the port of the page, 0 for the folder's own, None for no page.
        """
        ...


@app.command(
    epilog=examples(
        ("Run an Auth0 tenant; its page and its environment are printed", "tenant-email local"),
        ("Run two platforms, reached by https", "tenant-email local --platform logto --platform pingone_aic --tls"),
        ("Begin with a domain of your own in Route 53", "tenant-email local --zone mail.example.com"),
    )
)
def local(
    *,
    directory: Annotated[
        Path,
        typer.Option(
            metavar="DIR", help="Keep ports and certificates in this folder, so that a stack finds its tenant again."
        ),
    ] = Path(".local/machine"),
    platform: Annotated[
        list[str] | None, typer.Option(autocompletion=platform_names, help="Run a tenant of this platform; repeatable.")
    ] = None,
    zone: Annotated[list[str] | None, typer.Option(help="Start with this Route 53 zone; repeatable.")] = None,
    tls: Annotated[bool, typer.Option("--tls", help="Have tenants reached by https, for official clients.")] = False,
    page: Annotated[
        int | None,
        typer.Option(
            metavar="PORT",
            min=1,
            max=65535,
            show_default=False,
            help="Serve the page at this port of 127.0.0.1, in place of the one that the folder keeps.",
        ),
    ] = None,
    no_page: Annotated[bool, typer.Option("--no-page", help="Serve no page.")] = False,
) -> None:
    """Run a tenant, AWS, DNS and mail on this machine, with a page that shows all of it.

    What is printed is the environment for a stack, as a shell takes it, and the page's address. Nothing of it can be
    reached from other machines, and Ctrl-C ends it.
    """
    if no_page and page is not None:
        raise typer.BadParameter("--page and --no-page exclude each other")
    chosen = platform or ["auth0"]
    for name in chosen:
        require_platform(name)
    try:
        _local_command()(directory, chosen, zone or ["acme.example"], tls=tls, page=None if no_page else page or 0)
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
