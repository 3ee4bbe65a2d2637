"""DKIM key records are judged by a real signature, which dkimpy makes and verifies, and by RFC 6376 where it is lax."""

from __future__ import annotations

import base64
import re

import dkim
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519, rsa

from tenant_email.aws.dkim_key import key_problem

KEY, OTHER = (rsa.generate_private_key(public_exponent=65537, key_size=2048) for _ in range(2))


def public(
    key: rsa.RSAPrivateKey | ed25519.Ed25519PrivateKey,
    form: serialization.PublicFormat = serialization.PublicFormat.SubjectPublicKeyInfo,
) -> str:
    """Returns the base64 of a public key."""
    return base64.b64encode(key.public_key().public_bytes(serialization.Encoding.DER, form)).decode()


P = public(KEY)
PKCS1 = public(KEY, serialization.PublicFormat.PKCS1)
MAIL = b"From: a@acme.example\r\nSubject: hi\r\n\r\nbody\r\n"
SIGNATURE = dkim.sign(
    MAIL,
    b"sel",
    b"acme.example",
    KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.TraditionalOpenSSL, serialization.NoEncryption()
    ),
)

JUDGED = [
    f"p={P}",
    f"v=DKIM1; k=rsa; p={P}",
    f"v=DKIM1;k=rsa;p={P};",
    f"v=DKIM1 ; k = rsa ; p = {P} ; ",
    f"k=rsa; t=s; p={P}",
    f"k=rsa; t=y; p={P}",
    f"v=DKIM1; h=sha256; s=email; n=a note; p={P}",
    f"v=DKIM1; s=*; p={P}",
    f"v=DKIM1; unknown=1; p={P}",
    f"v=DKIM1; p={P[:60]} {P[60:]}",
    f"p={PKCS1}",
    f"v=DKIM2; p={P}",
    f"v=dkim1; p={P}",
    f"v=DKIM1\\; k=rsa\\; p={P}",
    f"v=DKIM1; k=dsa; p={P}",
    f"v=DKIM1; k=rsa; k=rsa; p={P}",
    f"v=DKIM1; k=rsa;; p={P}",
    f"v=DKIM1 k=rsa p={P}",
    f"v=DKIM1; k=rsa; p={public(OTHER)}",
    f"v=DKIM1; k=rsa; p={P.lower()}",
    f"v=DKIM1; k=rsa; p={P[:-20]}",
    "v=DKIM1; k=rsa; p=",
    "v=DKIM1; k=rsa",
    "v=DKIM1; k=rsa; p=?",
    f'"v=DKIM1; k=rsa; p={P}"',
    "hello",
    "",
]
# RFC 6376 section 3.6.1: what dkimpy does not look at, but other verifiers do
BY_RFC = {
    f"k=rsa; v=DKIM1; p={P}": "v= must come first and be DKIM1, or be omitted",
    f"v=DKIM1; s=other; p={P}": "s=other is not for email",
    f"v=DKIM1; h=sha1; p={P}": "h=sha1 does not allow the sha256 that SES signs with",
    f"v=DKIM1; s=other:email; h=sha1:sha256; p={P}": "",
    f"v=DKIM1; s=other: Email ; h=sha1 : SHA256; p={P}": "",
    "v=DKIM1; p=": "an empty p= revokes the key",
    "v=DKIM1; k=rsa": "p= is missing",
    "v=DKIM1; p=?": "p= is not base64",
    f"p={public(ed25519.Ed25519PrivateKey.from_private_bytes(bytes(32)))}": "p= holds a different key",
    f"n=a=b; p={P}": "",
    f"p={public(OTHER)}": "p= holds a different key",
    f"k={'x' * 30}; p={P}": f"k={'x' * 20} is not the kind of key that SES signs with",
    f"s={'x' * 30}; p={P}": f"s={'x' * 20} is not for email",
    f"h={'x' * 30}; p={P}": f"h={'x' * 20} does not allow the sha256 that SES signs with",
    f"{'x' * 50}; p={P}": f"'{'x' * 40}' is not a tag",
    f"p={P}; 1=2": "'1=2' is not a tag",
    "p=1; p=2": "the tag p appears twice",
}


@pytest.mark.parametrize("text", JUDGED)
def test_as_dkimpy_verifies(text: str) -> None:
    """A record is right exactly where an email that was signed with the wanted key verifies."""
    verifies = dkim.verify(SIGNATURE + MAIL, dnsfunc=lambda _, **__: text.encode())
    problem = key_problem(text, f"p={P}")
    assert (not problem) == verifies, problem


@pytest.mark.parametrize(("text", "problem"), BY_RFC.items())
def test_by_the_rfc_alone(text: str, problem: str) -> None:
    """Order, service and hash count too."""
    assert key_problem(text, f"p={P}") == problem


def test_a_mistake_is_shown() -> None:
    """The reason names the tag, cut short."""
    assert re.fullmatch(r"k=ed25519 is not the kind of key.*", key_problem(f"k=ed25519; p={P}", f"p={P}"))
