"""Domain names, compared as DNS does."""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import AfterValidator

_LONGEST: Final = 1000
"""In characters; no name that long becomes one of DNS's."""
_NAME: Final = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?\.)+[a-z0-9-]+")


def normalized(domain: str) -> str:
    """Returns a domain in lower case and A-labels, without a final dot; what is no domain comes back in lower case."""
    name = domain.strip().rstrip(".").lower()
    if name.isascii() or len(name) > _LONGEST:
        return name
    import idna  # noqa: PLC0415 - its tables are large

    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return name


def is_within(domain: str, parent: str) -> bool:
    """Returns whether a domain is this one or below it; an identity of SES holds for what is below it too."""
    return bool(parent) and (domain == parent or domain.endswith(f".{parent}"))


def _domain(text: str) -> str:
    if not _NAME.fullmatch(name := normalized(text)):
        raise ValueError("is no domain; write it as in acme.com, which holds for its subdomains too")
    return name


Domain = Annotated[str, AfterValidator(_domain)]
"""A domain in a config."""
