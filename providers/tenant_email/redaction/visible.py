r"""Makes text harmless to show: what would steer a terminal, or fake a line, becomes visible (`\x1b`)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ITEM: Final = "\n  - "
"""The one line break that a message of ours has: before an item of a list."""

LONGEST_LINE: Final = 2000
"""Characters of a line of ours: more is no message, but a value that got into one."""

_STEERING: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})  # of the Unicode general categories
_INVISIBLE: Final = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180e\u180f\u2800\u3164\uffa0")
_UNSEEN: Final = frozenset({"Cc", "Cf", "Zl", "Zp"})
_WRITTEN: Final = frozenset("\t\n\r\u200c\u200d")
"""What is not seen and yet written on purpose: lines, and what joins letters and emoji."""
_SHORT: Final = {"\n": r"\n", "\r": r"\r", "\t": r"\t"}
_LONGEST_WORD: Final = 200
_LONG_WORD: Final = re.compile(rf"\S{{{_LONGEST_WORD + 1},}}")
_LINE_END: Final = re.compile(r"[ \t]*\r?\n\s*")


def visible(text: str) -> str:
    """Returns text on one line, with nothing in it that a terminal obeys or that cannot be seen."""
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return text
    return "".join(map(_visible, text))


def find_unseen(text: str) -> str:
    """Returns the first character of a text that nobody sees, as `visible` writes it; empty where there is none.

    Such a one comes with what is copied or read, a byte order mark above all, and makes another word of a password.
    """
    if text.isprintable() and _INVISIBLE.isdisjoint(text):
        return ""
    unseen = (each for each in text if unicodedata.category(each) in _UNSEEN or each in _INVISIBLE)
    return next((_visible(each) for each in unseen if each not in _WRITTEN), "")


def unseen_in(text: str) -> str:
    """Returns what is wrong with a text that has a character nobody sees, in words; empty where it has none."""
    unseen = find_unseen(text)
    return f"holds a character that nobody sees ({unseen})" if unseen else ""


def one_line(text: str) -> str:
    """Returns `visible` text with its lines' ends and indents as one sign each, and no runs of blanks."""
    return " ".join(visible(_LINE_END.sub("\n", text.strip())).split())


def lines(text: str) -> str:
    """Returns `visible` text that keeps the items of a list, as our own messages have them; each line is cut."""
    return ITEM.join(cut(visible(part), LONGEST_LINE) for part in text.split(ITEM))


def cut(text: str, longest: int) -> str:
    """Returns a string of at most so many characters; a sign says that something is left out."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def cut_words(text: str) -> str:
    """Returns a string with every word of it cut: no word of ours is so long, but a value that is quoted may be."""
    return _LONG_WORD.sub(lambda word: cut(word[0], _LONGEST_WORD), text)


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Zs":
        return " "
    if category not in _STEERING and character not in _INVISIBLE:
        return character
    code = ord(character)
    return _SHORT.get(character) or (
        f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"  # noqa: PLR2004
    )
