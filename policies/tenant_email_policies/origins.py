"""Whether a secret is made of texts that are known, as they are or in one of the forms that programs give them."""

from __future__ import annotations

import base64
import re
from functools import cached_property
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Iterator

_SHORTEST: Final = 8
"""In characters; a shorter text stands in any other by chance."""
_SHORTEST_ENCODED: Final = 12
"""In characters; many a shorter word is base64 as well."""
_SEPARATORS: Final = re.compile(r"""[\s;,:=@&?"'<>|]+""")
"""What stands between the parts of a connection string, a header, a url, or a PEM; none of it is in a key."""


class Origins:
    """The texts of config and environment that a secret may come from.

    A secret that is put together of several parts, as in `endpoint=https://acme.example;accesskey=…`, is judged by its
    longest: the words around a key are the program's own, and the key is what must not be.
    """

    def __init__(self, known: frozenset[str]) -> None:
        self._known = known

    def explain(self, secret: str) -> bool:
        """Returns whether a secret is one of the texts, a part of one, or made of one."""
        return any(self._holds(form) for form in _forms(secret))

    @cached_property
    def _texts(self) -> frozenset[str]:
        """The texts, and what those of them hold that are base64."""
        return frozenset({*self._known, *(inside for text in self._known if (inside := _from_base64(text)))} - {""})

    @cached_property
    def _whole(self) -> frozenset[str]:
        return frozenset(map(_squeezed, self._texts))

    @cached_property
    def _parts(self) -> frozenset[str]:
        return frozenset(part for text in self._texts for part in _split(text) if len(part) >= _SHORTEST)

    def _holds(self, text: str) -> bool:
        if _squeezed(text) in self._whole:
            return True
        longest = max(_split(text), key=len)
        return longest in self._texts or longest in self._parts or any(_is_most(each, longest) for each in self._texts)


def _forms(secret: str) -> Iterator[str]:
    """Yields a secret, and what it was before it was encoded."""
    yield secret
    yield unquote(secret)
    for text in (secret, *secret.split()):
        if inside := _from_base64(text):
            yield inside


def _squeezed(text: str) -> str:
    r"""Returns a text without white space; an environment variable holds a PEM with `\n` for each line break."""
    return "".join(text.replace("\\n", "\n").split())


def _split(text: str) -> list[str]:
    return _SEPARATORS.split(text.replace("\\n", "\n"))


def _is_most(known: str, part: str) -> bool:
    """Returns whether a part of a secret consists of a known text for the most part."""
    return len(known) >= _SHORTEST and 2 * len(known) >= len(part) and known in part


def _from_base64(text: str) -> str | None:
    """Returns the text that a text holds in base64, in either alphabet; None where it holds none."""
    if len(text) < _SHORTEST_ENCODED:
        return None
    try:
        padded = text.translate(str.maketrans("-_", "+/")) + "=" * (-len(text) % 4)
        return base64.b64decode(padded, validate=True).decode()
    except ValueError:
        return None
