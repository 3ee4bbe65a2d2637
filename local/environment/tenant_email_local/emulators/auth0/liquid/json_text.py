"""JSON as `JSON.stringify` writes it."""

from __future__ import annotations

import json
import math
import re
from typing import Final

from tenant_email_local.emulators.auth0.liquid.values import UNDEFINED, Drop, Undefined, Value, is_list, number_text

_HALF: Final = re.compile("[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]")
_MOST_INDENT: Final = 10


def json_text(value: Value, indent: Value = UNDEFINED) -> Value:
    """Returns a value as JSON; UNDEFINED for what has none."""
    if value is UNDEFINED:
        return UNDEFINED
    unit = None
    if isinstance(indent, str) and indent:
        unit = indent[:_MOST_INDENT]
    elif isinstance(indent, float) and indent > 0:  # a part of a blank is none, but lines are broken
        unit = " " * int(min(indent, _MOST_INDENT))
    return _written(value, unit, "")


def _written(value: Value, unit: str | None, before: str) -> str:
    inner = before + (unit or "")
    match value:
        case None | Undefined():
            return "null"
        case bool():
            return "true" if value else "false"
        case float():
            return number_text(value) if math.isfinite(value) else "null"
        case str():
            quoted = json.dumps(value, ensure_ascii=False)
            return _HALF.sub(lambda half: f"\\u{ord(half[0]):04x}", quoted)
        case _ if is_list(value):
            within = [_written(each, unit, inner) for each in value]
            return _wrapped("[]", within, unit, before)
        case _:
            named = value.own() if isinstance(value, Drop) else value
            colon = ":" if unit is None else ": "
            within = [
                f"{_written(name, unit, '')}{colon}{_written(each, unit, inner)}"
                for name, each in named.items()
                if each is not UNDEFINED
            ]
            return _wrapped("{}", within, unit, before)


def _wrapped(marks: str, within: list[str], unit: str | None, before: str) -> str:
    if not within or unit is None:
        return marks[0] + ",".join(within) + marks[1]
    inner = f"\n{before}{unit}"
    return f"{marks[0]}{inner}{f',{inner}'.join(within)}\n{before}{marks[1]}"
