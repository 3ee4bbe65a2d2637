"""Where in a fleet file something is wrong: from the path of a problem to its line, through the defaults it came by."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from tenant_email.fleet.yaml_places import Path, PlacedYaml, dotted
from tenant_email.json_types import Json, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.errors import Problem


class Written(NamedTuple):
    """How much of a path is written below another one."""

    parts: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Locator:
    """Finds the places of problems in one document."""

    document: PlacedYaml

    def place(self, problem: Problem, layers: Sequence[str] = ()) -> Problem:
        """Returns a problem with its line and column.

        `layers` are the paths that were laid on each other, the last first: what is written under a later one is
        reported there, because that is where it has to be corrected.
        """
        if problem.line:
            return problem
        path, whole = self._find(problem.path)
        if layers and not whole and problem.path.startswith(f"{layers[0]}."):
            rest = problem.path.removeprefix(f"{layers[0]}.")
            for layer in layers[1:]:
                other, found = self._find(f"{layer}.{rest}")
                if found:
                    place = self.document.place_of(other)
                    return replace(problem, path=dotted(other), line=place.line, column=place.column)
        place = self.document.place_of(path)
        return replace(problem, line=place.line, column=place.column)

    def written(self, layer: str, rest: str) -> Written:
        """Returns how much of the path `rest` is written below that of a layer."""
        above, is_there = self._find(layer)
        path, whole = self._find(f"{layer}.{rest}" if rest else layer)
        return Written(len(path) - len(above) if is_there else 0, whole)

    def _find(self, path: str) -> tuple[Path, bool]:
        """Returns (as much of a path as is written, whether all of it is)."""
        value, found, rest = self.document.values, list[str | int](), path
        while rest:
            name = _next(value, rest)
            if name is None:
                return tuple(found), False
            found.append(name)
            value = value[name]
            rest = rest[len(str(name)) + 1 :]
        return tuple(found), True


def _next(value: Json, rest: str) -> str | int | None:
    """Returns the key that a path goes on with; keys may hold dots themselves."""
    if is_object(value):
        end = len(rest)
        while end > 0 and rest[:end] not in value:  # the longest first; a look at each key would take all tenants' time
            end = rest.rfind(".", 0, end)
        return rest[:end] if end > 0 else None
    number = rest.partition(".")[0]
    return int(number) if is_list(value) and number.isdecimal() and int(number) < len(value) else None
