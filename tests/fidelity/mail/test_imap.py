"""A mailbox is read by IMAP as a real server has it: Dovecot."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from support.imap_servers import PASSWORD, USER, WHY_NOT, dovecot
from support.signed_mail import mail
from tenant_email.cli import app
from tenant_email.errors import TenantEmailError
from tenant_email.mailboxes.imap import ImapMailbox
from tenant_email.mailboxes.imap_address import read_address
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.authorities import Authorities, AuthorityFile
from tenant_email_local.dns import DnsServer
from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.pingone_aic import local as aic_tenant
from tenant_email_local.ports import LOOPBACK
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from support.imap_servers import Dovecot
    from tenant_email.mailboxes.arrivals import Arrived
    from tenant_email_local.inbox import Received

pytestmark = pytest.mark.skipif(bool(WHY_NOT), reason=WHY_NOT)


@pytest.fixture(scope="module")
def server() -> Iterator[Dovecot]:
    """Runs one for all tests."""
    with dovecot() as running:
        yield running


def opened(server: Dovecot, *, tls: bool = True, folder: str = "INBOX", password: str = PASSWORD) -> ImapMailbox:
    """Opens the mailbox."""
    trusted = Authorities((AuthorityFile(str(server.ca_file), "--ca-file"),), "--ca-file")
    return ImapMailbox(read_address(server.url(tls=tls, folder=folder)), Secret(password), trusted)


def arrived(mailbox: ImapMailbox, count: int) -> Sequence[Arrived]:
    """Waits for so many mails."""
    deadline = time.monotonic() + 60
    while len(found := mailbox.arrivals()) < count:
        assert time.monotonic() < deadline, found
        time.sleep(0.1)
    return found


@pytest.mark.parametrize("tls", [True, False])
def test_what_comes_later_is_found_and_stays_unread(server: Dovecot, tls: bool) -> None:
    """What was there before is not, and a mail is byte for byte as it came; nobody has read it after that."""
    server.deliver(mail())
    mailbox = opened(server, tls=tls)
    assert mailbox.arrivals() == []
    server.deliver(mail(()))
    (found,) = arrived(mailbox, 1)
    assert b"".join(field.raw + b"\r\n" for field in found.mail.fields) + b"\r\n" + found.mail.body == mail(())
    assert mailbox.name == f"INBOX of {USER} at localhost:{server.tls if tls else server.plain}"
    mailbox.close()
    assert not [file for file in (server.folder / "mail" / "cur").iterdir() if "S" in file.name.rpartition(",")[2]]


def test_what_a_filter_put_aside_is_found_too(server: Dovecot) -> None:
    """In the folder that the server marks as such, whose name is then told."""
    mailbox = opened(server)
    server.deliver(mail(), "Junk")
    (found,) = arrived(mailbox, 1)
    assert found.junk == "Junk"
    mailbox.close()


def test_a_folder_with_any_name(server: Dovecot) -> None:
    """Beyond ASCII, with blanks and quotes: Dovecot's Maildir has it in the same UTF-7."""
    server.deliver(mail(), 'B&APw-cher &- "x"')
    mailbox = opened(server, folder="B%C3%BCcher%20&%20%22x%22")
    server.deliver(mail(()), 'B&APw-cher &- "x"')
    assert len(arrived(mailbox, 1)) == 1
    mailbox.close()
    with pytest.raises(TenantEmailError, match=r"there is no folder nowhere: .*\nName another, such as INBOX\."):
        opened(server, folder="nowhere")


def test_a_wrong_password_is_said_and_not_shown(server: Dovecot) -> None:
    """With what large providers want in place of a password."""
    refused = "it refuses the login: .*AUTHENTICATIONFAILED.*\nCheck user and password"
    with pytest.raises(TenantEmailError, match=refused) as raised:
        opened(server, password="canary-wrong")
    assert "canary" not in str(raised.value)


def test_an_authority_that_is_not_trusted(server: Dovecot) -> None:
    """Nothing is sent then; the remedy names the file."""
    untrusted = "its certificate is not trusted: .*\nNone of the public certificate authorities"
    with pytest.raises(TenantEmailError, match=untrusted):
        ImapMailbox(read_address(server.url()), Secret(PASSWORD), Authorities())


def test_the_command_finds_what_it_sent(server: Dovecot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the password of the environment; another person's mail of the same moment is not taken for it."""
    monkeypatch.setenv("TENANT_EMAIL_IMAP_PASSWORD", PASSWORD)

    def deliver(received: Received) -> Received:
        server.deliver(f"Delivered-To: {USER}\r\n".encode() + received.raw)
        return received

    hosts = (LOOPBACK, "*.example")
    with DnsServer() as dns, SmtpServer(lambda *_: True, hosts, directory=tmp_path, finish=deliver) as smtp:
        monkeypatch.setenv("TENANT_EMAIL_DNS", dns.address)
        delivery = Delivery(resolve=lambda *_: (LOOPBACK, smtp.port), ca_file=smtp.ca_file)
        with aic_tenant.tenant(0, delivery) as tenant:
            tenant.state.config["external.email"] = {
                "_id": "external.email",
                "host": "smtp.acme.example",
                "port": 587,
                "auth": {"enable": True, "username": "mailer", "password": "x"},
                "from": "no-reply@acme.example",
                "starttls": {"enable": True},
            }
            for name, value in aic_tenant.environment(tenant).items():
                monkeypatch.setenv(name, value)
            server.deliver(mail(()))
            words = ["send-test", "pingone_aic", "--to", USER, "--imap", server.url(), "--ca-file", str(server.ca_file)]
            result = CliRunner().invoke(app, words)
    assert f"arrived in INBOX of {USER} at localhost:{server.tls}\n" in result.stdout
    assert result.stdout.count("ok       From is no-reply@acme.example, as configured\n") == 2
    assert PASSWORD not in result.output
