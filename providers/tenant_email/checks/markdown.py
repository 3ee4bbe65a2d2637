"""Tells Markdown where a platform mails HTML: it would arrive with its marks, in one paragraph."""

from __future__ import annotations

import re
from typing import Final

_BLOCKS: Final = re.compile(
    r"<(?:!doctype|html|body|head|style|table|tr|td|div|p|h[1-6]|ul|ol|li|section|article|center|span|br|hr|img)\b",
    re.IGNORECASE,
)
_MARKS: Final = re.compile(
    r"^#{1,6} \S"  # a heading
    r"|^ {0,3}(?:[-*+]|\d{1,3}\.) \S"  # a list
    r"|\*\*[^*\n]{1,200}\*\*"  # strong
    r"|\[[^\[\]\n]{1,200}\]\([^()\[\]\s]{1,500}\)",  # a link
    re.MULTILINE,
)


def is_markdown(text: str) -> bool:
    """Returns whether a text has marks of Markdown, and no element of HTML that lays out a page."""
    return not _BLOCKS.search(text) and bool(_MARKS.search(text))
