"""The command `tenant-email send-test`."""

from __future__ import annotations

import os
import secrets
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tenant_email.cli.completion import tenant_names
from tenant_email.cli.report import JsonOption, finish
from tenant_email.cli.tenants import CwdOption, StackOption, TenantCommand, TenantsOption, find_tenants
from tenant_email.cli.terminal import echo, examples, progress
from tenant_email.errors import TenantEmailError, redact_message
from tenant_email.inputs.fields import address_of
from tenant_email.mailboxes.imap_address import ImapAddress, read_address
from tenant_email.platforms.sending import MailOrder, MailSender, failures
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from tenant_email.findings import Finding
    from tenant_email.mail_proof.messages import Mail
    from tenant_email.mailboxes.arrivals import Mailbox

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

_PASSWORD: Final = "TENANT_EMAIL_IMAP_PASSWORD"  # noqa: S105 - a variable's name
_TOKEN: Final = "TENANT_EMAIL_IMAP_TOKEN"  # noqa: S105 - a variable's name
_LONGEST: Final = 3600.0
_PROVEN: Final = "mail"
_EXAMPLES: Final = examples(
    ("Send, and say what the tenant says of it", "tenant-email send-test auth0 --to ada@acme.com"),
    (
        "Send, wait for the mail, and prove it",
        "tenant-email send-test logto --to ada@acme.com --imap imaps://ada%40acme.com@imap.acme.com/INBOX",
    ),
    ("Prove a mail that is saved as a file; nothing is sent", "tenant-email send-test --received mail.eml"),
)


@app.command(cls=TenantCommand, epilog=_EXAMPLES)
def send_test(
    tenant: Annotated[
        str | None,
        typer.Argument(
            metavar="TENANT",
            autocompletion=tenant_names,
            help="A tenant's name, a platform for its only tenant or `main`, or PLATFORM/NAME.",
            show_default=False,
        ),
    ] = None,
    *,
    to: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Send to this address: a real mail.", show_default=False)
    ] = None,
    template: Annotated[
        str, typer.Option(metavar="NAME", help="Send this template, by the platform's own name.", show_default=False)
    ] = "",
    locale: Annotated[
        str, typer.Option(metavar="TAG", help="Ask for this language, such as fr.", show_default=False)
    ] = "",
    user: Annotated[
        str,
        typer.Option(
            metavar="ID", help="The Auth0 user to send to, where several have the address.", show_default=False
        ),
    ] = "",
    unique: Annotated[
        bool, typer.Option("--unique", help="Send to ada+TOKEN@…, so that no other mail is taken for this one.")
    ] = False,
    imap: Annotated[
        str | None,
        typer.Option(
            metavar="URL",
            help=f"Look for the mail in imaps://USER@HOST/FOLDER; the password is asked for, or in {_PASSWORD}.",
            show_default=False,
        ),
    ] = None,
    mailbox: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="Look for the mail in a folder of .eml files, a Maildir or an mbox, such as .local/machine/inbox.",
            show_default=False,
        ),
    ] = None,
    received: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="Send nothing: prove the mail in this file, or in - .", show_default=False),
    ] = None,
    receiver: Annotated[
        str,
        typer.Option(
            metavar="HOST", help="The mailbox's own mail server, as the mail names it after `by`.", show_default=False
        ),
    ] = "",
    wait: Annotated[
        float, typer.Option(metavar="SECONDS", help="Wait so long for the mail, and for the platform's word.")
    ] = 60.0,
    ca_file: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Trust only the authorities in this PEM file at the mailbox's server.",
            show_default=False,
        ),
    ] = None,
    tenants: TenantsOption = None,
    stack: StackOption = None,
    cwd: CwdOption = None,
    as_json: JsonOption = False,
) -> None:
    """Have a tenant send a real mail, and prove what arrives: DKIM, SPF, DMARC, TLS, sender, and what filters mind.

    Logto sends a test and a verification code, PingOne AIC a plain mail and a template, Auth0 the verification email of
    a user who is there. Nothing is changed but that; a mail whose answer is lost is not asked for again.
    """
    _require_bounds(wait)
    own = {"--to": to, "--template": template, "--locale": locale, "--user": user, "--unique": unique}
    sends = {**own, "--imap": imap, "--mailbox": mailbox}
    if received is not None:
        if given := [name for name, value in sends.items() if value]:
            raise typer.BadParameter(
                f"{given[0]} is for a mail that is sent, and --received sends none; give one of them"
            )
        finish("send-test", _prove_file(received, receiver, tenant, (tenants, stack, cwd)), as_json=as_json)
    if tenant is None or to is None:
        raise typer.BadParameter("TENANT and --to are needed to send; --received proves a mail that is there")
    if imap is not None and mailbox is not None:
        raise typer.BadParameter("--imap and --mailbox both say where the mail arrives; give one of them")
    address = None if imap is None else _imap(imap)
    order = MailOrder(_recipient(to, unique=unique), template, locale, user, _subject(), wait)
    place = _Place(mailbox if address is None else address, receiver, ca_file)
    finish(
        "send-test",
        _send(tenant, (tenants, stack, cwd), order, place),
        as_json=as_json,
        more={"recipient": order.recipient},
    )


Named = tuple[str | None, str | None, Path | None]
"""What --tenants, --stack and --cwd give."""


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the mail is looked for; nowhere without `where`."""

    where: ImapAddress | Path | None
    receiver: str
    ca_file: Path | None


def _send(tenant: str, named: Named, order: MailOrder, place: _Place) -> Iterator[Finding]:
    from tenant_email.mailboxes.trial import Trial  # noqa: PLC0415 - `--help` needs none of it

    about = tenant
    try:
        about, sender = _sender(tenant, named)
        with _opened(place) as mailbox:
            yield from Trial(sender, order, mailbox, partial(_prove, place.receiver), about, progress).run()
    except TenantEmailError as error:
        yield from (replace(each, about=about) for each in failures("send", error))


def _sender(tenant: str, named: Named) -> tuple[str, MailSender]:
    from tenant_email import platforms  # noqa: PLC0415 - as above

    chosen = find_tenants(*named).choose(tenant)
    connection = chosen.connection()
    connection.require_credentials()
    mails = platforms.load(chosen.platform).mails
    if mails is None:
        raise TenantEmailError(
            f"{chosen}: {chosen.platform} has no way to ask for a mail", remedy="Send one in its console."
        )
    return str(chosen), mails(connection, lambda line: echo(redact_message(line), err=True))


def _prove_file(received: str, receiver: str, tenant: str | None, named: Named) -> Iterator[Finding]:
    from tenant_email.inputs.text_files import read_bytes  # noqa: PLC0415 - as above
    from tenant_email.mail_proof.messages import LARGEST, read_mail  # noqa: PLC0415 - as above

    about = _PROVEN
    try:
        senders = tuple[str, ...]()
        if tenant is not None:
            about, sender = _sender(tenant, named)
            senders = sender.senders()
        mail = read_mail(read_bytes(received, largest=LARGEST))
        for finding in _prove(receiver, mail, senders):
            yield replace(finding, about=about)
    except TenantEmailError as error:
        yield from (replace(each, about=about) for each in failures("mail", error))


def _prove(receiver: str, mail: Mail, senders: tuple[str, ...]) -> Iterable[Finding]:
    """Proves a mail by the DNS that this machine asks."""
    from tenant_email.mail_proof.dns import Dns  # noqa: PLC0415 - as above
    from tenant_email.mail_proof.proof import Expected, prove  # noqa: PLC0415 - as above

    try:
        dns = Dns.of_environment(os.environ)
    except ValueError as error:
        raise TenantEmailError(str(error), remedy="Set it so, or unset it.") from None
    return prove(mail, Expected(senders, receiver), dns, time.time())


@contextmanager
def _opened(place: _Place) -> Generator[Mailbox | None]:
    """Opens the mailbox, before anything is sent: what is in it then is old."""
    if place.where is None:
        yield None
    elif isinstance(place.where, ImapAddress):
        from tenant_email.mailboxes.imap import ImapMailbox  # noqa: PLC0415 - as above
        from tenant_email.tenants.authorities import Authorities, AuthorityFile, of_environment  # noqa: PLC0415 - as above

        authorities = of_environment()
        if place.ca_file:
            authorities = Authorities((AuthorityFile(str(place.ca_file), "--ca-file"),), "--ca-file")
        if wrong := authorities.problems():
            raise TenantEmailError(f"{wrong[0].path}: {wrong[0].what}", remedy=wrong[0].remedy)
        secret, is_token = _secret(place.where)
        opened = ImapMailbox(place.where, secret, authorities, is_token=is_token)
        try:
            yield opened
        finally:
            opened.close()
    else:
        from tenant_email.mailboxes.files import FileMailbox  # noqa: PLC0415 - as above

        yield FileMailbox(place.where)


def _secret(place: ImapAddress) -> tuple[Secret, bool]:
    """Returns what logs in to the mailbox, and whether it is a token: from the environment, or from who sits here."""
    for name in (_PASSWORD, _TOKEN):
        if given := os.environ.get(name):
            return Secret(given), name == _TOKEN
    if not sys.stdin.isatty():
        raise TenantEmailError(
            f"mailbox {place}: its password is not known, and nobody can be asked for it",
            remedy=f"Set {_PASSWORD}, or {_TOKEN} to an OAuth 2.0 access token.",
        )
    return Secret(typer.prompt(f"Password of {place.user} at {place.host}", hide_input=True, err=True)), False


def _recipient(to: str, *, unique: bool) -> str:
    try:
        address = address_of(to)
    except (ValueError, TenantEmailError) as error:
        raise typer.BadParameter(f"--to {str(error).splitlines()[0]}") from None
    if address != to.strip():
        raise typer.BadParameter("--to takes the address alone, such as ada@acme.com")
    local, _, domain = address.rpartition("@")
    return f"{local}+{secrets.token_hex(4)}@{domain}" if unique else address


def _imap(text: str) -> ImapAddress:
    try:
        return read_address(text)
    except ValueError as error:
        raise typer.BadParameter(f"--imap: {error}") from None


def _subject() -> str:
    """Returns a subject that no other mail has."""
    return f"Test of the tenant's email configuration ({secrets.token_hex(4)})"


def _require_bounds(wait: float) -> None:
    if not 0 <= wait <= _LONGEST:
        raise typer.BadParameter(f"--wait takes 0 to {_LONGEST:.0f} seconds")
