"""Whose SPF counts for a mail that arrived, and what is said of it: RFC 7208, and what the receiver's server found."""

from __future__ import annotations

from ipaddress import ip_address
from typing import TYPE_CHECKING

import pytest

from tenant_email.aws.spf import SpfResult
from tenant_email.mail_proof.messages import read_mail
from tenant_email.mail_proof.results import Result, Results
from tenant_email.mail_proof.spf_check import Spf, check_spf
from tenant_email.mail_proof.trace import Hop

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.mail_proof.messages import Mail

SERVER = Hop(0, "a8.Mail.example", ip_address("54.240.8.1"), "mx.customer.example")
INSIDE = Hop(0, "store.example", ip_address("10.0.0.7"), "mx.customer.example")
LATE = "-all decides, and what allows the server does not come before it"
ALLOW = "Allow the mail service's servers in the SPF record of "
ZONE = {
    ("acme.example", "TXT"): ["v=spf1 ip4:54.240.8.0/24 -all"],
    ("other.example", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"],
    ("a8.mail.example", "TXT"): ["v=spf1 exists:%{l}.%{o}.%{h}._spf.example -all"],
    ("postmaster.a8.mail.example.a8.mail.example._spf.example", "A"): ["127.0.0.2"],
    ("local.example", "TXT"): ["v=spf1 exists:%{s}.%{l}.%{v}._spf.example -all"],
    ("ada@local.example.ada.in-addr._spf.example", "A"): ["127.0.0.2"],
    ("quoted.example", "TXT"): ["v=spf1 include:in.example -all"],
    ("in.example", "TXT"): ["v=spf1 exists:%{l}.%{o}.%{d}._spf.example -all"],
    ('"a@b".quoted.example.in.example._spf.example', "A"): ["127.0.0.2"],
    ("nobody.example", "TXT"): ["v=spf1 exists:%{l}.%{d}._spf.example -all"],
    ("postmaster.nobody.example._spf.example", "A"): ["127.0.0.2"],
    ("open.example", "TXT"): ["v=spf1 ?ip4:54.240.8.1 -all"],
    ("six.example", "TXT"): ["v=spf1 exists:%{ir}.%{v}._spf.example -all"],
    (f"{'.'.join(reversed('2a014500' + '0' * 23 + '1'))}.ip6._spf.example", "A"): ["127.0.0.2"],
}


def came(path: str | None) -> Mail:
    """Returns a mail with this Return-Path."""
    lines = ["From: a@from.example", *([] if path is None else [f"Return-Path: {path}"]), "", "hello"]
    return read_mail("\r\n".join(lines).encode())


def lookup(name: str, kind: str) -> Sequence[str]:
    """Answers from the zone; one name is not answered."""
    if name == "silent.example":
        raise LookupError("no answer for silent.example TXT")
    return ZONE.get((name, kind), [])


def said(value: str, server: str = "mx.customer.example", **properties: str) -> Results:
    """Returns what a server found of SPF, behind another result."""
    named = {name.replace("_", "."): text for name, text in properties.items()}
    return Results(
        0, server, (Result("dkim", "pass", {"smtp.mailfrom": "no@dkim.example"}), Result("spf", value, named))
    )


@pytest.mark.parametrize(
    ("path", "domain", "result", "what", "remedy"),
    [
        ("<Ada@Acme.Example>", "acme.example", "pass", "acme.example allows 54.240.8.1 to send", ""),
        ("ada@acme.example", "acme.example", "pass", "acme.example allows 54.240.8.1 to send", ""),
        ("<>", "a8.mail.example", "pass", "a8.mail.example allows 54.240.8.1 to send", ""),
        ('<"a@b"@Quoted.example>', "quoted.example", "pass", "quoted.example allows 54.240.8.1 to send", ""),
        ("<@nobody.example>", "nobody.example", "pass", "nobody.example allows 54.240.8.1 to send", ""),
        (
            "<a@open.example>",
            "open.example",
            "neutral",
            "neutral of 54.240.8.1 for MAIL FROM open.example",
            f"{ALLOW}open.example.",
        ),
        ("<ada@local.example>", "local.example", "pass", "local.example allows 54.240.8.1 to send", ""),
        (
            "<a@other.example>",
            "other.example",
            "fail",
            f"fail of 54.240.8.1 for MAIL FROM other.example: {LATE}",
            f"{ALLOW}other.example.",
        ),
        (
            "<a@no.example>",
            "no.example",
            "none",
            "no.example has no SPF record, so that nobody knows whether 54.240.8.1 may send for it",
            f"{ALLOW}no.example.",
        ),
        (
            "<a@silent.example>",
            "silent.example",
            "temperror",
            "no answer for silent.example TXT",
            "Run again when DNS answers.",
        ),
        (None, "", None, "SPF is not known: the mail has no Return-Path, which says its MAIL FROM address", ""),
    ],
)
def test_the_server_is_judged_by_the_mail_from_domain(
    path: str | None, domain: str, result: str | None, what: str, remedy: str
) -> None:
    """Of an empty address by the domain of the greeting, as of its postmaster."""
    expected = Spf(domain, SpfResult(result) if result else None, what, remedy)
    found = check_spf(came(path), SERVER, [said("fail")], lookup)
    assert found == expected
    assert found.passes is (result == "pass")


def test_the_address_may_be_of_the_sixth_version() -> None:
    """Its macro has each of its hexadecimal digits."""
    six = Hop(0, "x", ip_address("2a01:4500::1"), "mx")
    assert check_spf(came("<a@six.example>"), six, [], lookup).what == "six.example allows 2a01:4500::1 to send"


def test_an_address_without_a_domain() -> None:
    """Nor has the greeting any."""
    nameless = Hop(0, "", ip_address("54.240.8.1"), "mx")
    what = "its MAIL FROM address has no domain"
    assert check_spf(came("<>"), nameless, [], lookup) == Spf(
        "", SpfResult.NONE, what, "Have the mail service use one of yours."
    )


def test_the_receiver_may_say_the_mail_from_address() -> None:
    """Where the mail has no Return-Path."""
    told = [said("none"), said("pass", smtp_mailfrom="<ada@acme.example>")]
    assert check_spf(came(None), SERVER, told, lookup).domain == "acme.example"
    assert check_spf(came(None), SERVER, [said("pass", smtp_mailfrom="<ada@acme.X>")], lookup).domain == "acme.x"


@pytest.mark.parametrize(
    ("hop", "path", "told", "expected"),
    [
        (
            None,
            "<>",
            [said("pass", smtp_mailfrom="p@Helo.example")],
            ("helo.example", "pass", "mx.customer.example", True),
        ),
        (
            INSIDE,
            '<"a@b"@Acme.example>',
            [said("odd"), said("fail")],
            ("acme.example", "fail", "mx.customer.example", True),
        ),
        (None, None, [said("pass", "", smtp_mailfrom="a@b.Example")], ("b.example", "pass", "the receiver", True)),
        (Hop(0, "x"), None, [said("softfail")], ("", "softfail", "mx.customer.example", False)),
    ],
)
def test_the_receiver_s_word_counts_where_nothing_else_does(
    hop: Hop | None, path: str | None, told: list[Results], expected: tuple[str, str, str, bool]
) -> None:
    """The mail does not say which server delivered it, or it was one of the receiver's own network."""
    domain, result, server, named = expected
    what = f"{server} says spf={result}" + (f" of {domain}" if named else "")
    remedy = "Allow the mail service's servers in its SPF record."
    assert check_spf(came(path), hop, told, lookup) == Spf(domain, SpfResult(result), what, remedy)


@pytest.mark.parametrize(
    ("hop", "what"),
    [
        (INSIDE, "SPF says nothing: it came from 10.0.0.7, which is no public address"),
        (None, "SPF is not known: no Received field says which server delivered the mail"),
        (Hop(0, "x"), "SPF is not known: no Received field says which server delivered the mail"),
    ],
)
def test_what_nobody_can_know(hop: Hop | None, what: str) -> None:
    """Without the server's address, or its result."""
    assert check_spf(came("<a@acme.example>"), hop, [said("odd")], lookup) == Spf("", None, what)
