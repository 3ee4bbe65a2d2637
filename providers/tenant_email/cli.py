"""The command `tenant-email`: looks at tenants, mail servers and templates, and runs everything on one machine."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence  # noqa: TC003 - typer reads annotations
from dataclasses import replace
from enum import StrEnum
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn, Protocol

import typer

from tenant_email import platforms, template_file
from tenant_email.checks.smtp import MailServer, probe
from tenant_email.errors import TenantEmailError, redact_message
from tenant_email.inputs.hosts import ascii_host
from tenant_email.tenants.authorities import Authorities, AuthorityFile
from tenant_email.tenants.connections import Connections

if TYPE_CHECKING:
    from tenant_email.platforms.base import LiveProvider
    from tenant_email.tenants.connections import ConnectionSpec

app = typer.Typer(
    help="Check the email configuration of identity tenants, and run a tenant, AWS, DNS and mail on one machine.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


class LocalCommand(Protocol):
    """What runs the local environment until Ctrl-C."""

    def __call__(self, directory: Path, platforms: Sequence[str], zones: Sequence[str], *, tls: bool) -> None:
        """Takes the folder of ports and certificates, the tenants, Route 53's zones, and whether tenants have https."""
        ...


Platform = Annotated[str, typer.Argument(help=f"One of {', '.join(platforms.names())}.")]


class Secured(StrEnum):
    """How a connection is secured, in the words of `mail_ports`."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@app.command()
def doctor(
    platform: Platform,
    tenant: Annotated[str, typer.Option(help="Check this one of the tenants in --tenants.")] = "main",
    tenants: Annotated[
        typer.FileText | None,
        typer.Option(help="Read the tenants as JSON: pulumi config get tenant-email:tenants | … --tenants -"),
    ] = None,
) -> None:
    """Log in to a tenant, say what its login may not do, and what sends its mail.

    The tenant is the one that the environment names, or one of a stack's config.
    """
    _known(platform)
    connections = Connections(tenants.read() if tenants else None, os.environ, platforms.connection_specs())
    granted = list[frozenset[str] | None]()
    try:
        # What a login may do is only in its token, which no call of the client gives out.
        connection = connections.get(tenant, platform).heard_by(granted.append)
        connection.require_credentials()
        client = platforms.load(platform).open(connection, lambda line: typer.echo(redact_message(line)))
        live = client.read_provider()
    except TenantEmailError as error:
        _fail(str(error))
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
        _fail(f"{who}: the login lacks{lacks}\nGrant what the stack needs, as docs/tenants.md says.")
    if spec.scopes and granted is None:
        typer.echo(f"The tenant does not report what the login may do; it should have: {', '.join(spec.scopes)}.")
    elif spec.scopes:
        typer.echo(f"It has everything that is needed: {', '.join(spec.scopes)}.")


@app.command()
def preflight(
    host: Annotated[str, typer.Argument(help="The mail server.")],
    port: Annotated[
        int,
        typer.Option(
            help="Connect to this port; 25, 587, 2525 and 2587 use STARTTLS, 465 and 2465 begin with TLS.",
            min=1,
            max=65535,
        ),
    ] = 587,
    security: Annotated[
        Secured | None, typer.Option(help="Secure the connection this way instead of the port's usual way.")
    ] = None,
    login: Annotated[bool, typer.Option(help="Require the server to offer a login; a relay may need none.")] = True,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            help="Trust only the authorities in this PEM file, instead of those in SSL_CERT_FILE or the public ones."
        ),
    ] = None,
) -> None:
    """Try a mail server as a tenant would: name, connection, TLS 1.2 with a trusted certificate, AUTH LOGIN."""
    logins = frozenset({"LOGIN"}) if login else frozenset[str]()
    name = host.removeprefix("[").removesuffix("]")
    if not ascii_host(name):
        _fail(
            "host: is not a host name\nWrite the name or the address of the server only; its port is given by --port."
        )
    server = MailServer(name, port, "host", security=security.value if security else None, logins=logins)
    if ca_file:
        server = replace(server, authorities=Authorities((AuthorityFile(str(ca_file), "--ca-file"),), "--ca-file"))
    if problem := probe(server).problem:
        _fail(str(problem))
    tls = "it accepts mail in clear text" if server.secured == "none" else "its TLS is trusted"
    typer.echo(f"{server.at} can be reached, {tls}" + (", and it offers AUTH LOGIN." if login else "."))


@app.command()
def templates(
    platform: Platform,
    file: Annotated[Path, typer.Argument(help="The template's settings as JSON, or only its body.")],
    name: Annotated[str, typer.Option(help="Check the file as the body of this template.")] = "verify_email",
    variables: Annotated[
        Path | None, typer.Option(help="Print the texts rendered with the variables in this JSON file.")
    ] = None,
) -> None:
    """Check a template as a preview does, and render it where the platform's template language is known."""
    _known(platform)
    chosen = platforms.load(platform)
    if variables and not chosen.render:
        _fail(f"{platform}: its templates cannot be rendered here\nLeave out --variables.")
    texts = dict[str, str]()
    try:
        inputs, warnings = template_file.check(chosen, file, name)
        if variables and chosen.render:
            texts.update(chosen.render(inputs.settings, template_file.read_object(variables)))
    except TenantEmailError as error:
        _fail(str(error))
    for warning in warnings:
        typer.echo(redact_message(f"warning: {warning}"))
    for part, shown in texts.items():
        typer.echo(f"--- {part}\n{shown}")
    if not variables:
        typer.echo(f"{file}: it works; see the warnings." if warnings else f"{file}: nothing wrong.")


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
        _known(name)
    try:
        _local_command()(directory, chosen, zone or ["acme.example"], tls=tls)
    except ValueError as error:
        _fail(str(error))


def _local_command() -> LocalCommand:
    """Finds what runs the local environment: a distribution of its own, which the library never imports."""
    remedy = "Run: pip install 'pulumi-tenant-email[local]'"
    found = entry_points(group="tenant_email.commands", name="local")
    if not found:
        _fail(f"tenant-email-local is not installed\n{remedy}")
    try:
        command: LocalCommand = next(iter(found)).load()
    except ImportError as error:
        _fail(f"{error.name} is missing\n{remedy}")
    return command


def _known(platform: str) -> None:
    if platform not in platforms.names():
        _fail(f"{platform!r} is not a platform\nUse one of: {', '.join(platforms.names())}.")


def _fail(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)


if __name__ == "__main__":
    app()
