"""Makes and reads the RSA keys of BYODKIM (RFC 6376 section 3.3.1)."""

from __future__ import annotations

import base64
import binascii
import hashlib
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.aws.dkim import KeyBits

_SHORTEST_KEY: Final = 1024
_LONGEST_KEY: Final = 2048


def new_private_key(bits: KeyBits = 2048) -> Secret:
    """Makes an RSA key for DKIM, in PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=bits)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return Secret(pem.decode())


def public_key(private_key: Secret) -> str:
    """Returns the public half as DKIM publishes it: the base64 of its SubjectPublicKeyInfo."""
    return base64.b64encode(_public_der(private_key)).decode()


def fingerprint(private_key: Secret) -> str:
    """Returns a short name of a key that tells nothing about it, to see a change of a key that cannot be read."""
    return hashlib.sha256(_public_der(private_key)).hexdigest()[:16]


def without_armour(private_key: Secret) -> Secret:
    """Returns a key as SES takes it: the base64 of its PKCS#8 form, without the lines of PEM."""
    encoded = load(private_key).private_bytes(
        serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return Secret(base64.b64encode(encoded).decode())


def _public_der(private_key: Secret) -> bytes:
    return (
        load(private_key)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def load(private_key: Secret) -> rsa.RSAPrivateKey:
    """Reads a key in PEM or in bare base64, PKCS#1 or PKCS#8.

    Raises:
        ValueError: it is none that SES takes; the error quotes no letter of it.
    """
    text = private_key.reveal().strip()
    try:
        if text.startswith("-----BEGIN"):
            key = serialization.load_pem_private_key(text.encode(), password=None)
        else:
            key = serialization.load_der_private_key(base64.b64decode(text), password=None)
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        raise ValueError("the DKIM key cannot be read: use an unencrypted RSA key in PEM") from None
    if not isinstance(key, rsa.RSAPrivateKey) or not _SHORTEST_KEY <= key.key_size <= _LONGEST_KEY:
        raise ValueError("the DKIM key must be an RSA key of 1024 to 2048 bits")
    return key
