"""Secrets that cannot be shown by accident.

Every secret that enters the process is registered, so that `scrub` can take it out of text that others wrote:
an API that echoes the request in its error message must not put a password on the console.
"""

from __future__ import annotations

from typing import Final

MASK: Final = "***"
_SHORTEST: Final = 4  # scrubbing shorter values would mangle ordinary words

_known: set[str] = set()


class Secret:
    """Holds a secret text; only `reveal` gives it out."""

    __slots__ = ("_value",)

    def __init__(self, value: str) -> None:
        self._value = value
        register(value)

    def reveal(self) -> str:
        """Returns the text, for the one call that sends it."""
        return self._value

    def __repr__(self) -> str:
        return MASK

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self._value == other._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __bool__(self) -> bool:
        return bool(self._value)


def register(value: str) -> None:
    """Makes `scrub` replace this text from now on; its lines too, for keys that span several."""
    for part in (value, *value.splitlines()):
        if len(part) >= _SHORTEST:
            _known.add(part)


def scrub(text: str) -> str:
    """Returns the text with every registered secret replaced, longest first."""
    for value in sorted(_known, key=len, reverse=True):
        text = text.replace(value, MASK)
    return text
