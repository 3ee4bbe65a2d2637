"""Verifies the DKIM signatures of a mail with the keys that this machine's DNS holds.

Source: RFC 6376 sections 3.2 (tags), 3.4 (canonicalization), 3.7 (what is hashed), 6.1 (verification); RFC 8463 is not
used by anything here. It is written apart from what signs (`aws.dkim_signature`).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from typing import TYPE_CHECKING, Final

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_der_public_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    KeyText = Callable[[str], str | None]

_MOST: Final = 8
_REQUIRED: Final = ("a", "b", "bh", "d", "h", "s")
_SIGNATURE: Final = re.compile(rb"((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*")


def results(mail: bytes, key_text: KeyText) -> list[dict[str, str]]:
    """Returns each signature's `domain`, `selector`, `result` (pass, fail, permerror) and `reason`, the first on top.

    `key_text` returns the TXT record of a name, None where there is none.
    """
    head, _, body = re.sub(rb"\r?\n", b"\r\n", mail).partition(b"\r\n\r\n")
    fields = [
        (name, value)
        for name, colon, value in (each.partition(b":") for each in re.split(rb"\r\n(?![ \t])", head))
        if colon
    ]
    signatures = [(name, value) for name, value in fields if name.strip().lower() == b"dkim-signature"]
    return [_result(name, value, fields, body, key_text) for name, value in signatures[:_MOST]]


def _result(
    name: bytes, value: bytes, fields: Sequence[tuple[bytes, bytes]], body: bytes, key_text: KeyText
) -> dict[str, str]:
    tags = _tags(value.decode(errors="replace"))
    problem = _problem(tags) or _body_problem(tags, body)
    key = None if problem else _key_of(tags, key_text)
    if isinstance(key, str):
        problem = "permerror", key
    elif key:
        problem = _signature_problem(key, tags, _signed(tags, name, value, fields))
    result, reason = problem or ("pass", "body and headers are as they were signed")
    return {"domain": tags.get("d", ""), "selector": tags.get("s", ""), "result": result, "reason": reason}


def _problem(tags: Mapping[str, str]) -> tuple[str, str] | None:
    if missing := [tag for tag in _REQUIRED if not tags.get(tag)]:
        return "permerror", f"the signature has no {missing[0]}="
    return ("permerror", f"{tags['a']} is not verified here") if tags["a"].lower() != "rsa-sha256" else None


def _body_problem(tags: Mapping[str, str], body: bytes) -> tuple[str, str] | None:
    hashed = _relaxed_body(body) if tags.get("c", "").partition("/")[2] == "relaxed" else _simple_body(body)
    if tags.get("l", "").isdecimal():
        hashed = hashed[: int(tags["l"])]
    is_same = base64.b64encode(hashlib.sha256(hashed).digest()).decode() == tags["bh"]
    return None if is_same else ("fail", "the body is not what was signed")


def _key_of(tags: Mapping[str, str], key_text: KeyText) -> RSAPublicKey | str:
    """Returns the key, or why there is none."""
    place = f"{tags['s']}._domainkey.{tags['d']}"
    record = key_text(place)
    if record is None:
        return f"there is no key at {place}"
    return _public_key(_tags(record).get("p", "")) or f"what is at {place} is no RSA key"


def _signature_problem(key: RSAPublicKey, tags: Mapping[str, str], signed: bytes) -> tuple[str, str] | None:
    try:
        key.verify(base64.b64decode(tags["b"]), signed, PKCS1v15(), SHA256())
    except (InvalidSignature, binascii.Error):
        return "fail", "the signature is of other headers, or by another key"
    return None


def _signed(tags: Mapping[str, str], name: bytes, value: bytes, fields: Sequence[tuple[bytes, bytes]]) -> bytes:
    way = tags.get("c", "simple").partition("/")[0]
    own = _field(name, _SIGNATURE.sub(rb"\1", value), way)
    return _signed_fields(tags["h"], fields, way) + own.removesuffix(b"\r\n")


def _signed_fields(names: str, fields: Sequence[tuple[bytes, bytes]], way: str) -> bytes:
    """Returns the fields in the order they are named; of one that is there several times, the last comes first."""
    left = list(fields)
    found = list[bytes]()
    for wanted in (each.strip().lower().encode() for each in names.split(":")):
        at = next((at for at in reversed(range(len(left))) if left[at][0].strip().lower() == wanted), None)
        if at is not None:
            found.append(_field(*left.pop(at), way))
    return b"".join(found)


def _field(name: bytes, value: bytes, way: str) -> bytes:
    if way != "relaxed":
        return name + b":" + value + b"\r\n"
    return name.strip().lower() + b":" + re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b"")).strip() + b"\r\n"


def _simple_body(body: bytes) -> bytes:
    return re.sub(rb"(?:\r\n)+\Z", b"", body) + b"\r\n"


def _relaxed_body(body: bytes) -> bytes:
    lines = [re.sub(rb"[ \t]+", b" ", line).rstrip(b" ") for line in body.split(b"\r\n")]
    while lines and not lines[-1]:
        lines.pop()
    return b"".join(line + b"\r\n" for line in lines)


def _tags(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split(";"))
    return {name.strip(): re.sub(r"\s+", "", value) for name, _, value in pairs if name.strip()}


def _public_key(text: str) -> RSAPublicKey | None:
    try:
        key = load_der_public_key(base64.b64decode(text))
    except ValueError:
        return None
    return key if isinstance(key, RSAPublicKey) else None
