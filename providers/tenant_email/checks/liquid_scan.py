"""A look at a Liquid text before the parser gets it, in one pass: what would keep the parser busy without end.

The parser searches the rest of the text for the end of each tag, and parses anew for each tag that it does not know.
A mail of a few thousand tags is none that someone wrote, so what is refused here is broken or hostile.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from liquid.exceptions import LiquidError

MOST: Final = 1000  # tags and outputs in a text
LONGEST: Final = 4000  # characters between the braces of one
MOST_INSIDE: Final = 20_000  # characters between all braces
MOST_BRACKETS: Final = 40  # in one; the parser takes the cube of their nesting
_OPENING: Final = re.compile(r"\{[{%]")
_NAME: Final = re.compile(r"\{%-?\s*(#|\w+)")
_VERBATIM: Final = {name: re.compile(rf"\{{%-?\s*end{name}\s*-?%\}}") for name in ("raw", "doc")}


class Unreadable(LiquidError):
    """Raised where a text ends to be one that the parser can read."""

    def __init__(self, index: int, what: str) -> None:
        self.index, self.what = index, what
        super().__init__(what, token=None)


@dataclass(frozen=True, slots=True)
class Scan:
    """What one pass found: the names of all tags."""

    tags: frozenset[str]


def scan(text: str) -> Scan:
    """Returns the names of a text's tags; raises Unreadable."""
    tags: set[str] = set()
    position = count = inside = 0
    while opening := _OPENING.search(text, position):
        start, count = opening.start(), count + 1
        if count > MOST:
            raise Unreadable(start, f"more than {MOST} tags and outputs")
        end = _end(text, start)
        inside += end - start
        if inside > MOST_INSIDE:
            raise Unreadable(start, f"more than {MOST_INSIDE} characters between all braces")
        if opening[0] == "{%" and (name := _NAME.match(text, start, end)):
            tags.add(name[1])
            if name[1] in _VERBATIM:
                end = _end_of_verbatim(text, start, end, name[1])
        position = end
    return Scan(frozenset(tags))


def _end(text: str, start: int) -> int:
    closing = "}}" if text[start + 1] == "{" else "%}"
    end = text.find(closing, start + 2)
    if end < 0:
        raise Unreadable(start, f"expected '{closing}', found end of file")
    if end - start > LONGEST:
        raise Unreadable(start, f"more than {LONGEST} characters between braces")
    if text.count("[", start, end) > MOST_BRACKETS:
        raise Unreadable(start, f"more than {MOST_BRACKETS} brackets between braces")
    return end + 2


def _end_of_verbatim(text: str, start: int, end: int, name: str) -> int:
    found = _VERBATIM[name].search(text, end)
    if found is None:
        raise Unreadable(start, f"expected tag end{name}, found end of file")
    return found.end()
