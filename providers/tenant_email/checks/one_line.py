"""Tells a line break in what becomes a header of a mail; within a tag of Liquid or Handlebars it is none."""

from __future__ import annotations

import re
from typing import Final

_MARKS: Final = re.compile(r"(\{\{[-~]?|\{%-?|[-~]?\}\}|-?%\})")
_TRIMS: Final = "-~"
"""Beside a tag they take away the white space before or after it."""

LINE_BREAK: Final = "has a line break, which would end the header or be mailed as a blank; write it in one line."


def breaks_line(text: str) -> bool:
    """Returns whether a text has a line break that is left when its tags are filled in."""
    if "\n" not in text and "\r" not in text:
        return False
    outside, is_inside, is_trimmed = "", False, False
    for part in _MARKS.split(text):
        if _MARKS.fullmatch(part):
            is_inside, is_trimmed = part.startswith("{"), part[0] in _TRIMS
            if is_inside and part[-1] in _TRIMS:
                outside = outside.rstrip()
        elif not is_inside:
            outside += part.lstrip() if is_trimmed else part
    return "\n" in outside or "\r" in outside
