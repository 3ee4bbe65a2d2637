r"""Makes text harmless to show: what would steer a terminal, or cannot be seen, becomes visible (`\x1b`)."""

from __future__ import annotations

import unicodedata
from typing import Final

_STEERING: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # of the Unicode general categories
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0")
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_SPACES: Final = "Zs"
_ONE_BYTE: Final = 0x100
_TWO_BYTES: Final = 0x10000


def visible(text: str) -> str:
    """Returns text on one line, with nothing in it that a terminal obeys or that cannot be seen."""
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return text
    return "".join(map(_visible, text))


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == _SPACES:
        return " "
    if category not in _STEERING and character not in _INVISIBLE:
        return character
    code = ord(character)
    if short := _SHORT.get(character):
        return short
    return f"\\x{code:02x}" if code < _ONE_BYTE else f"\\u{code:04x}" if code < _TWO_BYTES else f"\\U{code:08x}"
