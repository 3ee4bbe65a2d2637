"""A mail server that is silent, slow, endless, broken or hostile: told in time, in its own words, never believed."""

from __future__ import annotations

import socket
import time
from typing import TYPE_CHECKING, Any

import pytest

from support.mail.certificates import certificates
from support.mail.scripted import RESET, Forever, Lines, Scripted
from tenant_email.checks.smtp import MailServer, probe, require_server
from tenant_email.checks.smtp_tls import Trust
from tenant_email.checks.smtp_wire import Patience
from tenant_email.errors import InvalidSettings, Unavailable

if TYPE_CHECKING:
    from tenant_email.checks.smtp import SmtpFinding

GO = (b"220 go\r\n",)
QUICK = Patience(whole=1.5)
TLS = b"250-test\r\n250 STARTTLS\r\n"


def found(lines: Lines, certificate: str = "good", host: str = "127.0.0.1", **more: Any) -> SmtpFinding:
    """Returns what is found at a server that says these lines."""
    with Scripted(lines, certificates().context(certificate), host if ":" in host else "127.0.0.1") as server:
        trust = Trust(authorities=certificates().public.cert_pem.bytes().decode())
        given: dict[str, Any] = {"trust": trust, "patience": QUICK, "security": "opportunistic", **more}
        finding = probe(MailServer(host, server.port, "settings.host", **given))
        for secret in ("MAIL", "AUTH"):
            assert not any(line.startswith(secret.encode()) for line in server.heard)
    return finding


def said(finding: SmtpFinding) -> str:
    """Returns a problem without the port, which differs from run to run."""
    return str(finding.problem or "")


BROKEN: dict[str, tuple[Lines, str]] = {
    "silence": (Lines(greeting=(60.0,)), "(timeout: the whole took more than 1.5 s)"),
    "a greeting that drips": (
        Lines(greeting=Forever((b"220-more\r\n", 0.1))),
        "1.5 s, after it said: 220-more 220-more",
    ),
    "a reply that drips": (Lines(replies={"EHLO": Forever((b"250-more\r\n", 0.1))}), "more than 1.5 s"),
    "a byte each time": (Lines(greeting=Forever((b"2", 0.1))), "more than 1.5 s"),
    "a reply without an end": (
        Lines(replies={"EHLO": Forever((b"250-more\r\n" * 999,))}),
        "more than 1 MiB, after it said: 250-more",
    ),
    "a line without an end": (Lines(greeting=Forever((b"x" * 9999,))), "more than 1 MiB, after it said: xxx"),
    "a closed connection": (Lines(greeting=(None,)), "(it closed the connection)"),
    "half a greeting": (Lines(greeting=(b"220 te", None)), "(it closed the connection, after it said: 220 te)"),
    "a reset": (Lines(greeting=(b"220-hi\r\n", 0.1, RESET)), "does not answer as a mail server ("),
    "a page": (
        Lines(greeting=(b"HTTP/1.1 400 Bad Request\r\n\r\n<html>", None)),
        "(it says: HTTP/1.1 400 Bad Request)",
    ),
    "an empty line": (Lines(greeting=(b"\r\n",)), "(it says: an empty line)"),
    "another protocol": (Lines(greeting=(b"* OK IMAP4rev1 ready\r\n",)), "(it says: * OK IMAP4rev1 ready)"),
    "a code of two digits": (Lines(greeting=(b"22 hi\r\n",)), "(it says: 22 hi)"),
    "another code": (Lines(greeting=(b"250 hi\r\n",)), "refuses this machine: 250 hi"),
    "letters that are none": (Lines(greeting=(b"554 \xff\xfe nein\r\n",)), "554 ÿþ nein"),
    "signs that steer": (Lines(greeting=(b"554 a\x1b[31mb\x00\x07\r\n",)), r"554 a\x1b[31mb\x00\x07"),
    "a long refusal": (Lines(greeting=(b"554-" + b"long " * 300 + b"\r\n554 end\r\n",)), "…"),
    "no EHLO and no HELO": (
        Lines(replies={"EHLO": (b"502 no\r\n",), "HELO": (b"502 never\r\n",)}),
        "refuses EHLO and HELO: 502 never",
    ),
    "TLS that ends": (
        Lines(replies={"EHLO": (TLS,), "STARTTLS": GO}, cut=True),
        "fails: the connection ended during the handshake",
    ),
    "an end after STARTTLS": (Lines(replies={"EHLO": (TLS,), "STARTTLS": (None,)}), "(it closed the connection)"),
    "TLS that never comes": (
        Lines(replies={"EHLO": (TLS,), "STARTTLS": (b"220 go\r\n", 60.0)}),
        "timeout during the handshake",
    ),
    "text before TLS": (
        Lines(replies={"EHLO": (TLS,), "STARTTLS": (b"220 go\r\n250-test\r\n250 AUTH LOGIN\r\n",)}),
        "says in clear text what belongs under TLS (250 test AUTH LOGIN)",
    ),
    "STARTTLS refused": (
        Lines(replies={"EHLO": (TLS,), "STARTTLS": (b"501 no\r\n",)}),
        "STARTTLS and refuses it: 501 no",
    ),
    "EHLO refused under TLS": (
        Lines(replies={"EHLO": (TLS,), "STARTTLS": GO}, secured={"EHLO": (b"550 not you\r\n",)}),
        "refuses EHLO over TLS: 550 not you",
    ),
    "a login in clear text alone": (
        Lines(
            replies={"EHLO": (b"250-test\r\n250-STARTTLS\r\n250 AUTH LOGIN\r\n",), "STARTTLS": GO},
            secured={"EHLO": (b"250 test\r\n",)},
        ),
        "does not offer AUTH LOGIN",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_server_is_reported_in_time(name: str) -> None:
    """Whatever it does, the trial ends within its deadline, with the server's own words on one harmless line."""
    lines, told = BROKEN[name]
    began = time.monotonic()
    finding = found(lines, library="nodemailer" if name == "text before TLS" else "jakarta")
    assert time.monotonic() - began < QUICK.whole + 5  # on a busy machine
    assert told in said(finding)
    assert (finding.temporary, said(finding).isprintable() or said(finding).count("\n") == 1) == (False, True)


TEMPORARY: dict[str, Lines] = {
    "busy": Lines(greeting=(b"421 4.7.0 too many connections\r\n",)),
    "busy at EHLO": Lines(replies={"EHLO": (b"421 4.3.2 shutting down\r\n", None)}),
    "no TLS now": Lines(replies={"EHLO": (TLS,), "STARTTLS": (b"454 4.7.0 TLS not available\r\n",)}),
    "busy under TLS": Lines(replies={"EHLO": (TLS,), "STARTTLS": GO}, secured={"EHLO": (b"451 4.3.0 try later\r\n",)}),
}


@pytest.mark.parametrize("name", TEMPORARY)
def test_what_is_temporary_is_reported_as_that(name: str) -> None:
    """A code of 400 to 499 asks to come again: that is no fault of the settings, and the remedy is to run again."""
    finding = found(TEMPORARY[name])
    assert (finding.temporary, "which is temporary: 4" in said(finding)) == (True, True)
    assert said(finding).endswith("Run again in a few minutes; nothing was changed.")


HEALTHY: dict[str, tuple[Lines, dict[str, Any]]] = {
    "a long greeting": (Lines(greeting=(b"220-" + b"x" * 60_000 + b"\r\n220 test\r\n",)), {}),
    "a slow greeting": (Lines(greeting=(b"220-wait\r\n", 0.7, b"220 test\r\n")), {}),
    "lines that end in LF": (Lines(greeting=(b"220 test\n",), replies={"EHLO": (b"250-test\n250 AUTH LOGIN\n",)}), {}),
    "no answer to QUIT": (Lines(replies={"QUIT": (RESET,)}), {}),
    "another answer to QUIT": (Lines(replies={"QUIT": (b"500 what\r\n",)}), {}),
    "silence after QUIT": (Lines(replies={"QUIT": (60.0,)}), {}),
    "non-ASCII characters": (Lines(greeting=("220 Grüß Gott\r\n".encode(),)), {}),
    "the login of old servers": (
        Lines(replies={"EHLO": (b"250-test\r\n250 AUTH=LOGIN\r\n",)}),
        {"library": "nodemailer"},
    ),
    "small letters": (Lines(replies={"EHLO": (b"250-test\r\n250-8bitmime\r\n250 auth login\r\n",)}), {}),
    "HELO alone": (Lines(replies={"EHLO": (b"502 no\r\n",)}), {"logins": frozenset[str]()}),
    "text before TLS, which Jakarta Mail discards": (
        Lines(
            replies={"EHLO": (TLS,), "STARTTLS": (b"220 go\r\n250 AUTH NONE\r\n",)},
            secured={"EHLO": (b"250-a\r\n250 AUTH LOGIN\r\n",)},
        ),
        {},
    ),
    "a final dot": (Lines(), {"host": "localhost."}),
    "IPv6": (Lines(), {"host": "::1"}),
    "TLS": (
        Lines(replies={"EHLO": (TLS,), "STARTTLS": GO}, secured={"EHLO": (b"250-a\r\n250 AUTH LOGIN\r\n",)}),
        {"security": "starttls"},
    ),
    "a final dot under TLS": (Lines(tls_first=True), {"host": "localhost.", "security": "tls"}),
}


@pytest.mark.parametrize("name", HEALTHY)
def test_a_healthy_server_passes(name: str) -> None:
    """What is odd and yet right, or of no interest, is no fault."""
    lines, more = HEALTHY[name]
    if more.get("host") == "::1" and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    assert said(found(lines, **more)) == ""


@pytest.mark.parametrize(
    ("certificate", "what", "remedy"),
    [
        ("private", "unable to get local issuer certificate", "Nowhere to put it."),
        ("unchained", "unable to get local issuer certificate", "have the server send the intermediate ones"),
        ("expired", "certificate has expired", "Renew the certificate"),
        ("early", "certificate is not yet valid", "clock"),
        ("other-name", "IP address mismatch", "Use the name that the certificate is for as host"),
    ],
)
def test_a_certificate_that_is_refused_says_what_to_do(certificate: str, what: str, remedy: str) -> None:
    """OpenSSL's words, and the one remedy that helps; for an authority of one's own, where the platform takes it."""
    trust = Trust(authorities=certificates().public.cert_pem.bytes().decode(), private="Nowhere to put it.")
    text = said(found(Lines(tls_first=True), certificate, security="tls", trust=trust))
    assert what in text
    assert remedy in text.splitlines()[1]


def test_a_resolver_that_does_not_answer_is_temporary(monkeypatch: pytest.MonkeyPatch) -> None:
    """That the resolver fails says nothing about the name; one that never answers is given up in time."""
    server, fails = MailServer("smtp.acme.example", 587, "settings.host", patience=QUICK), socket.gaierror

    def again(*_: object, **__: object) -> None:
        raise fails(socket.EAI_AGAIN, "Temporary failure in name resolution")

    def later(*_: object, **__: object) -> None:
        time.sleep(2)
        again()

    for resolver in (again, later):
        monkeypatch.setattr(socket, "getaddrinfo", resolver)
        finding = probe(server)
        assert finding.temporary
        assert "resolver does not answer for smtp.acme.example" in said(finding)


def test_an_address_that_the_system_has_no_way_to_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where the kernel has no IPv6 not even a socket can be made for it; the next address is tried."""
    none = socket.AddressFamily.AF_APPLETALK  # of which no kernel has a stream
    with Scripted(Lines()) as server:
        there = (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))
        away = (none, socket.SOCK_STREAM, 6, "", ("2001:db8::1", server.port, 0, 0))
        monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [away, there])
        assert (
            probe(MailServer("mail.acme.example", server.port, "settings.host", security="opportunistic")).problem
            is None
        )
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [away])
    assert "Address family not supported" in said(probe(MailServer("mail.acme.example", 587, "settings.host")))


def test_temporary_faults_are_another_error_than_wrong_settings() -> None:
    """`up` says Unavailable where the same may soon succeed, and InvalidSettings where it will not."""
    with Scripted(TEMPORARY["busy"]) as busy, pytest.raises(Unavailable, match=r"acme: preflight: settings\.host: 127"):
        require_server("acme", MailServer("127.0.0.1", busy.port, "settings.host"))
    with Scripted(Lines(greeting=(b"554 no\r\n",))) as closed, pytest.raises(InvalidSettings, match="554 no"):
        require_server("acme", MailServer("127.0.0.1", closed.port, "settings.host"))


def test_a_password_in_clear_text_is_warned_of() -> None:
    """It works, so it is no problem; where nobody asked for clear text, a line says so."""
    told: list[str] = []
    with Scripted(Lines()) as server:
        require_server(
            "acme", MailServer("127.0.0.1", server.port, "settings.host", security="opportunistic"), told.append
        )
    assert [("acme: preflight: " in line, "clear text" in line) for line in told] == [(True, True)]


def test_whether_a_login_is_offered_is_asked_within_the_deadline() -> None:
    """Yes, no, and nobody knows: also of a server that drips."""
    for lines, answer in (
        (Lines(), True),
        (Lines(replies={"EHLO": (b"250 test\r\n",)}), False),
        (BROKEN["silence"][0], None),
    ):
        with Scripted(lines) as server:
            asked = MailServer("127.0.0.1", server.port, "settings.host", security="opportunistic", patience=QUICK)
            assert probe(asked).offers_login is answer
