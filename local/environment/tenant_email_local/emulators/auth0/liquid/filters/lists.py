"""Filters for arrays. What is no array is the only element of one."""

from __future__ import annotations

import math
import random
from functools import cmp_to_key
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.auth0.liquid import characters
from tenant_email_local.emulators.auth0.liquid.characters import code_points
from tenant_email_local.emulators.auth0.liquid.context import element, own
from tenant_email_local.emulators.auth0.liquid.filters.texts import passed
from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Value,
    added,
    as_list,
    identity,
    is_js_truthy,
    is_less,
    is_list,
    is_nil,
    is_object,
    plain,
    shown,
    sliced,
    to_number,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email_local.emulators.auth0.liquid.context import Context


def _join(context: Context, value: Value, mark: Value = UNDEFINED) -> str:
    items = as_list(value)
    mark = plain(mark)
    between = " " if is_nil(mark) else shown(mark)
    context.spend(len(items) * len(between))
    return between.join("" if is_nil(each) else to_text(each) for each in items)


def _at(value: Value, index: int) -> Value:
    """Returns the first or last element; an empty text of what has no length."""
    value = plain(value)
    length = own(value, "length")
    if not isinstance(length, float) or value == "":
        return ""
    if is_object(value):
        return own(value, length - 1 if index < 0 else 0.0)
    return element(value, index)


def _size(value: Value) -> Value:
    length = value.read("length") if hasattr(value, "read") else own(value, "length")
    return length if is_js_truthy(length) else 0.0


def _sorted(context: Context, value: Value, name: Value, compared: Callable[[Value, Value], int]) -> list[Value]:
    items = as_list(value)
    context.spend(len(items) * math.log2(len(items) + 1))
    path = shown(name).split(".") if is_js_truthy(name) else None
    keyed = [(each if path is None else context.follow(each, [*path]), each) for each in items]
    key = cmp_to_key(compared)
    return [each for _, each in sorted(keyed, key=lambda pair: key(pair[0]))]


def _order(left: Value, right: Value) -> int:
    """Returns which comes first; what is nil comes last."""
    if is_nil(left) or is_nil(right):
        return is_nil(left) - is_nil(right)
    if is_less(left, right):
        return -1
    return 1 if is_less(right, left) else 0


def _natural_order(left: Value, right: Value) -> int:
    if is_nil(left) or is_nil(right):
        return _order(left, right)
    return _order(characters.lower(to_text(left)), characters.lower(to_text(right)))


def _map(context: Context, value: Value, name: Value = UNDEFINED) -> list[Value]:
    path: list[Any] = shown(name).split(".")
    return [context.follow(each, path) for each in as_list(value)]


def _sum(context: Context, value: Value, name: Value = UNDEFINED) -> float:
    items = _map(context, value, name) if is_js_truthy(name) else as_list(value)
    numbers = [to_number(each) for each in items]
    total = 0.0
    for number in numbers:
        total += 0 if math.isnan(number) else number
    return total


def _slice(value: Value, start: Value = UNDEFINED, length: Value = UNDEFINED) -> Value:
    value = plain(value)
    length = 1.0 if length is UNDEFINED else length
    if is_nil(value):
        return []
    sequence = value if is_list(value) else code_points(shown(value))
    begin = added(float(len(sequence)), start) if is_less(start, 0.0) else start
    nothing: Value = [] if is_list(value) else ""
    if is_less(begin, 0.0) or is_less(length, 0.0):
        return nothing
    if is_list(value):
        return sliced(value, begin, added(begin, length))
    first = passed(sequence, begin)
    return "".join(sequence[first : first + passed(sequence, length)])


def _uniq(value: Value) -> list[Value]:
    kept: dict[object, Value] = {}
    for each in as_list(value):
        kept.setdefault(identity(each), each)
    return list(kept.values())


def _sample(value: Value, count: Value = UNDEFINED) -> Value:
    value = plain(value)
    if is_nil(value):
        return []
    items = [*value] if is_list(value) else code_points(shown(value))
    random.shuffle(items)
    if count is UNDEFINED or count == 1:
        return items[0] if items else UNDEFINED
    return sliced(items, 0.0, count)


def _concat(value: Value, other: Value = UNDEFINED) -> list[Value]:
    return [*as_list(value), *as_list(other)]


def _push(value: Value, item: Value = UNDEFINED) -> list[Value]:
    return [*as_list(value), item]


def _unshift(value: Value, item: Value = UNDEFINED) -> list[Value]:
    return [item, *as_list(value)]


def _sort(context: Context, value: Value, name: Value = UNDEFINED) -> list[Value]:
    return _sorted(context, value, name, _order)


def _sort_natural(context: Context, value: Value, name: Value = UNDEFINED) -> list[Value]:
    return _sorted(context, value, name, _natural_order)


OF_ONE: Final[dict[str, Callable[[Value], Value]]] = {
    "first": lambda value: _at(value, 0),
    "last": lambda value: _at(value, -1),
    "reverse": lambda value: as_list(value)[::-1],
    "size": _size,
    "compact": lambda value: [each for each in as_list(value) if not is_nil(plain(each))],
    "pop": lambda value: as_list(value)[:-1],
    "shift": lambda value: as_list(value)[1:],
    "uniq": _uniq,
}
PLAIN: Final[dict[str, Callable[..., Value]]] = {
    "slice": _slice,
    "concat": _concat,
    "push": _push,
    "unshift": _unshift,
    "sample": _sample,
}
NEEDING_CONTEXT: Final[dict[str, Callable[..., Value]]] = {
    "join": _join,
    "map": _map,
    "sort": _sort,
    "sort_natural": _sort_natural,
    "sum": _sum,
}
