"""The two ways in which DKIM reads a header and a body before they are signed (RFC 6376 section 3.4)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenant_email.mail_proof.messages import Field

_BLANKS: Final = re.compile(rb"[ \t]+")
_SIGNATURE: Final = re.compile(rb"((?:^|;)[ \t\r\n]*b[ \t\r\n]*=)[^;]*")


def header_field(raw: bytes, *, relaxed: bool) -> bytes:
    """Returns a field as it is signed, without its line end (sections 3.4.1 and 3.4.2)."""
    if not relaxed:
        return raw
    name, _, value = raw.partition(b":")
    unfolded = value.replace(b"\r\n", b"")
    return name.strip(b" \t").lower() + b":" + _BLANKS.sub(b" ", unfolded).strip(b" ")


def body(raw: bytes, *, relaxed: bool) -> bytes:
    """Returns a body as it is signed, before any limit of its length (sections 3.4.3 and 3.4.4)."""
    if relaxed:
        raw = b"\r\n".join(_BLANKS.sub(b" ", line).rstrip(b" ") for line in raw.split(b"\r\n"))
    end = len(raw)
    while raw.endswith(b"\r\n", 0, end):
        end -= 2
    if not end:
        return b"" if relaxed else b"\r\n"
    return raw[:end] + b"\r\n"


def signed_header(fields: Sequence[Field], names: Iterable[str], signature: Field, *, relaxed: bool) -> bytes:
    """Returns what a signature signs of the header: the fields that it names, then itself without its b= (section 3.7).

    A name that comes again stands for the next field of that name from the bottom up, and for nothing when there is
    none (section 5.4.2).
    """
    left: dict[str, list[bytes]] = {}
    for field in fields:
        left.setdefault(field.name, []).append(field.raw)
    chosen = [header_field(stack.pop(), relaxed=relaxed) for name in names if (stack := left.get(name))]
    name, _, value = signature.raw.partition(b":")
    own = header_field(name + b":" + _SIGNATURE.sub(rb"\1", value, count=1), relaxed=relaxed)
    return b"".join(each + b"\r\n" for each in chosen) + own
