"""Where in the text of a JSON document a value stands, and each character of a string."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenant_email.platforms.mails import Place

_TOKEN: Final = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_ESCAPE: Final = re.compile(
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\.|[^\\]", re.DOTALL
)


def places(text: str) -> dict[Place, int]:
    """Returns where each value of a valid document begins, a character from 0; of a key twice there, the last."""
    found: dict[Place, int] = {}
    steps: list[str | int] = []
    awaits_key = False
    for token in _TOKEN.finditer(text):
        sign = token[0]
        match sign:
            case "{" | "[":
                found[tuple(steps)] = token.start()
                steps.append("" if sign == "{" else 0)
                awaits_key = sign == "{"
            case "}" | "]":
                steps.pop()
                awaits_key = False
            case ",":
                last = steps[-1] if steps else ""
                awaits_key = isinstance(last, str)
                if isinstance(last, int):
                    steps[-1] = last + 1
            case ":":
                awaits_key = False
            case _ if awaits_key:
                steps[-1] = json.loads(sign)
            case _:
                found[tuple(steps)] = token.start()
    return found


def inside(text: str, begin: int, index: int) -> int:
    """Returns where the character `index` of the string that begins at `begin` stands, behind its quote."""
    at = begin + 1
    if text.find("\\", at, at + index) < 0:
        return at + index
    for _ in range(index):
        found = _ESCAPE.match(text, at)
        if found is None or found[0] == '"':
            break
        at = found.end()
    return at
