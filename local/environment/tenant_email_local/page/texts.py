"""Text of others as the page shows it: nothing in it that is unseen, or turns what stands beside it around."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)


def harmless(text: str) -> str:
    r"""Returns a text with control and direction characters as escapes (`\u202e`); lines and tabs stay."""
    return _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", text.replace("\r\n", "\n"))


def on_one_line(text: str) -> str:
    """Returns the same on one line."""
    return harmless(" ".join(text.split()))
