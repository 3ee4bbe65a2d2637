"""Python source of values, as ruff and black leave it: what fits on a line is on one, else each part on its own.

Pure. Whatever a text holds, its literal is valid, on one line, and shows what would be invisible as an escape.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.redaction.visible import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

WIDTH: Final = 88  # columns, the default of both
INDENT: Final = 4
_ESCAPES: Final = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


@dataclass(frozen=True, slots=True)
class Group:
    """Parts between brackets; a part's lead is what stands before its value, such as `host=`."""

    opening: str
    parts: tuple[tuple[str, Source], ...]
    closing: str


Source = str | Group


def literal(value: str | float | bool | None) -> str:
    """Returns the literal of a text, a number, a truth value or None."""
    if isinstance(value, str):
        return text_literal(value)
    if isinstance(value, float):
        return repr(value).replace("e+", "e")
    return repr(value)


def text_literal(text: str) -> str:
    """Returns the literal of a text, in the quotes that need fewer escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    return f"{quote}{''.join(_character(each, quote) for each in text)}{quote}"


def call(name: str, arguments: Sequence[tuple[str, Source]]) -> Group:
    """Returns a call; an argument without a name is one by position."""
    return Group(f"{name}(", tuple((f"{key}=" if key else "", value) for key, value in arguments), ")")


def listing(values: Sequence[Source]) -> Group:
    """Returns a list."""
    return Group("[", tuple(("", value) for value in values), "]")


def mapping(values: Mapping[str, Source]) -> Group:
    """Returns a dictionary."""
    return Group("{", tuple((f"{text_literal(key)}: ", value) for key, value in values.items()), "}")


def one_line(source: Source) -> str:
    """Returns source on one line."""
    if isinstance(source, str):
        return source
    return f"{source.opening}{', '.join(lead + one_line(part) for lead, part in source.parts)}{source.closing}"


def layout(lead: str, source: Source, indent: int = 0, tail: str = "", *, open_up: bool = False) -> str:
    """Returns source behind its lead, broken where it does not fit; `open_up` breaks the outermost in any case.

    Args:
        lead: what stands before it on its line.
        source: what is to be laid out.
        indent: the columns before the line.
        tail: what follows the last line, such as a comma.
        open_up: breaks the outermost group even where it fits.

    """
    whole = f"{' ' * indent}{lead}{one_line(source)}{tail}"
    if isinstance(source, str) or not source.parts or (columns(whole) <= WIDTH and not open_up):
        return whole
    inner = [layout(each, part, indent + INDENT, ",") for each, part in source.parts]
    return "\n".join([f"{' ' * indent}{lead}{source.opening}", *inner, f"{' ' * indent}{source.closing}{tail}"])


def columns(line: str) -> int:
    """Returns how wide a line is: East Asian characters are two columns, and those that are put over another none."""
    return sum(_columns(each) for each in line)


def _columns(character: str) -> int:
    if character.isascii():
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _character(character: str, quote: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character == quote:
        return f"\\{quote}"
    shown = visible(character)
    # Blanks other than the usual one are shown as that one in messages; a literal says which it is.
    return f"\\u{ord(character):04x}" if shown == " " != character else shown
