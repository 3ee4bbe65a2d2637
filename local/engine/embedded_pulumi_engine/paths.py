"""Property paths: `settings.password`, `records[0]["a.b"]`, with `*` as a wildcard."""

from __future__ import annotations

import re
from typing import Any, Final, TypeAlias

from embedded_pulumi_engine.values import Value, is_array, is_object

Path: TypeAlias = tuple[str | int, ...]
_PART: Final = re.compile(r'\.?([^.\[\]"]+)|\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|\[(\*)\]')


def parse(text: str) -> Path:
    """Splits a path; raises ValueError when it is malformed."""
    parts: list[str | int] = []
    position = 0
    while position < len(text):
        match = _PART.match(text, position)
        if match is None:
            raise ValueError(f"malformed property path {text!r}")
        plain, quoted, index, star = match.groups()
        parts.append(int(index) if index is not None else plain or star or _unescape(quoted or ""))
        position = match.end()
    return tuple(parts)


def show(path: Path) -> str:
    """Writes a path as people read it."""
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{part}" if text else part
    return text


def contains(pattern: Path, path: Path) -> bool:
    """Returns whether `path` is at or below the pattern."""
    return len(pattern) <= len(path) and all(a in ("*", b) for a, b in zip(pattern, path, strict=False))


def carry_over(new: Value, old: Value, path: Path) -> Value:
    """Returns `new` with what `old` holds at the path; absent in `old` means absent in the result."""
    head, rest = path[0], path[1:]
    if is_object(new) and is_object(old):
        keys = sorted(new.keys() | old.keys()) if head == "*" else [str(head)]
        return _carry_keys(new, old, keys, rest)
    if is_array(new) and is_array(old):
        chosen = range(len(new)) if head == "*" else [head]
        return [
            carry_over(v, old[i], rest)
            if i in chosen and rest and i < len(old)
            else old[i]
            if i in chosen and i < len(old)
            else v
            for i, v in enumerate(new)
        ]
    return new


def _carry_keys(new: dict[str, Any], old: dict[str, Any], keys: list[str], rest: Path) -> dict[str, Any]:
    result = dict(new)
    for key in keys:
        if rest:
            if key in new and key in old:
                result[key] = carry_over(new[key], old[key], rest)
        elif key in old:
            result[key] = old[key]
        else:
            result.pop(key, None)
    return result


def _unescape(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)
