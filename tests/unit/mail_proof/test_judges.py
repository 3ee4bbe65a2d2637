"""Signatures, SPF and policies come out as others judge them: dkimpy, pyspf, checkdmarc, and an RFC's own example."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import checkdmarc.dmarc
import dkim
import dns.resolver
import pytest
import spf as pyspf
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given, settings
from hypothesis import strategies as st

from support.signed_mail import DOMAIN, TRACE, Zone, dkimpy_says, key, mail, zone
from tenant_email.mail_proof.dkim_signatures import verify_signatures
from tenant_email.mail_proof.dmarc_check import Policy, aligned, find_policy, is_aligned, organizational_domain
from tenant_email.mail_proof.messages import read_mail
from tenant_email.mail_proof.spf_check import check_spf
from tenant_email.mail_proof.trace import border

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.spf import Lookup

PEM: Final = key().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
WAYS: Final = st.sampled_from([b"simple", b"relaxed"])
PIECES: Final = st.lists(
    st.sampled_from(["a", "b", " ", "  ", "\t", "\r\n", "\r\n\r\n", "\r\n \r\n", "=", "\u00fc"]), max_size=12
)
TEXTS: Final = st.lists(st.sampled_from(["a", "B", " ", "  ", "\t", "\r\n ", "\r\n\t", ":", ";"]), max_size=8)

RFC_8463: Final = b"""\
DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=brisbane; t=1528637909; h=from : to :
 subject : date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus
 Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;
 d=football.example.com; i=@football.example.com;
 q=dns/txt; s=test; t=1528637909; h=from : to : subject :
 date : message-id : from : subject : date;
 bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;
 b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3
 DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz
 dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=
From: Joe SixPack <joe@football.example.com>
To: Suzie Q <suzie@shopping.example.net>
Subject: Is dinner ready?
Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)
Message-ID: <20030712040037.46341.5F8J@football.example.com>

Hi.

We lost the game.  Are you hungry yet?

Joe.
"""
RFC_KEYS: Final[Zone] = {
    ("brisbane._domainkey.football.example.com", "TXT"): [
        "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo="
    ],
    ("test._domainkey.football.example.com", "TXT"): [
        (
            "v=DKIM1; k=rsa; "
            "p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/J16"
            "JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l"
            "/K4w3QIDAQAB"
        ),
    ],
}


def verified(raw: bytes, found: Zone) -> list[bool]:
    """Returns whether each signature verifies."""
    signatures = verify_signatures(
        read_mail(raw), lambda name, kind: found.get((name.lower(), kind), []), 1_530_000_000
    )
    return [each.verified for each in signatures]


def test_the_example_of_rfc_8463() -> None:
    """Both of its signatures verify, by Ed25519 and by RSA, and neither does once a letter differs."""
    assert verified(RFC_8463, RFC_KEYS) == [True, True]
    assert verified(RFC_8463.replace(b"\n", b"\r\n"), RFC_KEYS) == [True, True]
    assert verified(RFC_8463.replace(b"hungry", b"Hungry"), RFC_KEYS) == [False, False]
    assert verified(RFC_8463.replace(b"Suzie Q", b"Suzie R"), RFC_KEYS) == [False, False]


@settings(max_examples=100, deadline=None)
@given(
    PIECES, TEXTS, st.tuples(WAYS, WAYS), st.tuples(st.integers(0, 400), st.sampled_from([b"", b" ", b"x", b"\r\n"]))
)
def test_whatever_dkimpy_signs_and_breaks(
    body: list[str], subject: list[str], ways: tuple[bytes, bytes], change: tuple[int, bytes]
) -> None:
    """What dkimpy signed verifies, and after a change of the body both come to the same."""
    header = f"From: a@{DOMAIN}\r\nSubject: x{''.join(subject)}y\r\nTo:  b@c.example \r\n\r\n"
    text = f"{header}{''.join(body)}\r\n".encode()
    names = [b"from", b"subject", b"to"]
    signature = dkim.sign(text, b"mail", DOMAIN.encode(), PEM, canonicalize=ways, include_headers=names)
    raw = signature + text
    assert verified(raw, zone()) == [True]
    begins = len(signature) + len(header.encode())
    place = begins + change[0] % (len(raw) - begins)
    if raw[place - 1 : place] != b"\r":  # not within a line end
        changed = raw[:place] + change[1] + raw[place:]
        assert verified(changed, zone()) == [dkimpy_says(changed, zone())], changed


CHANGES: Final = [
    (b"Subject: a", b"Subject:  a"),
    (b"Subject:", b"SUBJECT:"),
    (b" a  b", b" a b"),
    (b"a  b", b"a\r\n\tb"),
    (b"a  b", b"A  b"),
    (b"X-Other: 1", b"X-Other: 2"),
    (b"To: b@c.example\r\n", b""),
    (b"X-Other", b"To: x@c.example\r\nX-Other"),
]


@pytest.mark.parametrize("ways", [(b"simple", b"simple"), (b"relaxed", b"relaxed")])
@pytest.mark.parametrize("change", CHANGES)
def test_a_header_that_changes(ways: tuple[bytes, bytes], change: tuple[bytes, bytes]) -> None:
    """Blanks, letter case and folding count in one way and not in the other; what is not signed never does."""
    text = f"From: a@{DOMAIN}\r\nSubject: a  b\r\nTo: b@c.example\r\nX-Other: 1\r\n\r\nhello\r\n".encode()
    names = [b"from", b"subject", b"to"]
    raw = dkim.sign(text, b"mail", DOMAIN.encode(), PEM, canonicalize=ways, include_headers=names) + text
    assert change[0] in raw
    changed = raw.replace(*change)
    assert verified(changed, zone()) == [dkimpy_says(changed, zone())]


SPF: Final = [
    "v=spf1 ip4:54.240.8.0/24 -all",
    "v=spf1 include:amazonses.com -all",
    "v=spf1 exists:%{i}._spf.acme.example -all",
    "v=spf1 exists:%{ir}.%{v}._spf.acme.example -all",
    "v=spf1 exists:%{l}.%{o}._spf.acme.example ~all",
    "v=spf1 exists:%{l1r-}.lp._spf.acme.example ?all",
    "v=spf1 include:%{d2}.spf.example -all",
    "v=spf1 a:%{h} -all",
    "v=spf1 mx -all",
    "v=spf1 ip4:192.0.2.0/24 ~all",
    "v=spf1 redirect=amazonses.com",
    "v=spf1 include:amazonses.com include:amazonses.com inclde:x -all",
    "hello",
]
HOSTS: Final[Zone] = {
    ("54.240.8.1._spf.acme.example", "A"): ["127.0.0.2"],
    ("1.8.240.54.in-addr._spf.acme.example", "A"): ["127.0.0.2"],
    ("bo-unce.bounce.acme.example._spf.acme.example", "A"): ["127.0.0.2"],
    ("unce.lp._spf.acme.example", "A"): ["127.0.0.2"],
    ("acme.example.spf.example", "TXT"): ["v=spf1 ip4:54.240.8.1 -all"],
    ("a8-1.smtp-out.example", "A"): ["54.240.8.1"],
    ("bounce.acme.example", "MX"): ["10 a8-1.smtp-out.example"],
}


@pytest.mark.parametrize("record", SPF)
def test_spf_of_a_mail_is_as_pyspf_has_it(record: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the macros that need the mail, which a check beforehand cannot know."""
    found = zone() | HOSTS | {("bounce.acme.example", "TXT"): [record]}

    def for_pyspf(name: str, kind: str, *_: object) -> list[Any]:
        values: Any = found.get((name.rstrip(".").lower(), kind), [])
        if kind == "TXT":
            values = [(value.encode(),) for value in values]
        elif kind == "MX":
            values = [(int(value.split()[0]), value.split()[1]) for value in values]
        return [((name, kind), value) for value in values]

    monkeypatch.setattr(pyspf, "DNSLookup", for_pyspf)
    theirs, *_ = pyspf.check2("54.240.8.1", "bo-unce@bounce.acme.example", "a8-1.smtp-out.example")
    received = read_mail(mail(trace=TRACE.replace(b"<0102@", b"<bo-unce@")))
    ours = check_spf(received, border(received), [], lambda name, kind: found.get((name.lower(), kind), []))
    assert (ours.domain, ours.result) == ("bounce.acme.example", theirs), ours


WALKS: Final[dict[str, dict[str, str]]] = {
    "acme.example": {"acme.example": "p=reject"},
    "mail.acme.example": {"acme.example": "p=reject; sp=none"},
    "a.b.acme.example": {"acme.example": "p=none", "b.acme.example": "p=reject"},
    "b.acme.example": {"acme.example": "p=none", "b.acme.example": "p=reject"},
    "x.branch.acme.example": {"acme.example": "p=none", "branch.acme.example": "p=reject; psd=n"},
    "mail.shop.co.example": {"co.example": "p=reject; psd=y", "shop.co.example": "p=none"},
    "mail.lone.co.example": {"co.example": "p=reject; psd=y"},
    "1.2.3.4.5.6.7.8.9.acme.example": {"acme.example": "p=none", "3.4.5.6.7.8.9.acme.example": "p=reject"},
}
ASKED: Final = dict(zip(WALKS, ["reject", "none", "none", "reject", "reject", "none", "reject", "none"], strict=True))


@pytest.mark.parametrize("domain", WALKS)
def test_the_walk_to_a_policy_is_as_checkdmarc_walks(domain: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """It finds the same record at the same place, by RFC 9989."""
    found = {f"_dmarc.{at}": [f"v=DMARC1; {rest}"] for at, rest in WALKS[domain].items()}

    def query(name: str, kind: str, **_: object) -> Sequence[str]:
        if name.lower() in found and kind == "TXT":
            return found[name.lower()]
        raise dns.resolver.NoAnswer

    monkeypatch.setattr(checkdmarc.dmarc, "query_dns", query)
    theirs = checkdmarc.dmarc.query_dmarc_record(domain)
    ours = find_policy(domain, in_zone(found))
    assert (ours.domain, ours.at, ours.asks) == (domain, theirs["location"], ASKED[domain])


def in_zone(found: dict[str, list[str]], asked: list[str] | None = None) -> Lookup:
    """Returns what looks texts up, and notes for which domains."""

    def lookup(name: str, kind: str) -> list[str]:
        if asked is not None:
            asked.append(name.removeprefix("_dmarc."))
        return found.get(name, []) if kind == "TXT" else []

    return lookup


@pytest.mark.parametrize(
    ("records", "asked", "organization"),
    [
        ({}, "acme.example example", "acme.example"),
        ({"b.acme.example": ""}, "b.acme.example acme.example example", "b.acme.example"),
        ({"acme.example": "psd=n"}, "b.acme.example acme.example", "acme.example"),
        ({"co.example": "psd=y"}, "a.b.co.example b.co.example co.example", "b.co.example"),
        ({"example": "psd=y"}, "a.b.co.example b.co.example co.example example", "co.example"),
        ({"co.example": "psd=y"}, "co.example", "co.example"),
    ],
)
def test_the_domain_of_an_organization(records: dict[str, str], asked: str, organization: str) -> None:
    """The highest with a record, or one below a registry's, which ends the walk as the organization's own does."""
    found, names = {f"_dmarc.{at}": [f"v=DMARC1; p=none; {rest}"] for at, rest in records.items()}, list[str]()
    assert organizational_domain(asked.split(maxsplit=1)[0], in_zone(found, names)) == organization
    assert names == asked.split()


def test_a_long_domain_is_not_walked_label_by_label() -> None:
    """The example of RFC 9989 section 4.10: eight questions, of itself and of its last seven labels and fewer."""
    asked = list[str]()
    organizational_domain("a.b.c.d.e.f.g.h.i.j.mail.example.com", in_zone({}, asked))
    assert asked[:3] == ["a.b.c.d.e.f.g.h.i.j.mail.example.com", "g.h.i.j.mail.example.com", "h.i.j.mail.example.com"]
    assert (len(asked), asked[-1]) == (8, "com")


def test_what_no_record_speaks_of() -> None:
    """Nothing is asked of a receiver, and only the same domain is aligned."""
    policy = find_policy("mail.acme.example", in_zone({}))
    assert (policy, policy.asks) == (Policy("mail.acme.example", "mail.acme.example", None), "none")
    assert not is_aligned("mail.acme.example", "acme.example", "r", in_zone({}))
    assert aligned(["b.example", "a.example"], "a.example", "r", in_zone({})) == "a.example"
    assert aligned(["b.example"], "a.example", "r", in_zone({})) == ""
