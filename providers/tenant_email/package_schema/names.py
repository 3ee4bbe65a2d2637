"""The two spellings of a declared name: camelCase in the schema, snake_case inside; each gives the other.

Only names that the schema declares are spelled anew: the keys of a map, such as headers or tags, are the user's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Container

_CAPITAL: Final = re.compile(r"[A-Z]")


def camel(name: str) -> str:
    """Returns a name as the schema has it: `from_address` is `fromAddress`."""
    first, *rest = name.split("_")
    return first + "".join(word[:1].upper() + word[1:] for word in rest)


def declared_as(name: str, declared: Container[str]) -> str:
    """Returns a name as the schema has it where that is among the declared ones; else it is the user's, and stays."""
    return written if (written := camel(name)) in declared else name


def snake(name: str) -> str:
    """Returns a name as Python has it: `fromAddress` is `from_address`."""
    return _CAPITAL.sub(lambda found: f"_{found[0].lower()}", name)


def pascal(name: str) -> str:
    """Returns a name as that of a type: `smtp_oauth2_key` is `SmtpOauth2Key`."""
    return "".join(word[:1].upper() + word[1:] for word in name.split("_"))
