"""The query language of GET /api/v2/logs: the part of Lucene's that Auth0 documents for tenant logs.

Source: docs/contracts/auth0.md#logs.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any, Final

Entry = Mapping[str, Any]
Test = Callable[[Entry], bool]

_TOKEN: Final = re.compile(
    r'\s*(?:(?P<quoted>"(?:[^"\\]|\\.)*")|(?P<range>[\[{][^\]}]*[\]}])|(?P<mark>[():])|(?P<word>(?:[^\s():"\[\]{}\\]|\\.)+))'
)
_RANGE: Final = re.compile(r"([\[{])\s*(\S+)\s+TO\s+(\S+?)\s*([\]}])")
_NOT: Final = ("NOT", "!", "-")
_DEEPEST: Final = 20


class BadQuery(ValueError):
    """A query that is not in the language."""


def parse(query: str) -> Test:
    """Returns what says of an entry whether it is found; raises BadQuery. An empty query finds all."""
    if not query.strip():
        return lambda _: True
    reader = _Reader(_tokens(query))
    test = reader.any_of("")
    if reader.next is not None:
        raise BadQuery(f"unexpected {reader.next}")
    return test


def _tokens(query: str) -> list[str]:
    found: list[str] = []
    at = 0
    while query[at:].strip():
        token = _TOKEN.match(query, at)
        if token is None:
            raise BadQuery(f"cannot read {query[at:].strip()}")
        at = token.end()
        word = token["word"]
        if word and len(word) > 1 and word[0] in "-!+":
            found += [word[0], word[1:]]
        else:
            found.append(token[0].strip())
    return found


class _Reader:
    """A reader of tokens; each method takes those of one rule of the grammar."""

    def __init__(self, tokens: list[str]) -> None:
        self._tokens, self._at, self._depth = tokens, 0, 0

    @property
    def next(self) -> str | None:
        """The token that comes."""
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def any_of(self, field: str) -> Test:
        """Reads alternatives; terms that no word joins are alternatives too."""
        tests = [self._all_of(field)]
        while self.next not in {None, ")"}:
            if self.next in {"OR", "||"}:
                self._take()
            tests.append(self._all_of(field))
        return lambda entry: any(test(entry) for test in tests)

    def _all_of(self, field: str) -> Test:
        tests = [self._one(field)]
        while self.next in {"AND", "&&"}:
            self._take()
            tests.append(self._one(field))
        return lambda entry: all(test(entry) for test in tests)

    def _one(self, field: str) -> Test:
        word = self._take()
        if word in _NOT:
            test = self._one(field)
            return lambda entry: not test(entry)
        if word == "+":
            return self._one(field)
        if word == "(":
            return self._group(field)
        if word in {")", ":", "AND", "OR", "&&", "||"}:
            raise BadQuery(f"unexpected {word}")
        if self.next == ":" and not field:
            self._take()
            return self._one(word)
        return _term(field, word)

    def _group(self, field: str) -> Test:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise BadQuery("too many parentheses")
        test = self.any_of(field)
        self._depth -= 1
        if self._take() != ")":
            raise BadQuery("a parenthesis is not closed")
        return test

    def _take(self) -> str:
        if self.next is None:
            raise BadQuery("unexpected end")
        self._at += 1
        return self._tokens[self._at - 1]


def _term(field: str, token: str) -> Test:
    """Returns the test of one term: a range, a quoted text, or a word that may have wildcards.

    A term stands for the whole value of its field; without a field it is looked for in all of them.
    """
    matches = _range(token) if token[0] in "[{" else _text(token)
    if field:
        return lambda entry: matches(_shown(entry.get(field)))
    return lambda entry: any(matches(_shown(value)) for value in entry.values())


def _text(token: str) -> Callable[[str], bool]:
    if token.startswith('"'):
        whole = re.sub(r"\\(.)", r"\1", token[1:-1])
        return lambda value: value == whole
    # fnmatch's brackets are no wildcard here; an escaped wildcard is itself
    pattern = re.sub(r"\\(.)|\[", lambda found: f"[{found[1] or '['}]", token)
    return lambda value: bool(value) and fnmatchcase(value, pattern)


def _range(token: str) -> Callable[[str], bool]:
    found = _RANGE.fullmatch(token)
    if found is None:
        raise BadQuery(f"{token} is not a range")
    opening, low, high, closing = found.groups()

    def within(value: str) -> bool:
        # a bound such as 2026-11 stands for the whole month
        low_side, high_side = value[: len(low)], value[: len(high)]
        above = low == "*" or low_side > low or (opening == "[" and low_side == low)
        below = high == "*" or high_side < high or (closing == "]" and high_side == high)
        return bool(value) and above and below

    return within


def _shown(value: Any) -> str:
    """Returns a value as a query names it."""
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else ""
