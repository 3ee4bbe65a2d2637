"""Mails as a receiver has them, signed with any tags, and the DNS that goes with them."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import dataclass, field, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Final

import dkim
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

if TYPE_CHECKING:
    from collections.abc import Sequence

DOMAIN: Final = "acme.example"
SERVER: Final = "54.240.8.1"
RECEIVER: Final = "mx.customer.example"
NOW: Final = 1_795_000_000.0
"""When the mail arrives: 2026-11-18, in seconds since 1970."""
_DATE: Final = "Wed, 18 Nov 2026 11:06:40 +0000"

Zone = dict[tuple[str, str], list[str]]

HEADER: Final = (
    b"From: Acme <no-reply@acme.example>\r\nTo: Ada <ada@customer.example>\r\nSubject: Your code\r\n"
    b"Date: " + _DATE.encode() + b"\r\nMessage-ID: <1@acme.example>\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: text/plain; charset=utf-8\r\n"
)
BODY: Final = b"Hello Ada,\r\n\r\nyour code is 424242.\r\nhttps://acme.example/verify?ticket=canary-ticket\r\n"
TRACE: Final = (
    f"Return-Path: <0102@bounce.acme.example>\r\n"
    f"Received: from a8-1.smtp-out.example (a8-1.smtp-out.example [{SERVER}])\r\n"
    f"\tby {RECEIVER} (Postfix) with ESMTPS id 4X\r\n\tfor <ada@customer.example>; {_DATE}\r\n"
).encode()


@cache
def key() -> RSAPrivateKey:
    """Returns the key of the domain, made once a process."""
    return generate_private_key(65537, 2048)


def key_text(private: RSAPrivateKey) -> str:
    """Returns the p= of a key."""
    return base64.b64encode(private.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).decode()


def zone() -> Zone:
    """Returns what DNS holds for a domain that is set up well."""
    return {
        (f"mail._domainkey.{DOMAIN}", "TXT"): [f"v=DKIM1; k=rsa; p={key_text(key())}"],
        (f"bounce.{DOMAIN}", "TXT"): ["v=spf1 include:amazonses.com -all"],
        ("amazonses.com", "TXT"): ["v=spf1 ip4:54.240.0.0/18 -all"],
        (f"_dmarc.{DOMAIN}", "TXT"): ["v=DMARC1; p=reject; adkim=r; aspf=r"],
        ("1.8.240.54.in-addr.arpa", "PTR"): ["a8-1.smtp-out.example"],
        ("a8-1.smtp-out.example", "A"): [SERVER],
    }


@dataclass(frozen=True)
class Signing:
    """How a mail is signed: with these tags, by this key; `changes` take part in place of the usual tags."""

    changes: dict[str, str] = field(default_factory=dict[str, str])
    private: RSAPrivateKey = field(default_factory=key)

    def with_tags(self, **changes: str) -> Signing:
        """Returns the same with other tags; an empty one is left out."""
        return replace(self, changes={**self.changes, **changes})

    def sign(self, header: bytes, body: bytes) -> bytes:
        """Returns the field that signs a mail, in the way of c=, or relaxed/simple."""
        tags = {
            "v": "1",
            "a": "rsa-sha256",
            "c": "relaxed/simple",
            "d": DOMAIN,
            "s": "mail",
            "h": "from:to:subject:date:message-id:mime-version:content-type",
            **self.changes,
        }
        tags = {name: value for name, value in tags.items() if value}
        header_way, body_way = tags["c"].split("/")
        signed = _body(body, body_way)[: int(tags.get("l", len(body) + 2))]
        tags["bh"] = self.changes.get("bh") or base64.b64encode(hashlib.sha256(signed).digest()).decode()
        own = "DKIM-Signature: " + "; ".join(f"{name}={value}" for name, value in tags.items()) + "; b="
        fields = re.split(rb"\r\n(?![ \t])", header.removesuffix(b"\r\n"))
        hashed = b"".join(_field(each, header_way) + b"\r\n" for each in _chosen(fields, tags["h"].split(":")))
        signature = self.private.sign(hashed + _field(own.encode(), header_way), PKCS1v15(), SHA256())
        return f"{own}{base64.b64encode(signature).decode()}\r\n".encode()


def mail(
    signings: Sequence[Signing] = (Signing(),), header: bytes = HEADER, body: bytes = BODY, trace: bytes = TRACE
) -> bytes:
    """Returns a mail as it arrived."""
    return trace + b"".join(each.sign(header, body) for each in signings) + header + b"\r\n" + body


def dkimpy_says(raw: bytes, found: Zone, index: int = 0) -> bool:
    """Returns whether dkimpy takes a signature of a mail."""

    def text(name: bytes, **_: object) -> bytes | None:
        values = found.get((name.decode().removesuffix(".").lower(), "TXT"), [])
        return values[0].encode() if values else None

    verifier: Any = dkim.DKIM(raw)
    try:
        return bool(verifier.verify(index, dnsfunc=text))
    except dkim.DKIMException:
        return False


def _chosen(fields: list[bytes], names: list[str]) -> list[bytes]:
    left = list(fields)
    chosen = list[bytes]()
    for name in names:
        at = next((i for i in range(len(left) - 1, -1, -1) if left[i].lower().startswith(f"{name}:".encode())), None)
        if at is not None:
            chosen.append(left.pop(at))
    return chosen


def _field(raw: bytes, way: str) -> bytes:
    if way == "simple":
        return raw
    name, _, value = raw.partition(b":")
    return name.lower() + b":" + b" ".join(value.split())


def _body(raw: bytes, way: str) -> bytes:
    if way == "relaxed":
        raw = re.sub(rb"[ \t]+", b" ", raw)
        raw = re.sub(rb" (?=\r\n|\Z)", b"", raw)
    return re.sub(rb"(\r\n)*\Z", b"", raw, count=1) + b"\r\n"
