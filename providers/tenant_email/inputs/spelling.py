"""What a misspelled word was meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

_LONGEST_WORD: Final = 100  # the search for a like word takes the square of its length


def nearest(word: str, choices: Iterable[str]) -> str:
    """Returns `Did you mean x?` for a misspelled word, else an empty text; a very long one is no misspelling."""
    from difflib import get_close_matches  # noqa: PLC0415 - only something wrong needs it

    close = get_close_matches(word, list(choices), n=1) if len(word) <= _LONGEST_WORD else []
    return f"Did you mean {close[0]}?" if close else ""


def one_of(word: str, choices: Iterable[str]) -> str:
    """Returns what to do about a word that is none of these: the nearest of them, or all."""
    known = list(choices)
    return nearest(word, known) or f"Use one of: {', '.join(known)}."
