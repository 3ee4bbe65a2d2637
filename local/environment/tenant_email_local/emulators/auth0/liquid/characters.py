"""Texts as JavaScript holds them: one character of a `str` is one UTF-16 unit.

Inside this folder every text is in units; only the template's result is in characters again.
"""

from __future__ import annotations

import re
import struct
from typing import Final

_COMMON: Final = "\t\n\x0b\x0c\r \xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
BLANKS: Final = _COMMON + "\u180e"
"""What LiquidJS skips and what its dashes trim."""
SPACES: Final = _COMMON + "\ufeff"
"""What JavaScript's `trim` and `\\s` know."""

BLANK_RUN: Final = re.compile(f"[{BLANKS}]*")
WORD_RUN: Final = re.compile(f"(?:[A-Za-z0-9_?-]|[^\\x00-\\x7f{BLANKS}\u201c\u201d])*")
SPACE_RUN: Final = re.compile(f"[{SPACES}]+")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_ASTRAL: Final = re.compile("[\U00010000-\U0010ffff]")
_CODE_POINT: Final = re.compile("[\ud800-\udbff][\udc00-\udfff]|[\\s\\S]")


def to_units(text: str) -> str:
    """Returns a text in UTF-16 units."""
    if not _ASTRAL.search(text):
        return text
    data = text.encode("utf-16-le", "surrogatepass")
    return "".join(map(chr, struct.unpack(f"<{len(data) // 2}H", data)))


def to_characters(units: str, halves: str = "replace") -> str:
    """Returns units as characters; half a character is U+FFFD, as in UTF-8, or stays (`surrogatepass`)."""
    if not _SURROGATE.search(units):
        return units
    return units.encode("utf-16-le", "surrogatepass").decode("utf-16-le", halves)


def code_points(units: str) -> list[str]:
    """Returns a text's characters, each of one or two units."""
    return _CODE_POINT.findall(units)


def upper(units: str) -> str:
    """Returns a text in capitals, as `toUpperCase` does."""
    return to_units(to_characters(units, "surrogatepass").upper())


def lower(units: str) -> str:
    """Returns a text in small letters, as `toLowerCase` does."""
    return to_units(to_characters(units, "surrogatepass").lower())
