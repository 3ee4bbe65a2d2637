"""How placeholders become values: from the snapshot that the last restart took, never from what is stored now."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

PLACEHOLDER: Final = re.compile(r"&\{(?P<name>[^}|]+)(?:\|(?P<default>[^}]*))?\}")
_WRAPPERS: Final[Mapping[str, Callable[[str], Any]]] = {"$int": int, "$bool": "true".__eq__, "$string": str}


class Unresolved(Exception):
    """Names a placeholder without a loaded value and without a default."""


def esv_id(name: str) -> str:
    """Returns the ESV that a placeholder's name stands for."""
    return name.replace(".", "-")


def resolve(value: Any, values: Mapping[str, tuple[str, str]]) -> Any:
    """Returns a configuration with every placeholder replaced; raises Unresolved."""
    if isinstance(value, dict):
        fields = cast("dict[str, Any]", value)
        wrapper = next(iter(fields)) if len(fields) == 1 else ""
        if wrapper in _WRAPPERS:
            return _WRAPPERS[wrapper](_plain(fields[wrapper], values))
        return {key: resolve(item, values) for key, item in fields.items()}
    if isinstance(value, list):
        return [resolve(item, values) for item in cast("Any", value)]
    return _text(value, values) if isinstance(value, str) else value


def _plain(text: object, values: Mapping[str, tuple[str, str]]) -> str:
    """Returns what stands in a wrapper as text; the wrapper gives it its type, not the variable."""
    return PLACEHOLDER.sub(lambda match: _one(match, values), str(text))


def _text(text: str, values: Mapping[str, tuple[str, str]]) -> Any:
    """Returns a text resolved; a placeholder that is all of it takes the variable's type."""
    whole = PLACEHOLDER.fullmatch(text)
    if whole and (found := values.get(esv_id(whole["name"]))):
        return _to_type(*found)
    return PLACEHOLDER.sub(lambda match: _one(match, values), text)


def _one(match: re.Match[str], values: Mapping[str, tuple[str, str]]) -> str:
    found = values.get(esv_id(match["name"]))
    if found is None and match["default"] is None:
        raise Unresolved(match[0])
    return found[0] if found else match["default"]


def _to_type(text: str, kind: str) -> Any:
    match kind:
        case "int":
            return int(text)
        case "number":
            return float(text)
        case "bool":
            return text == "true"
        case "array" | "object":
            return json.loads(text)
        case "list":
            return text.split(",")
        case _:
            return text
