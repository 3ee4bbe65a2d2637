"""What is taken for the mail that was sent, wherever it arrives; and a server that speaks otherwise than IMAP."""

from __future__ import annotations

import base64
import os
import sys
from typing import TYPE_CHECKING

import pytest

from support.imap_servers import scripted
from support.signed_mail import HEADER, mail
from tenant_email.errors import TenantEmailError
from tenant_email.mail_proof.header_check import from_address
from tenant_email.mail_proof.messages import LARGEST, read_mail
from tenant_email.mailboxes.arrivals import Arrived, Wanted, all_sure, pick
from tenant_email.mailboxes.files import FileMailbox
from tenant_email.mailboxes.imap import ImapMailbox
from tenant_email.mailboxes.imap_address import ImapAddress, encode_folder, read_address
from tenant_email.redaction.secrets import Secret
from tenant_email.tenants.authorities import Authorities, AuthorityFile

if TYPE_CHECKING:
    from pathlib import Path


def of(sender: str = "no-reply@acme.example", to: str = "ada@customer.example", subject: str = "Your code") -> Arrived:
    """Returns a mail that arrived."""
    header = HEADER.replace(b"no-reply@acme.example", sender.encode()).replace(b"ada@customer.example", to.encode())
    return Arrived(read_mail(mail((), header.replace(b"Your code", subject.encode()), trace=b"")))


WANTED = Wanted("ada@customer.example", 1, senders=("no-reply@acme.example",))


def test_a_mail_from_the_configured_sender_goes_before_others() -> None:
    """Whatever else arrives for the same address at the same time."""
    other, ours, later = of("news@shop.example"), of(), of()
    assert pick([other, ours, later], WANTED) == [ours]
    assert all_sure([ours], WANTED)
    assert pick([of(to="bob@customer.example")], WANTED) == []


def test_a_mail_from_an_unexpected_sender_is_found_and_waited_on() -> None:
    """It may be the wanted one, with the wrong sender: then it is judged, once no better one has come."""
    other = of("news@shop.example")
    assert pick([other], WANTED) == [other]
    assert not all_sure([other], WANTED)
    known = Wanted("ada@customer.example", 1, ("Test (1a2b)",), ("no-reply@acme.example",))
    assert all_sure([of("news@shop.example", subject="Test (1a2b)")], known)


@pytest.mark.parametrize("field", ["Delivered-To", "X-Original-To", "Envelope-To"])
def test_a_mail_for_an_alias_is_known_by_what_servers_write(field: str) -> None:
    """Its To may name somebody else."""
    header = HEADER.replace(b"ada@customer.example", b"team@customer.example")
    found = Arrived(read_mail(f"{field}: Ada@customer.example\r\n".encode() + header + b"\r\nx"))
    assert pick([found], WANTED) == [found]


def test_a_mail_whose_addresses_nobody_reads_hides_no_other() -> None:
    """Whoever writes to the mailbox may send one: nested deeper than Python's parser goes, in any field."""
    deep = "(" * 20_000
    odd = of(deep, to="ada@customer.example"), Arrived(read_mail(f"To: {deep}\r\nFrom: {deep}\r\n\r\nx".encode()))
    ours = of()
    assert pick([*odd, ours], WANTED) == [ours]
    assert from_address(odd[1].mail) == ""
    assert all_sure([*odd, ours], WANTED)


def test_a_folder_of_files(tmp_path: Path) -> None:
    """What was there is old, a part of a mail is not read yet, and a file that is no mail is none."""
    (tmp_path / "1.eml").write_bytes(mail())
    found = FileMailbox(tmp_path)
    (tmp_path / "2.eml").write_bytes(b"")
    (tmp_path / "3.eml").write_bytes(b"hello")
    (tmp_path / "notes.txt").write_bytes(mail(()))
    assert found.arrivals() == []
    (tmp_path / "2.eml").write_bytes(mail(()))
    assert [each.mail.fields for each in found.arrivals()] == [read_mail(mail(())).fields]


def test_a_maildir_and_an_mbox(tmp_path: Path) -> None:
    """Each by its own form."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / "box" / name).mkdir(parents=True)
    box = FileMailbox(tmp_path / "box")
    (tmp_path / "box" / "new" / "1").write_bytes(mail())
    assert len(box.arrivals()) == 1
    mbox = tmp_path / "mbox"
    mbox.write_bytes(b"From a@b.example Wed Nov 18\n" + mail() + b"\n")
    grown = FileMailbox(mbox)
    with mbox.open("ab") as file:
        file.write(b"From a@b.example Wed Nov 18\n" + mail(()))
    assert len(grown.arrivals()) == 1


def test_an_mbox_whose_mails_are_read_meanwhile(tmp_path: Path) -> None:
    """A reader notes so in each, and ends one anew before the next: none of that makes an old mail a new one."""
    mbox, separator = tmp_path / "mbox", b"From a@b.example Wed Nov 18\n"
    mbox.write_bytes(separator + mail())
    box = FileMailbox(mbox)
    mbox.write_bytes(separator + b"Status: RO\nX-UID: 7\n" + mail() + b"\n\n" + separator + mail(()))
    assert [each.mail.fields for each in box.arrivals()] == [read_mail(mail(())).fields]


def test_a_maildir_whose_mails_are_read_meanwhile(tmp_path: Path) -> None:
    """A reader moves them from new to cur, or deletes them: what is gone by then is left out."""
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    box, older, newer = FileMailbox(tmp_path), tmp_path / "new" / "1", tmp_path / "new" / "2"
    for file in (older, newer):
        file.write_bytes(mail(()))
    os.utime(older, (1, 1))

    def read_on(event: str, given: tuple[object, ...]) -> None:
        if event == "open" and given[0] == str(older):
            newer.unlink(missing_ok=True)

    sys.addaudithook(read_on)
    assert len(box.arrivals()) == 1


def test_a_mailbox_that_is_not_there(tmp_path: Path) -> None:
    """It says so before anything is sent."""
    with pytest.raises(TenantEmailError, match=r"there is no such file or folder\nName a folder with \.eml files"):
        FileMailbox(tmp_path / "nowhere")


ADDRESSES = {
    "imaps://ada%40acme.com@imap.acme.com/INBOX": ImapAddress("imap.acme.com", 993, "ada@acme.com"),
    "imaps://ada@acme.com@imap.acme.com": ImapAddress("imap.acme.com", 993, "ada@acme.com"),
    "imap://ada@[::1]:1430/Tests/a%20b": ImapAddress("::1", 1430, "ada", "Tests/a b", tls=False),
}


@pytest.mark.parametrize("text", ADDRESSES)
def test_an_address_is_read(text: str) -> None:
    """User, host, port and folder."""
    assert read_address(text) == ADDRESSES[text]


@pytest.mark.parametrize(
    "text",
    ["", "imap.acme.com", "https://a@b.example", "imaps://a:canary@b.example", "imaps://b.example", "imaps://a@", "imaps://a@b:x/",
     "imaps://a@b.example/?x", "imaps://a@b.example/%0d%0aA1 LOGOUT", "imaps://a@b_.example\x00"],
)  # fmt: skip
def test_an_address_that_is_none(text: str) -> None:
    """It is not quoted: there may be a password in it."""
    with pytest.raises(ValueError, match="write it as imaps://USER@HOST/INBOX") as raised:
        read_address(text)
    assert "canary" not in str(raised.value)


def test_folders_in_the_utf_7_of_imap() -> None:
    """As the examples of RFC 3501 have it."""
    assert encode_folder("~peter/mail/\u53f0\u5317/\u65e5\u672c\u8a9e") == '"~peter/mail/&U,BTFw-/&ZeVnLIqe-"'
    assert encode_folder('a & "b" \\') == '"a &- \\"b\\" \\\\"'


OK = {
    "": "* OK ready\r\n",
    "CAPABILITY": "* CAPABILITY IMAP4rev1\r\n{tag} OK done\r\n",
    "LOGIN": "{tag} OK done\r\n",
    "EXAMINE": "* 0 EXISTS\r\n* OK [UIDVALIDITY 7] x\r\n* OK [UIDNEXT 3] x\r\n{tag} OK [READ-ONLY] done\r\n",
    "LIST": "{tag} OK done\r\n",
    "LOGOUT": "* BYE done\r\n{tag} OK done\r\n",
}
STRANGE = {
    "a web server": ({"": "HTTP/1.1 400 Bad Request\r\n\r\n"}, "it speaks otherwise than IMAP does"),
    "one that hangs up": ({"": ""}, "it speaks otherwise than IMAP does"),
    "one that is full": ({"": "* BYE too many\r\n"}, "it speaks otherwise than IMAP does: .*too many"),
    "a login that is refused": ({**OK, "LOGIN": "{tag} NO canary-word\r\n"}, "it refuses the login: .*\nCheck user"),
    "a folder that is not there": ({**OK, "EXAMINE": "{tag} NO no such\r\n"}, "there is no folder INBOX: .*no such"),
    "no word of validity": ({**OK, "EXAMINE": "{tag} OK done\r\n"}, "it speaks otherwise than IMAP does"),
}  # fmt: skip


def opened(port: int, folder: Path, *, tls: bool = True) -> ImapMailbox:
    """Opens a mailbox of a scripted server."""
    trusted = Authorities((AuthorityFile(str(folder / "ca" / "ca.pem"), "--ca-file"),))
    return ImapMailbox(ImapAddress("localhost", port, "ada", tls=tls), Secret("canary-word"), trusted)


@pytest.mark.parametrize("name", STRANGE)
def test_a_server_that_is_not_as_it_should_be(name: str, tmp_path: Path) -> None:
    """Each ends in a message that shows no password."""
    answers, what = STRANGE[name]
    with scripted(answers, tmp_path) as port, pytest.raises(TenantEmailError, match=what) as raised:
        opened(port, tmp_path)
    assert "canary" not in str(raised.value)


def test_no_password_goes_out_without_tls(tmp_path: Path) -> None:
    """Neither where STARTTLS is not offered, nor where it fails."""
    with scripted(OK, tmp_path, tls=False) as port, pytest.raises(TenantEmailError, match="it does not offer STARTTLS"):
        opened(port, tmp_path, tls=False)
    stripped = {
        **OK,
        "CAPABILITY": "* CAPABILITY IMAP4rev1 STARTTLS\r\n{tag} OK done\r\n",
        "STARTTLS": "{tag} NO not now\r\n",
    }
    with scripted(stripped, tmp_path, tls=False) as port, pytest.raises(TenantEmailError, match="otherwise than IMAP"):
        opened(port, tmp_path, tls=False)
    with scripted(OK, tmp_path, tls=False) as port, pytest.raises(TenantEmailError, match="TLS failed"):
        opened(port, tmp_path)


def test_a_token_logs_in_too(tmp_path: Path) -> None:
    """In the form of XOAUTH2, which Microsoft 365 and Gmail take; one that is refused is not shown."""
    heard = list[str]()
    trusted = Authorities((AuthorityFile(str(tmp_path / "ca" / "ca.pem"), "--ca-file"),))
    with scripted({**OK, "AUTHENTICATE": "{tag} OK done\r\n"}, tmp_path, heard=heard) as port:
        ImapMailbox(ImapAddress("localhost", port, "ada"), Secret("canary-token"), trusted, is_token=True).close()
    assert base64.b64decode(heard[0]) == b"user=ada\1auth=Bearer canary-token\1\1"
    refused = {**OK, "AUTHENTICATE": "{tag} NO canary-token has expired\r\n"}
    with scripted(refused, tmp_path) as port, pytest.raises(TenantEmailError, match="it refuses the login") as raised:
        ImapMailbox(ImapAddress("localhost", port, "ada"), Secret("canary-token"), trusted, is_token=True)
    assert "canary" not in str(raised.value)


def test_a_server_that_is_not_there(tmp_path: Path) -> None:
    """Or whose name leads nowhere."""
    with scripted(OK, tmp_path) as port:
        mailbox = opened(port, tmp_path)
        mailbox.close()
    with pytest.raises(TenantEmailError, match=r"no connection: .*\nCheck that localhost:"):
        opened(port, tmp_path)


def test_a_message_that_is_too_large_is_left(tmp_path: Path) -> None:
    """By the size that the server tells, and by the one that it then sends."""
    found = {
        **OK,
        "UID SEARCH": "* SEARCH 3\r\n{tag} OK done\r\n",
        "UID FETCH": f"* 1 FETCH (UID 3 RFC822.SIZE {LARGEST + 1})\r\n{{tag}} OK done\r\n",
    }
    with scripted(found, tmp_path) as port:
        mailbox = opened(port, tmp_path)
        assert mailbox.arrivals() == []
        mailbox.close()
    lying = {**found, "UID FETCH": f"* 1 FETCH (UID 3 RFC822.SIZE 5 BODY[] {{{LARGEST + 1}}}\r\n"}
    with scripted(lying, tmp_path) as port:
        mailbox = opened(port, tmp_path)
        with pytest.raises(TenantEmailError, match=f"it announces {LARGEST + 1} bytes at once"):
            mailbox.arrivals()
        mailbox.close()


def test_an_unreadable_folder(tmp_path: Path) -> None:
    """What cannot be read is said, with the reason."""
    loop = tmp_path / "loop.eml"
    loop.symlink_to("loop.eml")
    with pytest.raises(TenantEmailError, match="there is no such file or folder"):
        FileMailbox(loop)
