"""What a stack of a fleet is called in Kubernetes. Pure."""

from __future__ import annotations

import re
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST: Final = 42
"""Characters of a Stack's name: the operator appends `-workspace` for its StatefulSet, and Kubernetes the eleven of a
revision for a label of the pods, which has 63 at most."""
_DIGITS: Final = 8
_UNFIT: Final = re.compile(r"[^a-z0-9-]+")
_PLAIN: Final = re.compile(r"[a-z]")  # the operator's Service has the name too, and must begin with a letter
_MADE: Final = re.compile(rf"-[0-9a-f]{{{_DIGITS}}}$")  # as those end that get digits


def object_names(stacks: Iterable[str]) -> dict[str, str]:
    """Returns the name of each stack's object: a label of RFC 1035, the same in every run, and no two alike.

    A stack whose name is a label already keeps it. Any other gets digits of its own, so that it can never be taken for
    another's.
    """
    return {stack: _label(stack) for stack in stacks}


def _label(stack: str) -> str:
    plain = _UNFIT.sub("-", stack.lower()).strip("-")
    if plain == stack and _PLAIN.match(plain) and not _MADE.search(plain) and len(plain) <= LONGEST:
        return plain
    digits = sha256(stack.encode()).hexdigest()[:_DIGITS]
    begun = plain if _PLAIN.match(plain) else f"t-{plain}".rstrip("-")
    return f"{begun[: LONGEST - _DIGITS - 1].rstrip('-')}-{digits}"
