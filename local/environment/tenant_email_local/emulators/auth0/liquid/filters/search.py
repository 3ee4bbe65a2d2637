"""Filters that look through arrays: by a property, or by an expression about each element."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.liquid.drops import equals
from tenant_email_local.emulators.auth0.liquid.reading import Reader
from tenant_email_local.emulators.auth0.liquid.values import (
    UNDEFINED,
    Value,
    as_list,
    entries,
    identity,
    is_falsy,
    is_js_truthy,
    shown,
    to_text,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tenant_email_local.emulators.auth0.liquid.context import Context

    _Looked = Iterable[tuple[Value, Value]]


def _by_property(context: Context, items: list[Value], name: Value) -> _Looked:
    """Returns each element with its property, which may be a path."""
    path = Reader(shown(name)).scope_value()
    for item in items:
        context.spend(1)
        yield item, UNDEFINED if path is None else path.evaluate(context.spawn(item))


def _by_expression(context: Context, items: list[Value], name: Value, expression: Value) -> _Looked:
    """Returns each element with what an expression says, in which it has a name."""
    filtered = Reader(shown(expression)).filtered()
    for item in items:
        context.scopes.append({to_text(name): item})
        said = filtered.evaluate(context)
        context.scopes.pop()
        yield item, said


def _matching(looked: _Looked, expected: Value) -> Iterable[tuple[Value, bool]]:
    return ((item, not is_falsy(found) if expected is UNDEFINED else equals(found, expected)) for item, found in looked)


def _where(context: Context, value: Value, name: Value = UNDEFINED, expected: Value = UNDEFINED) -> list[Value]:
    return [item for item, fits in _matching(_by_property(context, as_list(value), name), expected) if fits]


def _reject(context: Context, value: Value, name: Value = UNDEFINED, expected: Value = UNDEFINED) -> list[Value]:
    return [item for item, fits in _matching(_by_property(context, as_list(value), name), expected) if not fits]


def _where_exp(context: Context, value: Value, name: Value = UNDEFINED, expression: Value = UNDEFINED) -> list[Value]:
    return [item for item, said in _by_expression(context, as_list(value), name, expression) if said is True]


def _reject_exp(context: Context, value: Value, name: Value = UNDEFINED, expression: Value = UNDEFINED) -> list[Value]:
    return [item for item, said in _by_expression(context, as_list(value), name, expression) if said is False]


def _grouped(looked: _Looked) -> list[Value]:
    groups: dict[object, dict[str, Value]] = {}
    for item, key in looked:
        groups.setdefault(identity(key), {"name": key, "items": []})["items"].append(item)
    return list(groups.values())


def _first(fitting: Iterable[tuple[Value, Value]]) -> tuple[float, Value] | None:
    """Returns the index and the element of the first that fits."""
    return next(((float(at), item) for at, (item, fits) in enumerate(fitting) if fits), None)


def _found(context: Context, value: Value, name: Value, expected: Value) -> tuple[float, Value] | None:
    return _first(_matching(_by_property(context, as_list(value), name), expected))


def _found_exp(context: Context, value: Value, name: Value, expression: Value) -> tuple[float, Value] | None:
    looked = _by_expression(context, as_list(value), name, expression)
    return _first((item, is_js_truthy(said)) for item, said in looked)


def _part(find: Callable[..., tuple[float, Value] | None], part: int) -> Callable[..., Value]:
    def part_of(context: Context, value: Value, name: Value = UNDEFINED, wanted: Value = UNDEFINED) -> Value:
        found = find(context, value, name, wanted)
        return UNDEFINED if found is None else found[part]

    return part_of


def _has(find: Callable[..., tuple[float, Value] | None]) -> Callable[..., Value]:
    def has(context: Context, value: Value, name: Value = UNDEFINED, wanted: Value = UNDEFINED) -> bool:
        return find(context, value, name, wanted) is not None

    return has


def _group_by(context: Context, value: Value, name: Value = UNDEFINED) -> list[Value]:
    return _grouped(_by_property(context, entries(value), name))


def _group_by_exp(
    context: Context, value: Value, name: Value = UNDEFINED, expression: Value = UNDEFINED
) -> list[Value]:
    return _grouped(_by_expression(context, entries(value), name, expression))


OF_ONE: Final[dict[str, Callable[[Value], Value]]] = {}
PLAIN: Final[dict[str, Callable[..., Value]]] = {}
NEEDING_CONTEXT: Final[dict[str, Callable[..., Value]]] = {
    "where": _where,
    "where_exp": _where_exp,
    "reject": _reject,
    "reject_exp": _reject_exp,
    "group_by": _group_by,
    "group_by_exp": _group_by_exp,
    "find": _part(_found, 1),
    "find_exp": _part(_found_exp, 1),
    "find_index": _part(_found, 0),
    "find_index_exp": _part(_found_exp, 0),
    "has": _has(_found),
    "has_exp": _has(_found_exp),
}
