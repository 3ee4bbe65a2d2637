"""What a receiver's filter, or a reader, would mind in a mail."""

from __future__ import annotations

import time
from email.header import Header

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from support.signed_mail import BODY, HEADER, NOW, mail
from tenant_email.errors import TenantEmailError
from tenant_email.mail_proof.messages import LARGEST, read_mail
from tenant_email.mail_proof.proof import Expected, prove

HTML = HEADER.replace(b"text/plain", b"text/html")
LINK = '<p>Hello Ada, please confirm your address by the link below.</p><a href="{}">{}</a>'


def told(raw: bytes, expected: Expected | None = None) -> str:
    """Returns all lines, each with its remedy."""
    found = prove(read_mail(raw), expected or Expected(), lambda _name, _kind: [], NOW)
    return "\n".join(f"{each.level} {each.check}: {each.what}. {each.remedy}" for each in found)


LINKS = {
    (
        "https://evil.example/x",
        "https://acme.example",
    ): "problem links: a link shows acme.example and leads to evil.example",
    (
        "https://evil.example/x",
        "acme.example/verify",
    ): "problem links: a link shows acme.example and leads to evil.example",
    ("http://acme.example/x", "Confirm"): "warning links: a link to acme.example is http://, without TLS",
    ("https://bit.ly/x", "Confirm"): "warning links: a link hides where it leads behind bit.ly",
    ("https://192.0.2.7/x", "Confirm"): "warning links: a link leads to an address instead of a name: 192.0.2.7",
    ("javascript:alert(1)", "Confirm"): "problem links: a link is of javascript:, which no mail program opens",
    ("#", "Confirm"): "problem links: a link leads nowhere: its address is empty",
}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_that_is_not_what_it_seems(link: tuple[str, str]) -> None:
    """It is named by its hosts, and nothing of its path is shown."""
    shown = told(mail((), HTML, LINK.format(*link).encode()))
    assert LINKS[link] in shown


@pytest.mark.parametrize(
    ("target", "text"),
    [
        ("https://acme.example/x", "acme.example"),
        ("https://login.acme.example/x", "acme.example"),
        ("mailto:a@b.example", "a@b.example"),
        ("https://acme.example/x", "Click here."),
        ("http://localhost:3000/x", "Confirm"),
    ],
)
def test_a_link_that_is_as_it_seems(target: str, text: str) -> None:
    """Nothing is said of it."""
    assert " links: " not in told(mail((), HTML, LINK.format(target, text).encode()))


TEXT = "<p>A text that is long enough for a person to read.</p>"
BODIES = {
    f"{TEXT}{{{{ user.name }}}}": "the HTML holds what was not filled in: {{ user.name }}",
    "<p> </p>": "problem content: the mail has no text",
    "<img src='https://acme.example/a.png' alt='x'>": "the HTML is images with hardly any text",
    f"{TEXT}<img src='https://acme.example/a.png'>": "1 of 1 images have no alt text",
    f"{TEXT}<img alt='' src='data:image/png;base64,AA'>": "which Gmail and Outlook do not show",
    f"<form>{TEXT}</form>": "the HTML has form, which mail programs take out",
    f"<p>{'word ' * 30_000}</p>": "its HTML has 146 kB, and Gmail hides what is beyond 102 kB",
    f"{TEXT}<![foo[ x": "it has HTML only",
}


@pytest.mark.parametrize("body", BODIES)
def test_a_text_that_is_not_well(body: str) -> None:
    """Each is told, whatever the HTML is like."""
    assert BODIES[body] in told(mail((), HTML, body.encode()))


FIELDS = {
    (b"Date: Wed, 18", b"X-Date: Wed, 18"): "problem header: the mail has no Date",
    (b"Date: Wed, 18 Nov 2026", b"Date: never"): "problem header: the mail has a Date that is none",
    (
        b"18 Nov 2026 11:06:40 +0000\r\nMess",
        b"11 Nov 2026 11:06:40 +0000\r\nMess",
    ): "its Date is 168 hours before it arrived",
    (b"Message-ID: <1@acme.example>\r\n", b""): "warning header: the mail has no Message-ID",
    (b"<1@acme.example>", b"1"): "warning header: the mail has a Message-ID that is none",
    (b"Subject: Your code", b"Subject: "): "problem subject: the mail has no subject",
    (b"Subject: Your code", b"Subject: Your code\r\nSubject: x"): "problem header: the mail has 2 Subject fields",
    (
        b"Subject: Your code",
        "Subject: Dein Schl\u00fcssel".encode(),
    ): "Subject holds letters beyond ASCII that are not encoded",
    (b"Subject: Your code", b"Subject: " + b"x" * 1000): "warning header: a header line is longer than 998 characters",
    (b"Subject: Your code", b"Subject: Hi ${user}"): "the subject holds what was not filled in: ${user}",
    (
        b"Subject: Your code",
        b"Subject: =?utf-8?b?SGkgJHt1c2VyfQ==?=",
    ): "the subject holds what was not filled in: ${user}",
    (b"To: Ada", b"Reply-To: x@evil.example\r\nTo: Ada"): "warning header: answers go to evil.example",
    (
        b"To: Ada",
        b"List-Unsubscribe: <mailto:a@b.example>\r\nTo: Ada",
    ): "List-Unsubscribe comes without List-Unsubscribe-Post",
    (
        b"To: Ada",
        b"X-Spam-Flag: YES\r\nTo: Ada",
    ): "problem filter: the receiver's filter takes it for spam (X-Spam-Flag)",
    (b"To: Ada", b"X-Forefront-Antispam-Report: CIP:1.2.3.4;SCL:9;X\r\nTo: Ada"): "takes it for spam (SCL)",
    (b"From: Acme", b'From: "help@bank.example"'): "the sender's name shows an address of bank.example",
    (
        b"no-reply@acme.example>\r\nTo",
        "no-reply@acm\u0435.example>\r\nTo".encode(),
    ): "mixes alphabets, as look-alikes of others do",
    (b"From: Acme <no-reply@acme.example>", b"From: undisclosed"): "problem from: From is not one address",
    (b"From: Acme", b"X-From: Acme"): "problem from: the mail has no From field",
}


@pytest.mark.parametrize("change", FIELDS)
def test_a_header_that_is_not_well(change: tuple[bytes, bytes]) -> None:
    """Each is told in a line."""
    raw = mail(())
    assert change[0] in raw
    assert FIELDS[change] in told(raw.replace(*change))


@pytest.mark.parametrize("name", ["K\u00f6ln, help@acme.example", "help@acme.example K\u00f6ln", "<b@acme.example>"])
def test_an_encoded_name_is_no_syntax(name: str) -> None:
    """What a sender's name stands for once decoded is not read as addresses (RFC 2047 section 6.2)."""
    encoded = Header(name, "utf-8").encode().encode()
    shown = told(mail(()).replace(b"From: Acme", b"From: " + encoded), Expected(("no-reply@acme.example",)))
    assert "ok from: From is no-reply@acme.example, as configured" in shown
    assert "the sender's name" not in shown


def test_the_sender_is_the_configured_one_or_not() -> None:
    """Where that is known, in any letter case."""
    assert "ok from: From is no-reply@acme.example, as configured" in told(
        mail(()), Expected(("No-Reply@acme.example",))
    )
    shown = told(mail(()), Expected(("other@acme.example",)))
    assert "problem from: From is no-reply@acme.example, and the tenant is configured with other@acme.example" in shown


def test_no_code_and_no_link_is_shown() -> None:
    """Whatever is wrong with a mail, what logs someone in stays in it."""
    canary = b'<a href="http://bit.ly/canary-ticket?code=424242">https://acme.example/canary-ticket</a> 424242'
    for raw in (mail(), mail((), HTML, canary), mail((), HEADER.replace(b"Your code", b"424242 is {{x}}"), canary)):
        shown = told(raw)
        assert "424242" not in shown
        assert "canary" not in shown


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"hello",
        b"\xff\xfeF\x00r\x00o\x00m\x00",
        b"%PDF-1.7\n",
        b'{"From": "a"}',
        b"X-A: 1\n\nhello",
        b"From: a\nno field\n\nx",
        b"A: 1\n" * 2000,
    ],
)
def test_a_file_that_is_no_mail(raw: bytes) -> None:
    """It says so, and how to save one."""
    with pytest.raises(TenantEmailError, match=r"Save the message as it came: its source"):
        read_mail(raw)


def test_a_file_that_is_too_large() -> None:
    """It is not read further."""
    with pytest.raises(TenantEmailError, match="larger than 25 MiB"):
        read_mail(b"From: a\n\n" + b"x" * LARGEST)


def test_a_mail_from_any_file() -> None:
    """With LF alone, with an mbox's line before it, with a byte order mark: its signature is as good."""
    for raw in (mail().replace(b"\r\n", b"\n"), b"From a@b.example Wed Nov 18\n" + mail(), b"\xef\xbb\xbf" + mail()):
        assert read_mail(raw).body == BODY
        assert len(read_mail(raw).fields) == 10


def test_parts_within_parts() -> None:
    """A mail that would end a parser ends in a line."""
    deep = b"".join(b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(1500))
    raw = HEADER.replace(b"Content-Type: text/plain; charset=utf-8\r\n", b"") + deep
    assert "problem content: " in told(raw)


PIECES = [
    b"\r\n",
    b"\0",
    b"\xff",
    b"=",
    b";",
    b":",
    b"(",
    b'"',
    b"[",
    b"=?utf-8?q?=ff?=",
    b"xn--",
    b"9" * 400,
    b"a." * 200,
]
PIECES += [b"{{", b"<![", b"&#99999999999;", b"boundary=", b"charset=utf-16", b"charset=\0x", b"IPv6:::1"]


@settings(max_examples=150, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 2000), st.sampled_from(PIECES), st.integers(0, 20)), min_size=1, max_size=6))
@example([(50, b"\r\n", 5), (1031, b"\0", 15)])
def test_whatever_arrives(changes: list[tuple[int, bytes, int]]) -> None:
    """Every mail ends in lines, or in being none, and no line shows its code."""
    raw = mail()
    for at, piece, taken in changes:
        place = at % len(raw)
        raw = raw[:place] + piece + raw[place + taken :]
    try:
        shown = told(raw)
    except TenantEmailError:
        return
    assert "424242" not in shown
    assert "canary" not in shown


@pytest.mark.parametrize("markup", [b"<a ", b"<", b"<!", b"<a href='", b"</", b"&#"])
def test_a_mail_that_nobody_can_read_is_proven_at_once(markup: bytes) -> None:
    """Whatever somebody sends to the mailbox: within seconds, where Python's parser takes minutes."""
    began = time.monotonic()
    told(mail((), HTML, body=b"<p>Your code is 12</p>" + markup * 20_000))
    assert time.monotonic() - began < 30


def test_a_reference_of_thousands_of_digits_is_no_character() -> None:
    """In a text and in the address of a link: more than Python reads as a number."""
    digits = b"&#" + b"1" * 5000 + b";"
    said = told(
        mail((), HTML, body=b"<p>" + digits + b"</p><a href='https://acme.example/" + digits + b"'>Confirm</a>")
    )
    assert "it has HTML, with links to acme.example" in said
