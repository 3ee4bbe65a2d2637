"""The public key that a DKIM signature names: looked up, and read as a verifier reads it (RFC 6376 section 3.6.1)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from tenant_email.aws.dkim_key import key_der, key_tags, listed

if TYPE_CHECKING:
    from tenant_email.aws.spf import Lookup

PublicKey = RSAPublicKey | Ed25519PublicKey
SHORTEST: Final = 1024  # bits; verifiers take no shorter RSA key (RFC 8301 section 3.2)


class NoKey(Exception):
    """Why there is no key that verifies, and what to do; `asked` is whether DNS answered at all."""

    def __init__(self, what: str, remedy: str, *, asked: bool = True) -> None:
        super().__init__(what)
        self.what, self.remedy, self.asked = what, remedy, asked


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A key with the flags of its record: `testing` (t=y), and `strict`: i= may name no sub-domain (t=s)."""

    key: PublicKey
    testing: bool = False
    strict: bool = False

    @property
    def bits(self) -> int:
        """Returns the length of an RSA key; 0 of an Ed25519 key."""
        return self.key.key_size if isinstance(self.key, RSAPublicKey) else 0


def find_key(selector: str, domain: str, kind: str, lookup: Lookup) -> KeyRecord:
    """Returns the key below `selector._domainkey.domain`; `kind` is `rsa` or `ed25519`, by the signature's a=.

    Raises:
        NoKey: no verifier would find one that can be used.
    """
    name = f"{selector}._domainkey.{domain}"
    try:
        texts = lookup(name, "TXT")
    except LookupError as error:
        raise NoKey(f"its key cannot be asked for: {error}", "Run again when DNS answers.", asked=False) from None
    if not texts:
        publish = "Publish the key that the mail service names, or let it sign with the selector that is published."
        raise NoKey(f"there is no key at {name}", publish)
    if len(texts) > 1:
        raise NoKey(f"{name} has {len(texts)} TXT records, any of which a verifier may use", "Leave only one of them.")
    return read_key(texts[0], name, kind)


def read_key(text: str, name: str, kind: str) -> KeyRecord:
    """Reads a key record; raises NoKey."""
    publish = f"Publish at {name} the record that the mail service names."
    try:
        tags = key_tags(text)
    except ValueError as error:
        raise NoKey(f"the key at {name} cannot be read: {error}", publish) from None
    value = tags.get("p")
    if value == "":
        raise NoKey(f"the key at {name} is revoked: its p= is empty", "Let the mail service sign with a key in use.")
    faults = {
        f"is of another kind: k={tags['k'][:20]}, and the signature needs {kind}": tags["k"] != kind,
        f"does not allow the hash sha256: h={tags.get('h', '')[:20]}": "sha256" not in listed(tags["h"]),
        f"is not for email: s={tags['s'][:20]}": not {"*", "email"} & listed(tags["s"]),
        "has no p=": value is None,
    }
    if wrong := next((what for what, is_so in faults.items() if is_so), ""):
        raise NoKey(f"the key at {name} {wrong}", publish)
    key = _load(value or "", kind)
    if key is None:
        raise NoKey(f"the key at {name} cannot be read: its p= is no {kind} key", publish)
    if isinstance(key, RSAPublicKey) and key.key_size < SHORTEST:
        raise NoKey(
            f"the key at {name} has {key.key_size} bits, and verifiers take {SHORTEST} at least",
            "Have the mail service sign with a key of 2048 bits.",
        )
    flags = listed(tags.get("t", ""))
    return KeyRecord(key, "y" in flags, "s" in flags)


def _load(value: str, kind: str) -> PublicKey | None:
    der = key_der(value)
    try:
        if kind == "ed25519":  # the bare key, without a structure around it (RFC 8463 section 4)
            return Ed25519PublicKey.from_public_bytes(der or b"")
        key = serialization.load_der_public_key(der or b"")
    except (ValueError, UnsupportedAlgorithm):
        return None
    return key if isinstance(key, RSAPublicKey) else None
