"""Signs an email with DKIM as SES does: rsa-sha256, relaxed headers and simple body, the newest signature on top.

Source: RFC 6376 sections 3.4 (canonicalization), 3.5 (tags), 3.7 (what is hashed) and 5.4 (which fields); the tags and
their order are those of mail that SES delivered. It shares nothing with what verifies it in the tests.
"""

import base64
import hashlib
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

SIGNED = (
    b"from",
    b"reply-to",
    b"to",
    b"cc",
    b"subject",
    b"date",
    b"message-id",
    b"in-reply-to",
    b"references",
    b"mime-version",
    b"content-type",
    b"content-transfer-encoding",
    b"list-unsubscribe",
    b"list-unsubscribe-post",
    b"feedback-id",
)
LINE = 72


@dataclass(frozen=True, repr=False)
class Signer:
    """Who signs: the domain, the selector below which its key is published, and the private key."""

    domain: str
    selector: str
    key: RSAPrivateKey


def sign(mail: bytes, signers: Sequence[Signer]) -> bytes:
    """Returns the mail, its lines ended by CR LF, with a signature of each signer, the first one on top."""
    whole = re.sub(rb"\r?\n", b"\r\n", mail)
    head, _, body = whole.partition(b"\r\n\r\n")
    fields = list(_fields(head + b"\r\n"))
    return b"".join(_signature(signer, fields, body) for signer in signers) + whole


def _signature(signer: Signer, fields: list[tuple[bytes, bytes]], body: bytes) -> bytes:
    present = [name for name in SIGNED if any(field.lower() == name for field, _ in fields)]
    body_hash = base64.b64encode(hashlib.sha256(_simple_body(body)).digest()).decode()
    value = (
        f" v=1; a=rsa-sha256; q=dns/txt; c=relaxed/simple;\r\n\ts={signer.selector}; d={signer.domain};"
        f" t={int(time.time())};\r\n\th={':'.join(name.decode() for name in present)};\r\n\tbh={body_hash};\r\n\tb="
    )
    # of a field that is there twice, the last one is signed
    last = {field.lower(): text for field, text in fields}
    hashed = b"".join(_relax(name, last[name]) for name in present)
    hashed += _relax(b"dkim-signature", value.encode()).removesuffix(b"\r\n")
    signature = base64.b64encode(signer.key.sign(hashed, PKCS1v15(), SHA256())).decode()
    folded = "\r\n\t ".join(signature[start : start + LINE] for start in range(0, len(signature), LINE))
    return f"DKIM-Signature:{value}{folded}\r\n".encode()


def _fields(head: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yields the header fields with their folded values."""
    for field in re.split(rb"\r\n(?![ \t])", head):
        name, colon, value = field.partition(b":")
        if colon:
            yield name.strip(), value


def _relax(name: bytes, value: bytes) -> bytes:
    unfolded = re.sub(rb"[ \t]+", b" ", value.replace(b"\r\n", b""))
    return name.lower() + b":" + unfolded.strip(b" ") + b"\r\n"


def _simple_body(body: bytes) -> bytes:
    return re.sub(rb"(\r\n)*\Z", b"", body) + b"\r\n"
