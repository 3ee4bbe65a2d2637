"""Host names: what is one, and how DNS has it."""

from __future__ import annotations

import ipaddress
import re
from typing import Final

_LABEL: Final = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
_LONGEST: Final = 253  # RFC 1035


def is_host(value: str) -> bool:
    """Returns whether this is a host name or an IP address."""
    if len(value) > _LONGEST:
        return False
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return all(_LABEL.fullmatch(label) for label in value.removesuffix(".").split("."))
    return True


def ascii_host(value: str) -> str:
    """Returns a host name as DNS has it, `xn--mller-kva.example` for `müller.example`; empty when it is none."""
    if value.isascii() or len(value) > _LONGEST:
        return value if is_host(value) else ""
    import idna  # noqa: PLC0415 - its tables are large, and few hosts need them

    try:
        return idna.encode(value, uts46=True).decode()
    except (idna.IDNAError, UnicodeError):
        return ""
