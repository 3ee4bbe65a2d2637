"""What `tenant-email send-test` does once its command line is read: a mail that is sent, or one that is there."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

import typer

from tenant_email import platforms
from tenant_email.cli.send_test import PASSWORD
from tenant_email.cli.tenants import find_tenants
from tenant_email.cli.terminal import echo, is_attended, progress
from tenant_email.errors import TenantEmailError, redact_message
from tenant_email.inputs.text_files import read_bytes
from tenant_email.mail_proof.dns import Dns
from tenant_email.mail_proof.messages import LARGEST, read_mail
from tenant_email.mail_proof.proof import Expected, prove
from tenant_email.mailboxes.files import FileMailbox
from tenant_email.mailboxes.imap import ImapMailbox
from tenant_email.mailboxes.imap_address import ImapAddress
from tenant_email.mailboxes.trial import Trial
from tenant_email.platforms.sending import MailOrder, MailSender, failures
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.authorities import Authorities, AuthorityFile, of_environment

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from tenant_email.findings import Finding
    from tenant_email.mail_proof.messages import Mail
    from tenant_email.mailboxes.arrivals import Mailbox

_TOKEN: Final = "TENANT_EMAIL_IMAP_TOKEN"  # noqa: S105 - a variable's name
_PROVEN: Final = "mail"

Named = tuple[str | None, str | None, Path | None]
"""What --tenants, --stack and --cwd give."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where the mail is looked for; nowhere without `where`."""

    where: ImapAddress | Path | None
    receiver: str
    ca_file: Path | None


def send(tenant: str, named: Named, order: MailOrder, place: Place) -> Iterator[Finding]:
    """Yields what comes of a mail that is sent, and looked for."""
    about = tenant
    try:
        about, sender = _sender(tenant, named)
        with _opened(place) as mailbox:
            yield from Trial(sender, order, mailbox, partial(_prove, place.receiver), about, progress).run()
    except TenantEmailError as error:
        yield from (replace(each, about=about) for each in failures("send", error))


def _sender(tenant: str, named: Named) -> tuple[str, MailSender]:
    chosen = find_tenants(*named).choose(tenant)
    connection = chosen.connection()
    connection.require_credentials()
    mails = platforms.load(chosen.platform).mails
    if mails is None:
        raise TenantEmailError(
            f"{chosen}: {chosen.platform} has no way to ask for a mail", remedy="Send one in its console."
        )
    return str(chosen), mails(connection, lambda line: echo(redact_message(line), err=True))


def prove_file(received: str, receiver: str, tenant: str | None, named: Named) -> Iterator[Finding]:
    """Yields what a mail in a file proves; with a tenant its sender is compared with what is configured there."""
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
    try:
        dns = Dns.of_environment(os.environ)
    except ValueError as error:
        raise TenantEmailError(str(error), remedy="Set it so, or unset it.") from None
    return prove(mail, Expected(senders, receiver), dns, time.time())


@contextmanager
def _opened(place: Place) -> Generator[Mailbox | None]:
    """Opens the mailbox, before anything is sent: what is in it then is old."""
    if place.where is None:
        yield None
    elif isinstance(place.where, ImapAddress):
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
        yield FileMailbox(place.where)


def _secret(place: ImapAddress) -> tuple[Secret, bool]:
    """Returns what logs in to the mailbox, and whether it is a token: from the environment, or from who sits here."""
    for name in (PASSWORD, _TOKEN):
        if given := os.environ.get(name):
            return Secret(given), name == _TOKEN
    if not is_attended():
        raise TenantEmailError(
            f"mailbox {place}: its password is not known, and nobody can be asked for it",
            remedy=f"Set {PASSWORD}, or {_TOKEN} to an OAuth 2.0 access token.",
        )
    return Secret(typer.prompt(f"Password of {place.user} at {place.host}", hide_input=True, err=True)), False
