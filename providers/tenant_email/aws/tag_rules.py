"""What AWS takes as a tag: IAM's rules, which are the narrowest (API references of IAM and of SES v2, Tag)."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Final

from tenant_email.aws.own_tags import own_tags
from tenant_email.errors import Problem

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OWN: Final = own_tags("", "").keys()
_MOST: Final = 50 - len(_OWN)  # of an identity, which has those of this package too
_LONGEST_NAME: Final = 128
_LONGEST_VALUE: Final = 256
_LONGEST_SHOWN: Final = 80  # characters of a name that is wrong
_RESERVED: Final = "aws:"
_MARKS: Final = frozenset("_.:/=+-@")
_KINDS: Final = "LZN"  # of Unicode: letters, separators, numbers


def tags_problems(tags: Mapping[str, object]) -> Iterator[Problem]:
    """Yields what keeps an identity from having tags; a value that is known later passes."""
    for name, value in tags.items():
        if name in _OWN:
            remedy = f"Choose a name other than {name}."
            yield Problem(f"tags.{name}", "is a tag that this package writes", remedy)
        elif what := tag_problem(name, value):
            yield Problem(f"tags.{name}"[:_LONGEST_SHOWN], what, "Choose another one.")
    if len(tags) > _MOST:
        yield Problem("tags", f"has {len(tags)} tags", f"Use at most {_MOST}.")


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
