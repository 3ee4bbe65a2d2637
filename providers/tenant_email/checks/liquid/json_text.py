"""JSON as JavaScript's JSON.stringify writes it."""

from __future__ import annotations

import json
import math
import re
from typing import Final

from tenant_email.checks.liquid import javascript as js

_HALF: Final = re.compile("[\ud800-\udfff]")
_MOST_INDENTED: Final = 10


def json_text(value: js.Value, indent: js.Value = js.UNDEFINED) -> js.Value:
    """Returns a value as JSON, indented by a number of blanks or by a text; undefined has none."""
    if value is js.UNDEFINED:
        return value
    step = indent[:_MOST_INDENTED] or None if isinstance(indent, str) else None
    if js.is_number(indent) and indent > 0:  # less than one blank makes lines all the same
        step = " " * int(min(indent, _MOST_INDENTED))
    return _written(value, step, "\n")


def _written(value: js.Value, step: str | None, line: str) -> str:
    if isinstance(value, str):
        return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", json.dumps(value, ensure_ascii=False))
    if js.is_number(value):
        return js.string_of(value) if math.isfinite(value) else "null"
    if js.is_nil(value) or isinstance(value, bool):
        return "null" if js.is_nil(value) else "true" if value else "false"
    inner = line + (step or "")
    if js.is_list(value):
        return _enclosed("[]", [_written(each, step, inner) for each in value], step, line)
    named = value.own() if isinstance(value, js.Loop) else value if js.is_dict(value) else {}
    colon = ":" if step is None else ": "
    parts = [
        f"{_written(name, step, inner)}{colon}{_written(each, step, inner)}"
        for name, each in js.pairs_of(named)
        if each is not js.UNDEFINED
    ]
    return _enclosed("{}", parts, step, line)


def _enclosed(brackets: str, parts: list[str], step: str | None, line: str) -> str:
    if step is None or not parts:
        return f"{brackets[0]}{','.join(parts)}{brackets[1]}"
    inner = line + step
    return f"{brackets[0]}{inner}{f',{inner}'.join(parts)}{line}{brackets[1]}"
