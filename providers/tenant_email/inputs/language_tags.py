"""Language tags as BCP 47 has them (RFC 5646): what is one, and how its letters are spelled."""

from __future__ import annotations

import re
from typing import Final

_TAG: Final = re.compile(
    r"[a-z]{2,3}(-[a-z]{3}){0,3}"  # a language; longer ones are reserved (RFC 5646 section 2.2.1)
    r"(-[a-z]{4})?(-([a-z]{2}|[0-9]{3}))?"  # script, region
    r"(-([a-z0-9]{5,8}|[0-9][a-z0-9]{3}))*"  # variants
    r"(-[a-wy-z0-9](-[a-z0-9]{2,8})+)*(-x(-[a-z0-9]{1,8})+)?"  # extensions, private use
)
_LONGEST: Final = 100  # letters; a longer text is none, and is not looked at
_SCRIPT: Final = 4
_REGION: Final = 2


def canonical(text: str) -> str | None:
    """Returns a tag in its one spelling, such as pt-BR for `pt_br`; None for what is none (RFC 5646 section 2.1.1)."""
    lower = text.replace("_", "-").lower()
    if len(lower) > _LONGEST or not _TAG.fullmatch(lower):
        return None
    first, *rest = lower.split("-")
    spelled, extended = [first], False
    for part in rest:
        extended = extended or len(part) == 1  # what follows a single letter stays as it is
        if not extended and len(part) == _REGION:
            spelled.append(part.upper())
        elif not extended and len(part) == _SCRIPT and part.isalpha():
            spelled.append(part.title())
        else:
            spelled.append(part)
    return "-".join(spelled)
