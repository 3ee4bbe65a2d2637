"""The command `tenant-email preflight`."""

from __future__ import annotations

from dataclasses import replace
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import Annotated

import typer

from tenant_email.checks.smtp import MailServer, probe
from tenant_email.cli.console import fail
from tenant_email.inputs.hosts import ascii_host
from tenant_email.tenants.authorities import Authorities, AuthorityFile

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Secured(StrEnum):
    """How a connection is secured, in the words of `mail_ports`."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


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
        fail("host: is not a host name\nWrite the name or the address of the server only; its port is given by --port.")
    server = MailServer(name, port, "host", security=security.value if security else None, logins=logins)
    if ca_file:
        server = replace(server, authorities=Authorities((AuthorityFile(str(ca_file), "--ca-file"),), "--ca-file"))
    if problem := probe(server).problem:
        fail(str(problem))
    tls = "it accepts mail in clear text" if server.secured == "none" else "its TLS is trusted"
    typer.echo(f"{server.at} can be reached, {tls}" + (", and it offers AUTH LOGIN." if login else "."))
