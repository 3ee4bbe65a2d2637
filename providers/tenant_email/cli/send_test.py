"""The command `tenant-email send-test`."""

from __future__ import annotations

import secrets
from pathlib import Path  # noqa: TC003 - typer reads annotations
from typing import TYPE_CHECKING, Annotated, Final

import typer

from tenant_email.cli.completion import tenant_names
from tenant_email.cli.report import JsonOption, finish
from tenant_email.cli.tenants import TENANT_WORD, CwdOption, StackOption, TenantCommand, TenantsOption
from tenant_email.cli.terminal import examples

if TYPE_CHECKING:
    from tenant_email.mailboxes.imap_address import ImapAddress

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)

PASSWORD: Final = "TENANT_EMAIL_IMAP_PASSWORD"  # noqa: S105 - a variable's name
_LONGEST: Final = 3600.0
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
            help=f"{TENANT_WORD}.",
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
            help=f"Look for the mail in imaps://USER@HOST/FOLDER; the password is asked for, or in {PASSWORD}.",
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
    from tenant_email.cli.sending import Place, prove_file, send  # noqa: PLC0415 - `--help` needs none of it
    from tenant_email.platforms.sending import MailOrder  # noqa: PLC0415 - as above

    _require_bounds(wait)
    own = {"--to": to, "--template": template, "--locale": locale, "--user": user, "--unique": unique}
    sends = {**own, "--imap": imap, "--mailbox": mailbox}
    if received is not None:
        if given := [name for name, value in sends.items() if value]:
            raise typer.BadParameter(
                f"{given[0]} is for a mail that is sent, and --received sends none; give one of them"
            )
        finish("send-test", prove_file(received, receiver, tenant, (tenants, stack, cwd)), as_json=as_json)
    if tenant is None or to is None:
        raise typer.BadParameter("TENANT and --to are needed to send; --received proves a mail that is there")
    if receiver and imap is None and mailbox is None:
        raise typer.BadParameter("--receiver is for a mail that is looked at: give --imap, --mailbox or --received too")
    if ca_file is not None and imap is None:
        raise typer.BadParameter("--ca-file is for the server of --imap; give both")
    if imap is not None and mailbox is not None:
        raise typer.BadParameter("--imap and --mailbox both say where the mail arrives; give one of them")
    address = None if imap is None else _imap(imap)
    order = MailOrder(_recipient(to, unique=unique), template, locale, user, _subject(), wait, is_unique=unique)
    place = Place(mailbox if address is None else address, receiver, ca_file)
    finish(
        "send-test",
        send(tenant, (tenants, stack, cwd), order, place),
        as_json=as_json,
        more={"recipient": order.recipient},
    )


def _recipient(to: str, *, unique: bool) -> str:
    from tenant_email.errors import TenantEmailError  # noqa: PLC0415 - as above
    from tenant_email.inputs.fields import address_of  # noqa: PLC0415 - as above

    try:
        address = address_of(to)
    except (ValueError, TenantEmailError) as error:
        raise typer.BadParameter(f"--to {str(error).splitlines()[0]}") from None
    if address != to.strip():
        raise typer.BadParameter("--to takes the address alone, such as ada@acme.com")
    local, _, domain = address.rpartition("@")
    return f"{local}+{secrets.token_hex(4)}@{domain}" if unique else address


def _imap(text: str) -> ImapAddress:
    from tenant_email.mailboxes.imap_address import read_address  # noqa: PLC0415 - as above

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
