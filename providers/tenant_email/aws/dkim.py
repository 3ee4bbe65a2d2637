"""The three ways a domain can sign with SES, as what is sent for each (contracts/aws_ses.md section 1).

botocore checks neither patterns nor key lengths, so they are checked here, before a call.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tenant_email.secrets import Secret

if TYPE_CHECKING:
    from mypy_boto3_sesv2.literals import DkimSigningAttributesOriginType
    from mypy_boto3_sesv2.type_defs import DkimSigningAttributesTypeDef

KeyBits = Literal[1024, 2048]
_SELECTOR: Final = re.compile(r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?")
_SHORTEST_KEY: Final = 1024
_LONGEST_KEY: Final = 2048


@dataclass(frozen=True, slots=True)
class EasyDkim:
    """Keys made and rotated by SES; the length can change once a day."""

    bits: KeyBits = 2048
    origin: DkimSigningAttributesOriginType = "AWS_SES"

    def for_create(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of CreateEmailIdentity; the length is always sent, its default is disputed."""
        return {"NextSigningKeyLength": "RSA_2048_BIT" if self.bits == _LONGEST_KEY else "RSA_1024_BIT"}

    def for_put(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of PutEmailIdentityDkimSigningAttributes."""
        return self.for_create()


@dataclass(frozen=True, slots=True)
class OwnKeyDkim:
    """A key of one's own under a selector of one's own; SES never gives the key back.

    Raises:
        ValueError: the selector or the key is not one that SES takes.
    """

    selector: str
    private_key: Secret
    origin: DkimSigningAttributesOriginType = "EXTERNAL"

    def __post_init__(self) -> None:
        self.check_selector(self.selector)
        _load(self.private_key)

    @staticmethod
    def check_selector(selector: str) -> None:
        """Raises ValueError for a selector that SES refuses."""
        if not _SELECTOR.fullmatch(selector):
            raise ValueError(
                f"{selector[:70]!r} is not a DKIM selector: 1 to 63 letters, digits and inner hyphens, no dots"
            )

    def for_create(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of CreateEmailIdentity, the key without its PEM armour."""
        encoded = _load(self.private_key).private_bytes(
            serialization.Encoding.DER, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        key = Secret(base64.b64encode(encoded).decode())
        return {"DomainSigningSelector": self.selector, "DomainSigningPrivateKey": key.reveal()}

    def for_put(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of PutEmailIdentityDkimSigningAttributes."""
        return self.for_create()


@dataclass(frozen=True, slots=True)
class ReplicaDkim:
    """The Easy DKIM keys of the same domain in another region (DEED); DNS is published once, for the parent."""

    parent_region: str

    @property
    def origin(self) -> DkimSigningAttributesOriginType:
        """Returns the signing origin that names the parent's region."""
        name = "AWS_SES_" + self.parent_region.upper().replace("-", "_")
        return cast("DkimSigningAttributesOriginType", name)

    def for_create(self) -> DkimSigningAttributesTypeDef:
        """Returns the attributes of CreateEmailIdentity."""
        return {"DomainSigningAttributesOrigin": self.origin}

    def for_put(self) -> DkimSigningAttributesTypeDef:
        """Returns nothing: here SES wants the origin beside the attributes, and refuses it among them."""
        return {}


DkimMode = EasyDkim | OwnKeyDkim | ReplicaDkim


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


def _public_der(private_key: Secret) -> bytes:
    return (
        _load(private_key)
        .public_key()
        .public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
    )


def _load(private_key: Secret) -> rsa.RSAPrivateKey:
    """Reads a key in PEM or in bare base64, PKCS#1 or PKCS#8; no error quotes a letter of it."""
    text = private_key.reveal().strip()
    try:
        if text.startswith("-----BEGIN"):
            key = serialization.load_pem_private_key(text.encode(), password=None)
        else:
            key = serialization.load_der_private_key(base64.b64decode(text), password=None)
    except (ValueError, TypeError, binascii.Error, UnsupportedAlgorithm):
        raise ValueError("the DKIM key cannot be read: give an RSA key in PEM, not encrypted") from None
    if not isinstance(key, rsa.RSAPrivateKey) or not _SHORTEST_KEY <= key.key_size <= _LONGEST_KEY:
        raise ValueError("the DKIM key must be an RSA key of 1024 to 2048 bits")
    return key
