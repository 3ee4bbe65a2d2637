"""Judges a DKIM key record as a verifier does that got a mail from SES (RFC 6376 sections 3.6.1 and 6.1.2).

SES signs with `rsa-sha256` for the service `email`.
"""

from __future__ import annotations

import base64
import binascii
from typing import Final

from tenant_email.aws.tag_list import tags

_DEFAULTS: Final = {"k": "rsa", "s": "*", "h": "sha256"}


def key_problem(text: str, desired: str) -> str:
    """Returns why a verifier does not take this record for the wanted one, in words; nothing when it does.

    `desired` is the record that SES's signature needs, such as `p=MIIB…`.
    """
    try:
        found = key_tags(text)
    except ValueError as error:
        return str(error)
    if found["k"] != "rsa":
        return f"k={found['k'][:20]} is not the kind of key that SES signs with"
    if not {"*", "email"} & listed(found["s"]):
        return f"s={found['s'][:20]} is not for email"
    if "sha256" not in listed(found["h"]):
        return f"h={found['h'][:20]} does not allow the sha256 that SES signs with"
    return _other_key(found.get("p"), dict(tags(desired))["p"])


def key_tags(text: str) -> dict[str, str]:
    """Returns the tags of a key record, those that may be omitted with their defaults; ValueError when it is none."""
    found = dict(named := tags(text))
    if "v" in found and (named[0][0] != "v" or found["v"] != "DKIM1"):
        raise ValueError("v= must come first and be DKIM1, or be omitted")
    return _DEFAULTS | found


def _other_key(found: str | None, desired: str) -> str:
    if found is None:
        return "p= is missing"
    if not found:
        return "an empty p= revokes the key"
    if key_der(found) is None:
        return "p= is not base64"
    return "" if _number(found) == _number(desired) else "p= holds a different key"


def _number(value: str) -> object:
    """Returns what makes two keys the same: both forms of an RSA key that RFC 6376 allows hold one modulus."""
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415 - slow to load, and needed only for a key
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - the same
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415 - the same

    der = key_der(value)
    try:
        key = serialization.load_der_public_key(der or b"")
    except (ValueError, UnsupportedAlgorithm):
        return der
    return key.public_numbers() if isinstance(key, rsa.RSAPublicKey) else der


def key_der(value: str) -> bytes | None:
    """Returns the bytes of a p= tag; None when they are not base64."""
    try:
        return base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return None


def listed(value: str) -> set[str]:
    """Returns the items of a tag that is a list with colons."""
    return {item.strip().lower() for item in value.split(":")}
