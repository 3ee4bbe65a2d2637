"""The command `tenant-email doctor`."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Annotated

import typer

from tenant_email import platforms
from tenant_email.cli.console import PlatformArgument, fail, require_platform
from tenant_email.errors import TenantEmailError, redact_message
from tenant_email.tenants.connections import Connections

if TYPE_CHECKING:
    from tenant_email.platforms.base import LiveProvider
    from tenant_email.tenants.connections import ConnectionSpec

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


@app.command()
def doctor(
    platform: PlatformArgument,
    tenant: Annotated[str, typer.Option(help="Check this one of the tenants in --tenants.")] = "main",
    tenants: Annotated[
        typer.FileText | None,
        typer.Option(help="Read the tenants as JSON: pulumi config get tenant-email:tenants | … --tenants -"),
    ] = None,
) -> None:
    """Log in to a tenant, say what its login may not do, and what sends its mail.

    The tenant is the one that the environment names, or one of a stack's config.
    """
    require_platform(platform)
    connections = Connections(tenants.read() if tenants else None, os.environ, platforms.connection_specs())
    granted = list[frozenset[str] | None]()
    try:
        # What a login may do is only in its token, which no call of the client gives out.
        connection = connections.get(tenant, platform).heard_by(granted.append)
        connection.require_credentials()
        client = platforms.load(platform).open(connection, lambda line: typer.echo(redact_message(line)))
        live = client.read_provider()
    except TenantEmailError as error:
        fail(str(error))
    typer.echo(f"{platform} {connection.host}: the login works.")
    _show_sender(live)
    _require_scopes(
        f"{platform} {connection.host}", platforms.connection_specs()[platform], granted[-1] if granted else None
    )


def _show_sender(live: LiveProvider | None) -> None:
    if live is None or live.is_built_in:
        typer.echo("Mail goes out through the built-in sender.")
    else:
        # what a tenant shows may be secret; json writes what would steer the terminal as escapes
        typer.echo(f"Mail goes out through {json.dumps(live.public_inputs().to_props(), indent=2)}")


def _require_scopes(who: str, spec: ConnectionSpec, granted: frozenset[str] | None) -> None:
    """Ends with the scopes that a login lacks, where the tenant says what it grants."""
    missing = {scope: use for scope, use in spec.scopes.items() if granted is not None and scope not in granted}
    if missing:
        lacks = "".join(f"\n  - {scope}, for {use}" for scope, use in missing.items())
        fail(f"{who}: the login lacks{lacks}\nGrant what the stack needs, as docs/tenants.md says.")
    if spec.scopes and granted is None:
        typer.echo(f"The tenant does not report what the login may do; it should have: {', '.join(spec.scopes)}.")
    elif spec.scopes:
        typer.echo(f"It has everything that is needed: {', '.join(spec.scopes)}.")
