"""Messages of the lifecycles, in the schema's names: what is told of `from_address` is told of `fromAddress`.

Pulumi's options too: most languages call them so.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from pulumi import ResourceOptions

from tenant_email.package_schema import load
from tenant_email.package_schema.names import camel, snake

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.json_types import PropsView

_WORD: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)+")


def in_schema_words(message: str) -> str:
    """Returns a message with every name of an input, an output or an option as the schema has it."""
    return _WORD.sub(lambda match: camel(match[0]) if match[0] in names() else match[0], message)


@cache
def names() -> frozenset[str]:
    """Returns the names, as the lifecycles write them, that the schema writes otherwise."""
    return frozenset(written for name in _declared() if (written := snake(name)) != name).union(vars(ResourceOptions()))


def _declared() -> Iterator[str]:
    described: list[PropsView] = [*load()["resources"].values(), *load()["types"].values(), load()["provider"]]
    for each in described:
        for kind in ("properties", "inputProperties"):
            yield from each.get(kind, {})
