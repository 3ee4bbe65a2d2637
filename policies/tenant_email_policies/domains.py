"""Domain names, compared as DNS does."""

from __future__ import annotations


def normalized(domain: str) -> str:
    """Returns a domain in lower case and ASCII, without a final dot; what is no domain comes back in lower case."""
    name = domain.strip().rstrip(".").lower()
    try:
        return name.encode("idna").decode()
    except UnicodeError:
        return name


def is_within(domain: str, parent: str) -> bool:
    """Returns whether a domain is this one or below it; an identity of SES holds for what is below it too."""
    return bool(parent) and (domain == parent or domain.endswith(f".{parent}"))
