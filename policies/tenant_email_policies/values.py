"""What an engine sends of a resource, as plain values: what a preview does not know is UNKNOWN, not an error."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from pulumi_policy.proxy import UnknownValueError

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Unknown(Enum):
    UNKNOWN = "unknown"


UNKNOWN: Final = _Unknown.UNKNOWN
"""Stands for a value that only an update will know."""

Value = object
"""A string, number, boolean, None, UNKNOWN, or a mapping or list of them; an asset stays as it is."""


def plain(value: object) -> Value:
    """Returns a value without the SDK's proxies, which raise where a preview knows nothing."""
    if is_mapping(value):
        return {str(key): _part(value, key) for key in value}
    if is_list(value):
        return [_part(value, at) for at in range(len(value))]
    return value


def _part(whole: Any, key: object) -> Value:
    try:
        return plain(whole[key])
    except UnknownValueError:
        return UNKNOWN


def is_mapping(value: object) -> TypeGuard[Mapping[object, object]]:
    """Returns whether a value has keys."""
    return isinstance(value, Mapping)


def is_list(value: object) -> TypeGuard[Sequence[object]]:
    """Returns whether a value is a list, or what the SDK has in place of one."""
    return isinstance(value, Sequence) and not isinstance(value, (str, bytes))


def texts(value: Value, path: str = "") -> Iterator[tuple[str, str]]:
    """Yields every text in a value with its path; what is unknown is left out."""
    if isinstance(value, str):
        yield path, value
    elif is_mapping(value):
        for key, part in value.items():
            yield from texts(part, f"{path}.{key}" if path else str(key))
    elif is_list(value):
        for at, part in enumerate(value):
            yield from texts(part, f"{path}.{at}" if path else str(at))


def from_json(value: Value) -> Value:
    """Returns what a text holds that is JSON; anything else as it is."""
    if not isinstance(value, str):
        return value
    try:
        parsed: Value = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed


def is_unknown(value: Value) -> bool:
    """Returns whether a preview does not know a value, or a part of it."""
    if is_mapping(value):
        return any(map(is_unknown, value.values()))
    return value is UNKNOWN or (is_list(value) and any(map(is_unknown, value)))
