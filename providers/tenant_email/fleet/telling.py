"""What is wrong with many tenants by the defaults is told once, where the defaults have it, with the tenants it is of.

A file may have hundreds of tenants: a line for each would bury the one mistake, and a line for all of them would not
say which of them has it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.errors import Problem
    from tenant_email.fleet.places import Locator

Layers = tuple[str, ...]
"""The paths that a tenant's email is laid together from, the last first, which is its own; empty for no tenant's."""
_NAMED: Final = 3
"""Tenants that one line names."""


class _Lack(NamedTuple):
    """What a part of a default does not say."""

    default: str
    path: str
    what: str


@dataclass(slots=True)
class _Told:
    """A problem with its place, the default that it is in, if any, and the tenants that have it."""

    problem: Problem
    default: str
    tenants: dict[str, None] = field(default_factory=dict[str, None])


def tell(said: Iterable[tuple[Problem, Layers]], tenants: Iterable[Layers], locator: Locator) -> list[Problem]:
    """Returns what was said of a fleet, with the places; `tenants` are the layers of each tenant."""
    takers = Counter(default for layers in tenants for default in layers[1:])
    told: dict[tuple[str, str, int, int], _Told] = {}
    for problem, layers in _lacks_together(list(said), takers, locator):
        placed = locator.place(problem, layers)
        default = next((each for each in layers[1:] if placed.path.startswith(f"{each}.")), "")
        one = told.setdefault((placed.path, placed.what, placed.line, placed.column), _Told(placed, default))
        one.tenants |= dict.fromkeys(layers[:1])
    return [_with_tenants(each) if len(each.tenants) < takers[each.default] else each.problem for each in told.values()]


def _lacks_together(
    said: list[tuple[Problem, Layers]], takers: Counter[str], locator: Locator
) -> list[tuple[Problem, Layers]]:
    """Returns what was said; what each tenant lacks that takes a part of the defaults is told of the defaults.

    What only some of them lack is said of them: the others have given it.
    """
    lacks = [_lack(problem, layers, locator) for problem, layers in said]
    owners = {(lack, layers[0]) for lack, (_, layers) in zip(lacks, said, strict=True) if lack}
    having = Counter(lack for lack, _ in owners)
    return [
        (replace(problem, path=lack.path), layers)
        if lack and 1 < having[lack] == takers[lack.default]
        else (problem, layers)
        for lack, (problem, layers) in zip(lacks, said, strict=True)
    ]


def _lack(problem: Problem, layers: Layers, locator: Locator) -> _Lack | None:
    """Returns what is missing in a part of a default that the tenant itself says nothing of; None if it is no such."""
    own, *defaults = layers or ("",)
    if problem.path == own:
        default = next((each for each in defaults if locator.written(each, "").whole), None)
        return _Lack(default, default, problem.what) if default else None
    if not defaults or not problem.path.startswith(f"{own}."):
        return None
    rest = problem.path.removeprefix(f"{own}.")
    written = {layer: locator.written(layer, rest) for layer in layers}
    deepest = max(layers, key=lambda layer: written[layer].parts)
    if deepest == own or not written[deepest].parts or any(each.whole for each in written.values()):
        return None
    return _Lack(deepest, f"{deepest}.{rest}", problem.what)


def _with_tenants(told: _Told) -> Problem:
    names = [each.removesuffix(".email") for each in told.tenants]
    more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
    return replace(told.problem, what=f"{told.problem.what} ({', '.join(names[:_NAMED])}{more})")
