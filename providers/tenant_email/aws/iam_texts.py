"""How IAM reads the texts of a policy: patterns, and an element that is a text or a list of them."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tenant_email.json_types import is_sequence

if TYPE_CHECKING:
    from tenant_email.json_types import Json


def texts(value: Json) -> list[str]:
    """Returns the texts of an element; what is neither a text nor a list of some says nothing."""
    return [each for each in (value if is_sequence(value) else [value]) if isinstance(each, str)]


def like(text: str, pattern: str) -> bool:
    """Returns whether a pattern matches a text: `*` and `?` stand for anything, colons among it."""
    # fnmatch's `[` means something of its own, and IAM's does not
    return fnmatchcase(text, pattern.replace("[", "[[]"))
