"""LiquidJS's filters that look at every item of a list, by a property or by an expression; Auth0 lists none of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

from tenant_email.checks.liquid import javascript as js
from tenant_email.checks.liquid import numbers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping


class Looker(Protocol):
    """Looks at the items of a list, as a template does that is rendered."""

    def by_property(self, items: list[js.Value], path: str) -> Iterator[js.Value]:
        """Returns what a path leads to from each item."""
        ...

    def by_expression(self, items: list[js.Value], name: str, expression: str) -> Iterator[js.Value]:
        """Returns what an expression says of each item, which has a name in it."""
        ...


_Arguments: TypeAlias = list[js.Value]
_Function: TypeAlias = "Callable[[Looker, js.Value, _Arguments], js.Value]"
_Seen: TypeAlias = "list[tuple[js.Value, js.Value]]"
_See: TypeAlias = "Callable[[Looker, list[js.Value], _Arguments], _Seen]"


def _properties(looker: Looker, items: list[js.Value], arguments: _Arguments) -> _Seen:
    """Returns each item with its property."""
    return list(zip(items, looker.by_property(items, js.text_of(js.argument(arguments, 0))), strict=True))


def _matches(looker: Looker, items: list[js.Value], arguments: _Arguments) -> _Seen:
    """Returns each item with whether its property is what is expected, or holds where nothing is."""
    expected = js.argument(arguments, 1)
    seen = _properties(looker, items, arguments)
    if expected is js.UNDEFINED:
        return [(item, not js.is_false(found)) for item, found in seen]
    return [(item, js.equal(found, expected)) for item, found in seen]


def _expressions(looker: Looker, items: list[js.Value], arguments: _Arguments) -> _Seen:
    """Returns each item with what an expression says of it."""
    name, expression = js.string_of(js.argument(arguments, 0)), js.text_of(js.argument(arguments, 1))
    return list(zip(items, looker.by_expression(items, name, expression), strict=True))


def _kept(see: _See, *, wanted: bool) -> _Function:
    return lambda looker, value, arguments: [
        item for item, found in see(looker, js.list_of(value), arguments) if found is wanted
    ]


def _first(see: _See, part: Callable[[int, js.Value], js.Value], otherwise: js.Value = js.UNDEFINED) -> _Function:
    """Returns a filter that looks for the first item that fits."""

    def function(looker: Looker, value: js.Value, arguments: _Arguments) -> js.Value:
        seen = see(looker, js.list_of(value), arguments)
        return next((part(at, item) for at, (item, found) in enumerate(seen) if numbers.is_true(found)), otherwise)

    return function


def _grouped(see: _See) -> _Function:
    def function(looker: Looker, value: js.Value, arguments: _Arguments) -> js.Value:
        groups: dict[object, tuple[js.Value, list[js.Value]]] = {}
        for item, name in see(looker, js.items_of(value), arguments):
            groups.setdefault(js.identity(name), (name, []))[1].append(item)
        return [{"name": name, "items": items} for name, items in groups.values()]

    return function


FILTERS: Final[Mapping[str, _Function]] = {
    "find": _first(_matches, lambda _, item: item),
    "find_exp": _first(_expressions, lambda _, item: item),
    "find_index": _first(_matches, lambda at, _: at),
    "find_index_exp": _first(_expressions, lambda at, _: at),
    "group_by": _grouped(_properties),
    "group_by_exp": _grouped(_expressions),
    "has": _first(_matches, lambda _, __: True, otherwise=False),
    "has_exp": _first(_expressions, lambda _, __: True, otherwise=False),
    "reject": _kept(_matches, wanted=False),
    "reject_exp": _kept(_expressions, wanted=False),
    "where": _kept(_matches, wanted=True),
    "where_exp": _kept(_expressions, wanted=True),
}
