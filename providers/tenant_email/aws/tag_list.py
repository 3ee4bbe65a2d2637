"""Reads a tag list, the notation of DKIM keys and DMARC records (RFC 6376 section 3.2)."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(r"[A-Za-z][A-Za-z0-9_]*")


def tags(text: str) -> tuple[tuple[str, str], ...]:
    """Returns the tags in their order, whitespace around names and values left out.

    Raises:
        ValueError: it is not a tag list, with the reason; a reader then takes no notice of it at all.
    """
    specs = text.split(";")
    if not specs[-1].strip():
        specs.pop()
    found: dict[str, str] = {}
    for spec in specs:
        name, equals, value = (part.strip() for part in spec.partition("="))
        if not equals or not _TAG.fullmatch(name):
            raise ValueError(f"{spec.strip()[:40]!r} is not a tag")
        if name in found:
            raise ValueError(f"the tag {name} appears twice")
        found[name] = value
    return tuple(found.items())
