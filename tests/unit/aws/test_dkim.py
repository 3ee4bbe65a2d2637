"""The three DKIM modes as they are sent, and the keys they refuse."""

from __future__ import annotations

import base64
import re

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tenant_email.aws.dkim import ByoSigning, EasySigning, ReplicaSigning
from tenant_email.aws.rsa_key import fingerprint, new_private_key, public_key
from tenant_email.redaction.secrets import Secret

KEY = new_private_key(1024)
LONG_KEY = new_private_key(2048)


def pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey, *, pkcs8: bool = True) -> Secret:
    """Writes a key in PEM."""
    kind = serialization.PrivateFormat.PKCS8 if pkcs8 else serialization.PrivateFormat.TraditionalOpenSSL
    return Secret(key.private_bytes(serialization.Encoding.PEM, kind, serialization.NoEncryption()).decode())


def test_easy_is_explicit() -> None:
    """Easy DKIM always names the key length, at creation and after."""
    assert EasySigning().for_create() == {"NextSigningKeyLength": "RSA_2048_BIT"}
    assert EasySigning(1024).for_put() == {"NextSigningKeyLength": "RSA_1024_BIT"}


def test_replica_names_the_parent_where_ses_wants_it() -> None:
    """A replica names its parent among the attributes at creation, and beside them after."""
    replica = ReplicaSigning("us-east-1")
    assert replica.for_create() == {"DomainSigningAttributesOrigin": "AWS_SES_US_EAST_1"}
    assert (replica.origin, replica.for_put()) == ("AWS_SES_US_EAST_1", {})


def test_own_key_is_sent_bare() -> None:
    """The key goes out as one line of base64 that reads back as the same key."""
    sent = ByoSigning("sel", LONG_KEY).for_create()
    bare = sent.get("DomainSigningPrivateKey", "")
    assert sent.get("DomainSigningSelector") == "sel"
    assert re.fullmatch(r"[A-Za-z0-9+/]+={0,2}", bare)
    assert public_key(Secret(bare)) == public_key(LONG_KEY)


def test_public_key_lengths() -> None:
    """The published values have the lengths that were measured for SES: 218 and 394 with `p=`."""
    assert [len("p=" + public_key(key)) for key in (KEY, LONG_KEY)] == [218, 394]


def test_pkcs1_is_read_too() -> None:
    """An older key file means the same key."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    assert public_key(pem(key, pkcs8=False)) == public_key(pem(key))


def test_fingerprint() -> None:
    """A fingerprint tells keys apart and holds nothing of them."""
    assert fingerprint(KEY) != fingerprint(LONG_KEY)
    assert fingerprint(KEY) not in base64.b64decode(public_key(KEY)).hex()


@pytest.mark.parametrize("selector", ["", "a.b", "a_b", "-a", "a-", "a" * 64])
def test_refused_selectors(selector: str) -> None:
    """A selector that SES would refuse is refused before the call."""
    with pytest.raises(ValueError, match="not a DKIM selector"):
        ByoSigning(selector, KEY)


@pytest.mark.parametrize(
    "text", ["bm90LWEta2V5", "-----BEGIN PRIVATE KEY-----\nbm90LWEta2V5\n-----END PRIVATE KEY-----"]
)
def test_unreadable_keys_are_not_quoted(text: str) -> None:
    """A key that cannot be read is refused without a letter of it, in the error or behind it."""
    with pytest.raises(ValueError, match="cannot be read") as refused:
        ByoSigning("sel", Secret(text))
    assert "bm90LWEta2V5" not in str(refused.value)
    assert refused.value.__suppress_context__


def test_wrong_kinds_of_keys() -> None:
    """Keys of another kind or length are refused."""
    too_long = rsa.generate_private_key(public_exponent=65537, key_size=3072)
    for key in (ec.generate_private_key(ec.SECP256R1()), too_long):
        with pytest.raises(ValueError, match="RSA key of 1024 to 2048 bits"):
            ByoSigning("sel", pem(key))


def test_the_key_is_never_shown() -> None:
    """A mode that holds a key can be printed."""
    assert "PRIVATE" not in repr(ByoSigning("sel", KEY))
