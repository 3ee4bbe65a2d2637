"""The command `tenant-email preflight`."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated

import typer

from tenant_email.cli.completion import tenant_names
from tenant_email.cli.report import Finding, JsonOption, Level, finish
from tenant_email.cli.tenants import CwdOption, StackOption, TenantCommand, TenantsOption, find_tenants
from tenant_email.cli.terminal import echo, examples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.checks.smtp import MailServer
    from tenant_email.tenants.authorities import Authorities
    from tenant_email.tenants.selection import NamedTenant

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_EXAMPLES = examples(
    ("Try the server that the Auth0 tenant of the environment sends through", "tenant-email preflight auth0"),
    ("Try those of all tenants of the selected stack", "tenant-email preflight --stack"),
    ("Try settings before any stack has them", "tenant-email preflight --settings smtp.json"),
    ("Try a mail server", "tenant-email preflight smtp.acme.com --port 465"),
)


class Secured(StrEnum):
    """How a connection is secured, in the words of `mail_ports`."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


@app.command(cls=TenantCommand, epilog=_EXAMPLES)
def preflight(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="TENANT|HOST",
            autocompletion=tenant_names,
            help="A tenant, as for doctor; anything else is a mail server.",
            show_default=False,
        ),
    ] = None,
    *,
    settings: Annotated[
        str | None,
        typer.Option(
            metavar="FILE",
            help="Try the settings in this JSON file, written as in a program; a password may be left out.",
            show_default=False,
        ),
    ] = None,
    tenant: Annotated[
        str | None, typer.Option(help="With --settings: trust the authorities of this tenant.", show_default=False)
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            help="With HOST: connect to this port (587 without it). 25, 587, 2525 and 2587 use STARTTLS; 465 and 2465 "
            "begin with TLS.",
            min=1,
            max=65535,
            show_default=False,
        ),
    ] = None,
    security: Annotated[
        Secured | None,
        typer.Option(help="With HOST: secure the connection this way instead of the port's.", show_default=False),
    ] = None,
    login: Annotated[
        bool, typer.Option(help="With HOST: require the server to offer a login; a relay may need none.")
    ] = True,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Trust only the authorities in this PEM file, instead of those of the tenant or the environment.",
            show_default=False,
        ),
    ] = None,
    tenants: TenantsOption = None,
    stack: StackOption = None,
    cwd: CwdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Try the mail server of a tenant or of settings as an `up` does: name, connection, TLS, login. No mail is sent."""
    authorities = _authorities(ca_file)
    if settings is not None:
        if target is not None:
            raise typer.BadParameter(
                "settings are in a file, or a tenant holds them; give one of TENANT and --settings"
            )
        named = find_tenants(tenants, stack, cwd).choose(tenant) if tenant else None
        finish("preflight", _try_settings(settings, named, authorities), as_json=as_json)
    if tenant is not None:
        raise typer.BadParameter("--tenant is for --settings; without it, name the tenant as TENANT")
    of_host = port is not None or security is not None or not login
    found = None if of_host else find_tenants(tenants, stack, cwd)
    if found is not None and (target is None or _is_tenant(target, found.all, found.platforms)):
        chosen = found.some(target)
        finish("preflight", (each for one in chosen for each in _try_tenant(one, authorities)), as_json=as_json)
    if target is None or tenants is not None or stack is not None:
        chosen_by = target or "HOST"
        raise typer.BadParameter(f"{chosen_by} is none of the tenants; --port and its like are for a mail server alone")
    _try_host(_server(target, port or 587, security, login=login, authorities=authorities), as_json=as_json)


def _is_tenant(word: str, named: tuple[NamedTenant, ...], platforms: tuple[str, ...]) -> bool:
    return word in platforms or word.partition("/")[0] in platforms or any(word == each.name for each in named)


def _authorities(ca_file: Path | None) -> Authorities | None:
    from tenant_email.tenants.authorities import Authorities, AuthorityFile  # noqa: PLC0415 - `--help` needs none

    return Authorities((AuthorityFile(str(ca_file), "--ca-file"),), "--ca-file") if ca_file else None


def _server(
    host: str, port: int, security: Secured | None, *, login: bool, authorities: Authorities | None
) -> MailServer:
    from dataclasses import replace  # noqa: PLC0415 - see above

    from tenant_email.checks.smtp import MailServer  # noqa: PLC0415 - see above
    from tenant_email.cli.console import fail  # noqa: PLC0415 - see above
    from tenant_email.inputs.hosts import ascii_host  # noqa: PLC0415 - see above

    name = host.removeprefix("[").removesuffix("]")
    if not ascii_host(name):
        fail("host: is not a host name\nWrite the name or the address of the server only; its port is given by --port.")
    logins = frozenset({"LOGIN"}) if login else frozenset[str]()
    server = MailServer(name, port, "host", security=security.value if security else None, logins=logins)
    return replace(server, authorities=authorities) if authorities else server


def _try_host(server: MailServer, *, as_json: bool) -> None:
    """Tries a server that was named; what is wrong with it goes to stderr, where no document is asked for."""
    from tenant_email.cli.console import fail  # noqa: PLC0415 - see above
    from tenant_email.diagnosis.transport import try_server  # noqa: PLC0415 - see above
    from tenant_email.errors import redact_message  # noqa: PLC0415 - see above

    found = list(try_server(server))
    if as_json:
        finish("preflight", found, as_json=True)
    for each in found:
        if each.level is Level.PROBLEM:
            fail(redact_message(each.what) + f"\n{each.remedy}")
        echo(redact_message(each.what))


def _try_settings(file: str, tenant: NamedTenant | None, authorities: Authorities | None) -> Iterable[Finding]:
    from tenant_email.diagnosis.looking import take  # noqa: PLC0415 - see above
    from tenant_email.diagnosis.transport import LONGEST, read_settings, try_transport  # noqa: PLC0415 - see above
    from tenant_email.inputs.text_files import read_json_object  # noqa: PLC0415 - see above
    from tenant_email.tenants.tenant_url import reach_of  # noqa: PLC0415 - see above

    document = read_json_object(file)
    trusted = authorities or (reach_of(tenant.connection().url).authorities if tenant else None)

    def look() -> Iterable[Finding]:
        yield from try_transport(read_settings(document, file), trusted, _announce)

    return take("connect", look, seconds=LONGEST)


def _try_tenant(tenant: NamedTenant, authorities: Authorities | None) -> Iterable[Finding]:
    from tenant_email.diagnosis.transport import try_tenant  # noqa: PLC0415 - see above

    return try_tenant(tenant, authorities, _announce)


def _announce(line: str) -> None:
    from tenant_email.errors import redact_message  # noqa: PLC0415 - see above

    echo(redact_message(line), err=True)
