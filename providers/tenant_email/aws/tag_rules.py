"""What AWS takes as a tag: IAM's rules, which are the narrowest (API references of IAM and of SES v2, Tag)."""

from __future__ import annotations

import unicodedata
from typing import Final

_LONGEST_NAME: Final = 128
_LONGEST_VALUE: Final = 256
_RESERVED: Final = "aws:"
_MARKS: Final = frozenset("_.:/=+-@")
_KINDS: Final = "LZN"  # of Unicode: letters, separators, numbers


def tag_problem(name: object, value: object) -> str:
    """Returns why AWS refuses a tag; nothing where it does not, or where the value is known later."""
    if not isinstance(name, str):
        return f"has a {type(name).__name__} for a name"
    if not 1 <= len(name) <= _LONGEST_NAME:
        return f"has a name of {len(name)} characters, and AWS takes 1 to {_LONGEST_NAME}"
    if name.lower().startswith(_RESERVED):
        return f"begins with {_RESERVED}, which is reserved for AWS"
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        return f"has a value of {len(value)} characters, and AWS takes {_LONGEST_VALUE}"
    for what, text in (("name", name), ("value", value)):
        odd = [each for each in text if _is_odd(each)] if isinstance(text, str) else []
        if odd:
            return f"has {odd[0]!r} in its {what}: AWS takes letters, digits, spaces and _.:/=+-@"
    return ""


def _is_odd(character: str) -> bool:
    return character not in _MARKS and unicodedata.category(character)[0] not in _KINDS
