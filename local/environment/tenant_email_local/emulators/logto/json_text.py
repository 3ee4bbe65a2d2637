"""JSON as JavaScript's engine V8 reads it: its numbers, and its words for what is none."""

from __future__ import annotations

import json
import math
from decimal import Decimal
from typing import Any, Final, NoReturn

_EXACT: Final = 2**53
_LARGE: Final = 1e21  # from here on numbers have an exponent
_CONTEXT: Final = 10  # characters shown before and after a wrong one
_LITERALS: Final = {"t": "true", "f": "false", "n": "null"}
_WORDS: Final = {
    "Expecting ':' delimiter": "Expected ':' after property name",
    "Extra data": "Unexpected non-whitespace character after",
    "Invalid \\escape": "Bad escaped character",
    "Invalid control character at": "Bad control character in string literal",
    "Invalid \\uXXXX escape": "Bad Unicode escape",
}
_BEHIND: Final = {"Invalid \\escape": 1}
"""How far behind Python's position V8's is."""


class InvalidJsonError(ValueError):
    """What is no JSON, in V8's words."""


def loads(text: str) -> Any:
    """Returns what a text says."""
    try:
        return json.loads(text, parse_float=_number, parse_int=_number, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        raise InvalidJsonError(_words(text, error)) from None
    except _ConstantError as error:
        raise InvalidJsonError(_unexpected(text, text.find(str(error)))) from None


class _ConstantError(ValueError):
    """A number that Python's JSON has and no one else's."""


def _refuse(name: str) -> NoReturn:
    raise _ConstantError(name)


def _number(text: str) -> float:
    """Returns a number: 587.0 is 587, and what is too long for a double is rounded."""
    value = float(text)
    if not math.isfinite(value) or not value.is_integer() or abs(value) >= _LARGE:
        return value
    return int(value) if abs(value) < _EXACT else int(Decimal(repr(value)))


def _words(text: str, error: json.JSONDecodeError) -> str:
    at, said = error.pos, error.msg
    before = text[:at].rstrip()[-1:]
    if said == "Expecting value":
        return _unexpected(text, at)
    if said.startswith("Unterminated string"):
        at, words = len(text), "Unterminated string"
    elif said.startswith("Expecting property name"):
        words = "Expected property name or '}'" if before == "{" else "Expected double-quoted property name"
    elif said.startswith("Expecting ',' delimiter"):
        in_list = _is_in_list(text[:at])
        words = "Expected ',' or ']' after array element" if in_list else "Expected ',' or '}' after property value"
    else:
        at, words = at + _BEHIND.get(said, 0), _WORDS.get(said, said)
    line, column = text.count("\n", 0, at) + 1, at - (text.rfind("\n", 0, at) + 1) + 1
    return f"{words}{'' if said == 'Extra data' else ' in'} JSON at position {at} (line {line} column {column})"


def _unexpected(text: str, at: int) -> str:
    """Returns the words for a token that no value begins with, or that a literal does not go on with."""
    literal = _LITERALS.get(text[at : at + 1], "")
    while literal and text[at : at + 1] == literal[:1]:
        at, literal = at + 1, literal[1:]
    if at >= len(text):
        return "Unexpected end of JSON input"
    start, end = 0, len(text)
    if len(text) > 2 * _CONTEXT:
        start = max(at - _CONTEXT, 0)
        end = at + _CONTEXT if at < len(text) - _CONTEXT else len(text)
    shown = f'{"..." if start else ""}"{text[start:end]}"{"..." if end < len(text) else ""}'
    return f"Unexpected token '{text[at]}', {shown} is not valid JSON"


def _is_in_list(text: str) -> bool:
    """Returns whether the innermost that is open at the end of a text is a list."""
    open_, inside, escaped = "", False, False
    for char in text:
        if inside:
            inside, escaped = escaped or char != '"', char == "\\" and not escaped
        elif char == '"':
            inside = True
        elif char in "[{":
            open_ += char
        elif char in "]}":
            open_ = open_[:-1]
    return open_[-1:] == "["
