"""The judgment of DKIM signatures on the page, beside dkimpy's, of mail that dkimpy signed."""

from __future__ import annotations

import base64
from functools import cache

import dkim
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from tenant_email_local.page.dkim_result import results

MAIL = b"X-A: one\r\nX-A: two\r\nFrom: a@a.example\r\nSubject:  folded\r\n  text \r\n\r\nBody  line \r\n\r\n\r\n"
NAMES = [b"from", b"from", b"x-a", b"x-a", b"subject"]


@cache
def key() -> rsa.RSAPrivateKey:
    """Returns a key for all."""
    return rsa.generate_private_key(65537, 2048)


def record(_name: str = "") -> str:
    """Returns the key's record."""
    public = key().public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return f"v=DKIM1; p={base64.b64encode(public).decode()}"


def published(_name: bytes, **_: object) -> bytes:
    """Answers dkimpy's question for a record."""
    return record().encode()


def signed(header: bytes, body: bytes) -> bytes:
    """Returns the mail with a signature in these canonicalizations, each field named once more than it is there."""
    pem = key().private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    made: bytes = dkim.sign(MAIL, b"s", b"a.example", pem, canonicalize=(header, body), include_headers=NAMES)
    return made + MAIL


@pytest.mark.parametrize("body", [b"simple", b"relaxed"])
@pytest.mark.parametrize("header", [b"simple", b"relaxed"])
@pytest.mark.parametrize(
    ("was", "is_"),
    [
        (b"", b""),
        (b"X-A: one\r\nX-A: two", b"X-A: two\r\nX-A: one"),
        (b"From:", b"From: b@b.example\r\nFrom:"),
        (b"Subject:  folded", b"subject: folded"),
        (b"Body  line ", b"Body line"),
        (b"line \r\n\r\n\r\n", b"line \r\n"),
        (b"Body", b"Bady"),
    ],
    ids=range(7),
)
def test_it_is_dkimpys(was: bytes, is_: bytes, header: bytes, body: bytes) -> None:
    """For every way to canonicalize, of the mail and of what was made of it."""
    mail = signed(header, body).replace(was, is_) if was else signed(header, body)
    (found,) = results(mail, record)
    assert (found["result"] == "pass") is dkim.verify(mail, dnsfunc=published)


@pytest.mark.parametrize(
    ("text", "reason"),
    [(None, "there is no key at s._domainkey.a.example"), ("p=", "is no RSA key"), ("p=!!", "is no RSA key")],
)
def test_why_it_cannot_be_judged_is_said(text: str | None, reason: str) -> None:
    """There is no key, or none that is one."""
    (found,) = results(signed(b"relaxed", b"simple"), lambda _: text)
    assert found["result"] == "permerror"
    assert reason in found["reason"]
