"""What is told of a mail that arrived well, and of each way to break it, beside dkimpy and a DMARC library."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import dmarc
import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from support.signed_mail import (
    BODY,
    DOMAIN,
    HEADER,
    NOW,
    RECEIVER,
    TRACE,
    Signing,
    Zone,
    dkimpy_says,
    key,
    key_text,
    mail,
    zone,
)
from tenant_email.mail_proof.messages import read_mail
from tenant_email.mail_proof.proof import Expected, prove

if TYPE_CHECKING:
    from tenant_email.findings import Finding

GOOD: Final = mail()
EXPECTED: Final = Expected(senders=(f"no-reply@{DOMAIN}",))
KEY: Final = f"mail._domainkey.{DOMAIN}"
FORGED: Final = b"Authentication-Results: evil.example; dkim=pass header.d=acme.example; spf=pass; dmarc=pass\r\n"
EARLIER: Final = "1500000000"


def points(raw: bytes, found: Zone, expected: Expected = EXPECTED) -> list[Finding]:
    """Proves a mail by what this DNS holds."""
    return list(prove(read_mail(raw), expected, lambda name, kind: found.get((name.lower(), kind), []), NOW))


def told(raw: bytes, found: Zone) -> str:
    """Returns the lines that are not well, each with its remedy."""
    return "\n".join(
        f"{each.level} {each.check}: {each.what}. {each.remedy}" for each in points(raw, found) if each.level != "ok"
    )


def without(name: str) -> Zone:
    """Returns the DNS without the records of a name."""
    return {key: values for key, values in zone().items() if key[0] != name}


def with_key(text: str) -> Zone:
    """Returns the DNS with another text at the key's name."""
    return zone() | {(KEY, "TXT"): [text]}


def test_a_mail_that_is_well_has_nothing_to_do() -> None:
    """Each thing that was looked at is told in a line, and none of them has a remedy."""
    found = points(GOOD, zone())
    assert [(each.level, each.remedy) for each in found] == [("ok", "")] * len(found)
    assert [each.check for each in found] == ["dkim", "spf", "dmarc", "tls", "reverse-dns", "from", "content"]
    assert [each.what for each in found][:4] == [
        "the signature of acme.example (selector mail) verifies",
        "bounce.acme.example allows 54.240.8.1 to send",
        "DKIM of acme.example and SPF of bounce.acme.example are aligned with acme.example, whose policy is p=reject",
        "the mail came to mx.customer.example by TLS",
    ]
    assert dkimpy_says(GOOD, zone())


BROKEN: Final[dict[str, tuple[bytes, Zone, str, str]]] = {
    "a byte of the body": (
        GOOD.replace(b"424242", b"424243"),
        zone(),
        "the body is not the one that was signed (bh=)",
        "Something on the way changed it after it was signed",
    ),
    "a header field": (
        GOOD.replace(b"Subject: Your", b"Subject: Our"),
        zone(),
        "it does not fit the header: one of its fields was changed (from, to, subject, date,",
        "or have it delivered",
    ),
    "no signature": (mail(signings=()), zone(), "the mail has no DKIM signature", "Turn DKIM on at the mail service"),
    "another selector": (
        mail((Signing().with_tags(s="old"),)),
        zone(),
        "there is no key at old._domainkey.acme.example",
        "Publish the key that the mail service names",
    ),
    "a revoked key": (GOOD, with_key("v=DKIM1; p="), "is revoked: its p= is empty", "sign with a key in use"),
    "another key": (
        GOOD,
        with_key(f"v=DKIM1; p={key_text(generate_private_key(65537, 2048))}"),
        "or the key that is published is another one",
        "publish the key that the mail service signs with",
    ),
    "a key of 512 bits": (
        GOOD,
        with_key(
            "v=DKIM1; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAKvQN3H0IDtAQ5XaDxT1jBIAI28Va0GuSHRG/ViVIXM0SEjwHTW"
            "/5mfTCoX2sqpkB0Ti5+nQyPAJQKVpBtVVeUkCAwEAAQ=="
        ),
        "has 512 bits, and verifiers take 1024 at least",
        "sign with a key of 2048 bits",
    ),
    "a key for other services": (
        GOOD,
        with_key(f"s=tlsrpt; p={key_text(key())}"),
        "is not for email: s=tlsrpt",
        "Publish",
    ),
    "a key for another hash": (
        GOOD,
        with_key(f"h=sha1; p={key_text(key())}"),
        "does not allow the hash sha256",
        "Publish",
    ),
    "a key of another kind": (
        GOOD,
        with_key(f"k=ed25519; p={key_text(key())}"),
        "is of another kind: k=ed25519",
        "Publish",
    ),
    "a key that is none": (GOOD, with_key("hello"), "cannot be read: 'hello' is not a tag", "Publish at"),
    "two keys": (
        GOOD,
        zone() | {(KEY, "TXT"): ["v=DKIM1; p=", f"p={key_text(key())}"]},
        "has 2 TXT records, any of which a verifier may use",
        "Leave only one of them",
    ),
    "rsa-sha1": (
        GOOD.replace(b"a=rsa-sha256", b"a=rsa-sha1"),
        zone(),
        "it is of rsa-sha1, which verifiers refuse",
        "rsa-sha256",
    ),
    "expired": (
        mail((Signing().with_tags(t="1400000000", x=EARLIER),)),
        zone(),
        "it had expired 81944 hours before the mail arrived (x=)",
        "Find out what held the mail up",
    ),
    "text after the signed length": (
        mail((Signing().with_tags(l="20"),)),
        zone(),
        "it signs only a beginning of the body (l=20); the last 66 bytes are anyone's",
        "without l=",
    ),
    "a body that is cut": (
        mail((Signing().with_tags(l=str(len(BODY))),)).removesuffix(
            b"\r\nhttps://acme.example/verify?ticket=canary-ticket\r\n"
        ),
        zone(),
        "the body is 36 bytes long, and l=86 of it were signed",
        "Something on the way changed it",
    ),
    "From is not signed": (
        mail((Signing().with_tags(h="to:subject"),)),
        zone(),
        "its h= leaves out From",
        "ask the mail service",
    ),
    "an identity of others": (
        mail((Signing().with_tags(i="a@evil.example"),)),
        zone(),
        "its i= names evil.example, which its d= does not allow",
        "",
    ),
    "a signature without a tag": (GOOD.replace(b"bh=", b"bx="), zone(), "it has no bh=", "ask the mail service"),
    "a signature that is no list": (GOOD.replace(b"v=1; a", b"v=1; v=1; a"), zone(), "the tag v appears twice", ""),
}


LEFT_TO_US: Final = frozenset({"a key for another hash", "text after the signed length", "From is not signed"})
"""What dkimpy does not look at, and RFC 6376 has a verifier refuse, or leaves to its judgement."""


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_signature_is_told_with_its_cause(name: str) -> None:
    """A line names it, with what to do; dkimpy does not take the mail either, where it looks at that at all."""
    raw, found, what, remedy = BROKEN[name]
    lines = [each for each in points(raw, found) if each.check == "dkim" and each.level == "problem"]
    assert what in lines[0].what
    assert remedy in lines[0].remedy
    assert dkimpy_says(raw, found) is (name in LEFT_TO_US)


def test_two_authors_are_one_too_many() -> None:
    """The second From stands above the signed one: the signature verifies by itself, and a reader sees the other."""
    raw = GOOD.replace(b"DKIM-Sig", b"From: Bank <x@bank.example>\r\nDKIM-Sig")
    assert not dkimpy_says(raw, zone())
    assert "problem from: the mail has 2 From fields. Mail programs show any of them" in told(raw, zone())
    assert "problem dmarc: there is no one From domain whose policy could apply" in told(raw, zone())


def test_a_signature_of_another_domain_is_not_aligned() -> None:
    """The mail service's own signature is good, and proves nothing for the sender."""
    found = without(KEY) | {("mail._domainkey.service.example", "TXT"): zone()[KEY, "TXT"]}
    found[f"bounce.{DOMAIN}", "TXT"] = ["v=spf1 -all"]
    raw = mail((Signing().with_tags(d="service.example"),))
    assert dkimpy_says(raw, found)
    assert (
        "problem dmarc: nothing that verifies is aligned with acme.example, whose policy is p=reject: DKIM of "
        "service.example. Have the mail service sign as acme.example (d=acme.example)"
    ) in told(raw, found)


@pytest.mark.parametrize(
    ("trace", "what"),
    [
        (
            TRACE + FORGED,
            "evil.example says dkim=pass, spf=pass, dmarc=pass, which counts for nothing: mx.customer.example took",
        ),
        (TRACE + FORGED.replace(b"evil.example;", b""), "a server without a name says dkim=pass"),
    ],
)
def test_results_of_another_server_count_for_nothing(trace: bytes, what: str) -> None:
    """They are named, and do not make a mail good that nobody signed."""
    raw = mail((), trace=trace)
    assert f"warning results: {what}" in told(raw, zone())
    assert "problem dkim: the mail has no DKIM signature" in told(raw, zone())
    assert "--receiver" in told(raw, zone())


def test_results_of_the_receiver_are_told() -> None:
    """In its own name, or above the field of the server that took the mail; a failed DMARC of its is a problem."""
    own = FORGED.replace(b"evil.example", RECEIVER.encode())
    assert any(f"{RECEIVER} says dkim=pass" in each.what for each in points(mail(trace=TRACE + own), zone()))
    assert "results" not in told(mail(trace=own.replace(b"mx.", b"filter.") + TRACE), zone())
    failed = own.replace(b"dmarc=pass", b"dmarc=fail")
    assert "problem results: mx.customer.example says dkim=pass, spf=pass, dmarc=fail" in told(
        mail(trace=failed + TRACE), zone()
    )


def test_spf_fails_for_a_server_that_is_not_allowed() -> None:
    """With DKIM aligned the mail passes DMARC all the same."""
    found = zone() | {(f"bounce.{DOMAIN}", "TXT"): ["v=spf1 ip4:192.0.2.1 -all"]}
    assert "problem spf: fail of 54.240.8.1 for MAIL FROM bounce.acme.example: -all decides" in told(GOOD, found)
    assert any(each.what.startswith("DKIM of acme.example is aligned") for each in points(GOOD, found))


@pytest.mark.parametrize(
    ("protocol", "level", "what"),
    [
        (b"ESMTP", "problem", "the mail came to mx.customer.example without TLS"),
        (b"UTF8SMTPSA", "ok", "by TLS"),
        (b"esmtps (TLS1.3) tls TLS_AES_256_GCM_SHA384", "ok", "by TLS 1.3"),
        (b"ESMTPS (version=TLS1_2 cipher=ECDHE)", "ok", "by TLS 1.2"),
        (b"ESMTPS (using TLSv1 with cipher X)", "warning", "by TLS 1.0, which is out of use"),
        (b"Microsoft SMTP Server (version=TLS1_2, cipher=X)", "ok", "by TLS 1.2"),
        (b"HTTP", "unknown", "does not say whether it came"),
    ],
)
def test_the_last_hop_is_by_tls_or_not(protocol: bytes, level: str, what: str) -> None:
    """As the Received field of the receiver's server says it, in the words of several mail servers."""
    raw = mail(trace=TRACE.replace(b"ESMTPS", protocol))
    (found,) = [each for each in points(raw, zone()) if each.check == "tls"]
    assert (found.level, what in found.what) == (level, True)


class Suffixes:
    """The public suffixes that the DMARC library asks for."""

    def get_public_suffix(self, domain: str) -> str:
        """Returns the domain of an organization."""
        return ".".join(domain.split(".")[-2:])


@pytest.mark.parametrize("author", ["acme.example", "login.acme.example"])
@pytest.mark.parametrize(
    "signer", ["acme.example", "login.acme.example", "mail.acme.example", "evil.example", "notacme.example"]
)
@pytest.mark.parametrize("modes", ["adkim=r; aspf=r", "adkim=s; aspf=r", "adkim=r; aspf=s", "adkim=s; aspf=s"])
@pytest.mark.parametrize("bounces", ["bounce.acme.example", "acme.example", "other.example"])
def test_alignment_is_as_a_dmarc_library_has_it(author: str, signer: str, modes: str, bounces: str) -> None:
    """Relaxed and strict, for the domain of the author and one below it."""
    record = f"v=DMARC1; p=reject; {modes}"
    found = zone() | {
        ("_dmarc.acme.example", "TXT"): [record],
        (f"mail._domainkey.{signer}", "TXT"): zone()[KEY, "TXT"],
    }
    found[bounces, "TXT"] = ["v=spf1 ip4:54.240.8.1 -all"]
    header = HEADER.replace(b"@acme.example>\r\nTo", f"@{author}>\r\nTo".encode())
    trace = TRACE.replace(b"bounce.acme.example", bounces.encode())
    raw = mail((Signing().with_tags(d=signer),), header, trace=trace)
    assert dkimpy_says(raw, found)
    judge = dmarc.DMARC(Suffixes())
    policy = judge.parse_record(record, author, "acme.example")
    result = judge.get_result(
        policy, spf=dmarc.SPF(bounces, dmarc.SPFResult.PASS), dkim=dmarc.DKIM(signer, dmarc.DKIMResult.PASS)
    )
    (ours, *_) = [each for each in points(raw, found) if each.check == "dmarc"]
    assert (ours.level == "ok") is (result.result is dmarc.DMARCResult.PASS), ours


INNER: Final = (
    b"Received: from mx (mx.customer.example [10.0.0.7])\r\n"
    b"\tby store.customer.example with LMTP id 5Y; Wed, 18 Nov 2026 11:06:41 +0000\r\n"
)


def test_the_server_that_took_the_mail_from_outside_counts() -> None:
    """Not one behind it, which has it from the receiver's own network; a forged field below it says nothing."""
    lower = TRACE.replace(b"54.240.8.1", b"8.8.8.8").replace(b"mx.customer.example", b"evil.example")
    raw = mail(trace=INNER + TRACE + lower.partition(b"\r\n")[2])
    shown = [each.what for each in points(raw, zone())]
    assert "bounce.acme.example allows 54.240.8.1 to send" in shown
    assert "the mail came to mx.customer.example by TLS" in shown
    named = points(raw, zone(), Expected(receiver="Store.customer.example"))
    assert [each.what for each in named if each.check in ("spf", "tls")] == [
        "SPF says nothing: it came from 10.0.0.7, which is no public address",
        "the mail came to store.customer.example without TLS",
    ]
    unknown = points(raw, zone(), Expected(receiver="nobody.example"))
    assert "TLS is not known: no Received field is of nobody.example" in [each.what for each in unknown]


GREETINGS: Final = {
    b"from [9.9.9.9] (a8-1.smtp-out.example [54.240.8.1])": "a greeting that is an address",
    b"from [54.240.8.1] (helo=[9.9.9.9])": "Exim",
    b"from unknown (HELO [9.9.9.9]) (54.240.8.1)": "qmail",
    b"from a8-1.smtp-out.example (54.240.8.1)": "Microsoft",
    b"from a8-1.smtp-out.example ([IPv6:::ffff:54.240.8.1])": "an IPv4 address in IPv6",
}


@pytest.mark.parametrize("origin", GREETINGS)
def test_what_a_sender_says_of_itself_is_no_address(origin: bytes) -> None:
    """A server writes it beside the address that it saw, each in its own way."""
    raw = mail(trace=TRACE.replace(b"from a8-1.smtp-out.example (a8-1.smtp-out.example [54.240.8.1])", origin))
    assert "bounce.acme.example allows 54.240.8.1 to send" in [each.what for each in points(raw, zone())]
