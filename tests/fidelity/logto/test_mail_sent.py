"""What the emulated tenant sends, and what it says when it cannot: as a real one did with servers made for it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from support.logto import CONNECTORS, TEMPLATES, Tenant, smtp, templates
from support.mail.scripted import Lines, Scripted
from tenant_email_local.emulators.logto import LogtoEmulator
from tenant_email_local.emulators.logto.addresses import mailboxes

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from support.logto_sinks import Sinks

TEST, HTTP_TEST = f"{CONNECTORS}/simple-mail-transfer-protocol/test", f"{CONNECTORS}/http-email/test"
REJECTED = "Can't send mail - all recipients were rejected"
WAITING = "Invalid login sequence while waiting for"
USED: dict[str, Any] = {"auth": {"user": "user", "pass": "pass"}}


@pytest.fixture
def tenant(sinks: Sinks) -> Iterator[Tenant]:
    """Serves a tenant."""
    sinks.clear()
    with LogtoEmulator(delivery=sinks.delivery) as emulator:
        yield Tenant(emulator)


def said(tenant: Tenant, **config: Any) -> Any:
    """Returns what a test send with a config is refused with, None where the mail was sent."""
    answer = tenant.call("POST", TEST, {"email": "a@b.example", "config": smtp(**config)})
    return answer.document and answer.document["data"]["message"]


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a@b.ce", ["a@b.ce"]),
        ("A, B <a@b.ce>", ['"A, B" <a@b.ce>']),
        ("a@b.ce, c@D.EF; e@f.gh", ["a@b.ce", "c@d.ef", "e@f.gh"]),
        ("Jürgen <a@bücher.example>", ["=?utf-8?q?J=C3=BCrgen?= <a@xn--bcher-kva.example>"]),
        ("ä@bücher.example", ["ä@bücher.example"]),
        ('"A \\"q\\"" <a@b.ce>', ['"A \\"q\\"" <a@b.ce>']),
        ("a@b.ce <c@d.ef>", ['"a@b.ce" <c@d.ef>']),
        ("A <a@b.ce> <c@d.ef>", ['"A c@d.ef" <a@b.ce>']),
        ("a(x)@b.ce", ["x <a@b.ce>"]),
        ("G: a@b.ce;", ["G: a@b.ce;"]),
        ("a b@c.ce", ["a <b@c.ce>"]),
        ('"a b"@c.ce', ['<"a b"@c.ce>']),
        ("a@@b.ce", ['<"a@"@b.ce>']),
        ("a@[127.0.0.1]", ["<a@[127.0.0.1]>"]),
        ("not an address", []),
        ("Acme <>", []),
        ("", []),
    ],
)
def test_addresses_are_guessed(text: str, read: list[str]) -> None:
    """As the mail library reads them, and writes them into a header."""
    assert [str(each) for each in mailboxes(text)] == read


@pytest.mark.parametrize(
    ("change", "seen"),
    [
        ({"fromEmail": "not an address", "replyTo": "r@b.ce"}, {"from": "r@b.ce", "Reply-To": ["r@b.ce"]}),
        ({"replyTo": "odd"}, {"from": "noreply@acme.example"}),
        ({"templates": templates(subject="")}, {"subject": "None"}),
        ({"customHeaders": {"Subject": "other", "X-Tenant": "", "Bcc": "z@z.zz"}}, {"to": ["z@z.zz", "a@b.example"]}),
    ],
)
def test_what_is_no_address_is_left_out(tenant: Tenant, sinks: Sinks, change: dict[str, Any], seen: Any) -> None:
    """The mail goes all the same; the library's own headers win, and empty ones are none."""
    assert said(tenant, **USED, **change) is None
    (mail,) = sinks.mails()
    usual = {"from": "noreply@acme.example", "to": ["a@b.example"], "subject": "Code"}
    found = {name: value for name, value in mail.seen().items() if name in (*usual, "Reply-To", "X-Tenant")}
    assert found == {**usual, **seen}


def test_the_sender_of_a_text_is_rendered_too(tenant: Tenant, sinks: Sinks) -> None:
    """And whom to reply to; an unknown variable makes an address none. A connector's own are left as they are."""
    details = {"subject": "s", "content": "c", "sendFrom": "S {{code}} <s@x.yz>", "replyTo": "{{nope}}"}
    entry = {"languageTag": "en", "templateType": "Generic", "details": details}
    tenant.call("PUT", TEMPLATES, {"templates": [entry]})
    assert said(tenant, **USED, replyTo="q@x.yz") is None
    (mail,) = sinks.mails()
    assert (mail.message["From"], mail.message["Reply-To"]) == ("S 000000 <s@x.yz>", None)


OFFERS = (b"250-test\r\n250-AUTH LOGIN\r\n250 AUTH PLAIN\r\n",)
CRAM = (b"250-test\r\n250 AUTH CRAM-MD5\r\n",)


@pytest.mark.parametrize(
    ("lines", "words"),
    [
        (Lines(greeting=(None,)), "Unexpected socket close"),
        (Lines(greeting=(b"hello\r\n",)), "Invalid greeting. response=hello: hello"),
        (Lines(greeting=(b"\r\n220 hi\r\n",)), None),
        (Lines(replies={"MAIL": (None,)}), "Connection closed unexpectedly"),
        (Lines(replies={"MAIL": (b"550\r\n",)}), "Mail command failed: 550"),
        (Lines(replies={"RCPT": (b"550-a\r\n550 b\r\n",)}), f"{REJECTED}: 550-a\n550 b"),
        (Lines(replies={"EHLO": OFFERS, "AUTH": (b"535 no\r\n",)}), "Invalid login: 535 no"),
        (Lines(replies={"EHLO": CRAM, "AUTH": (b"535 no\r\n",)}), f"{WAITING} server challenge string: 535 no"),
    ],
)
def test_a_reply_is_quoted_as_it_was(tenant: Tenant, lines: Lines, words: str | None) -> None:
    """With all its lines; empty ones before it are none, and two lines of AUTH are one offer."""
    with Scripted(lines) as server:
        assert said(tenant, port=server.port) == words


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"localAddress": "192.0.2.1"}, "bind EADDRNOTAVAIL 192.0.2.1"),
        ({"localAddress": "x"}, "Invalid IP address: x"),
        ({"connectionTimeout": -1}, "Connection timeout"),
        ({"host": "192.0.2.1"}, "connect ECONNREFUSED 192.0.2.1:2525"),
        ({"secure": True, "tls": {"minVersion": "odd"}}, '"odd" is not a valid minimum TLS protocol version'),
        ({"secure": True, "tls": {"ciphers": "nope"}}, "error:0A0000B9:SSL routines::no cipher match"),
        ({"authMethod": "NOPE"}, 'Unknown authentication method "NOPE"'),
        ({"auth": {"type": "oauth2", "user": "u"}}, "Can't create new access token for user"),
    ],
)
def test_what_the_mail_library_says_of_options(tenant: Tenant, change: dict[str, Any], words: str) -> None:
    """Word for word."""
    assert said(tenant, **(USED | change)) == words


def test_tls_where_there_is_none_is_told_as_openssl_tells_it(tenant: Tenant) -> None:
    """With all the places of its source."""
    found = said(tenant, **USED, secure=True)
    assert found.endswith(":wrong version number:../deps/openssl/openssl/ssl/record/methods/tlsany_meth.c:77:\n")


MADE = datetime.now(UTC)
KEY = ec.generate_private_key(ec.SECP256R1())
CA_KEY = ec.generate_private_key(ec.SECP256R1())


def certificate(*names: str, common: str = "x", of_ca: bool = True, days: tuple[int, int] = (-1, 1)) -> bytes:
    """Returns a certificate in PEM, signed by the test's own authority or by itself."""
    subject, issuer = (x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, each)]) for each in (common, "CA"))
    first, last = (MADE + timedelta(days=day) for day in days)
    builder = x509.CertificateBuilder(issuer if of_ca else subject, subject, KEY.public_key(), 1, first, last)
    if names:
        shown = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(shown, critical=False)
    made = builder.sign(CA_KEY if of_ca else KEY, hashes.SHA256())
    return made.public_bytes(serialization.Encoding.PEM)


def authority() -> str:
    """Returns the test's own authority in PEM."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA")])
    builder = x509.CertificateBuilder(
        name, name, CA_KEY.public_key(), 1, MADE - timedelta(days=9), MADE + timedelta(days=9)
    )
    made = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    return made.sign(CA_KEY, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


OTHERS = "Hostname/IP does not match certificate's altnames: "
SHOWN = "DNS:mail.acme.example, DNS:*.wild.example"
WILD = ("mail.acme.example", "*.wild.example")


@pytest.mark.parametrize("starttls", [False, True])
@pytest.mark.parametrize(
    ("pem", "servername", "words"),
    [
        (certificate("localhost"), "localhost", None),
        (certificate("localhost", of_ca=False), "localhost", "self-signed certificate"),
        (certificate("localhost", days=(-9, -1)), "localhost", "certificate has expired"),
        (certificate("localhost", days=(1, 9)), "localhost", "certificate is not yet valid"),
        (certificate(*WILD), "a.wild.example", None),
        (certificate(*WILD), "Mail.Acme.example.", None),
        (
            certificate(*WILD),
            "a.b.wild.example",
            f"{OTHERS}Host: a.b.wild.example. is not in the cert's altnames: {SHOWN}",
        ),
        (certificate("localhost"), "", f"{OTHERS}IP: 127.0.0.1 is not in the cert's list: "),
        (certificate(), "localhost", f"{OTHERS}Host: localhost. is not cert's CN: x"),
        (certificate(common="localhost"), "localhost", None),
    ],
)
def test_certificates_are_judged_as_node_judges_them(
    tenant: Tenant, tmp_path: Path, pem: bytes, servername: str, words: str | None, *, starttls: bool
) -> None:
    """At once and after STARTTLS alike: who signed it, when, and for whom."""
    key = KEY.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (tmp_path / "server.pem").write_bytes(pem + key)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "server.pem")
    offered = (b"250-test\r\n250 STARTTLS\r\n",) if starttls else (b"250 test\r\n",)
    lines = Lines(replies={"EHLO": offered, "STARTTLS": (b"220 go\r\n",)}, tls_first=not starttls)
    with Scripted(lines, context) as server:
        tls = {"ca": authority(), "servername": servername}
        assert said(tenant, port=server.port, secure=not starttls, tls=tls) == words
        if words:
            assert said(tenant, port=server.port, secure=not starttls, tls={"rejectUnauthorized": False}) is None


@pytest.mark.parametrize(
    ("endpoint", "code"),
    [
        ("nourl", "ERR_INVALID_URL"),
        ("ftp://127.0.0.1/", "ERR_UNSUPPORTED_PROTOCOL"),
        ("http://nope.invalid/", "ENOTFOUND"),
        ("http://127.0.0.1:1/", "ECONNREFUSED"),
        ("https://localhost:{http}/", "EPROTO"),
        ("http://127.0.0.1:{smtp}/", "HPE_INVALID_CONSTANT"),
    ],
)
def test_an_endpoint_that_does_not_answer_has_a_code(tenant: Tenant, sinks: Sinks, endpoint: str, code: str) -> None:
    """And no message: what it tells besides are the options of the HTTP library."""
    config = {"endpoint": endpoint.format(http=sinks.http.port, smtp=sinks.login.port), "authorization": "Bearer x"}
    answer = tenant.call("POST", HTTP_TEST, {"email": "a@b.example", "config": config})
    found = answer.document["data"]
    assert (answer.code, found["name"], found["code"], "message" in found) == (
        *("connector.general", "RequestError", code),
        False,
    )


def test_an_endpoint_by_name_with_a_login_is_posted_to(tenant: Tenant, sinks: Sinks) -> None:
    """The user in the address logs in, unless an authorization is given; an empty one is sent too."""
    for config, wanted in (({}, "Basic dTpw"), ({"authorization": ""}, "")):
        body = {"email": "a@b.example", "config": {"endpoint": f"http://u:p@localhost:{sinks.http.port}/x", **config}}
        assert tenant.call("POST", HTTP_TEST, body).status == 204
        assert sinks.http.authorizations.pop() == wanted
