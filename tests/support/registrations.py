"""Registrations for tests of the embedded engine's pure parts."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from embedded_pulumi_engine import urns
from embedded_pulumi_engine.diffs import Diff
from embedded_pulumi_engine.goals import Goal
from embedded_pulumi_engine.plugins import Checked
from embedded_pulumi_engine.registrations import Registration
from embedded_pulumi_engine.resources import Resource

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embedded_pulumi_engine.plugins import CheckFailure
    from embedded_pulumi_engine.values import Props

TYPE = "cloud:index:Thing"


def urn_of(name: str, type_: str = TYPE, parent: str = "") -> str:
    """Returns the URN of a resource of the test's stack."""
    return urns.make("dev", "demo", parent, type_, name)


def recorded(name: str = "thing", **fields: Any) -> Resource:
    """Returns a resource as a state holds it."""
    found = Resource(urn=urn_of(name), type=TYPE, custom=True, id=f"{name}-id")
    return replace(found, **fields)


def registration(
    inputs: Props, old: Resource | None = None, host: Host | None = None, **goal_fields: Any
) -> Registration:
    """Returns a registration of `thing` before its check."""
    goal = Goal(type=TYPE, name="thing", custom=True, inputs=inputs, **goal_fields)
    return Registration(goal, goal.resource(urn_of("thing"), "", old), old, host)


@dataclass
class Host:
    """A plug-in in this process, which adds a default and refuses what it is told to."""

    failures: Sequence[CheckFailure] = ()
    checked: list[tuple[Props | None, Props]] = field(default_factory=list[Any])

    def check(self, urn: str, olds: Props | None, news: Props) -> Checked:
        """Adds `size`, that of the recorded inputs or a new one."""
        del urn
        self.checked.append((olds, news))
        return Checked({"size": (olds or {}).get("size", "new"), **news}, tuple(self.failures))

    def diff(self, old: Resource, news: Props, ignore: Sequence[str]) -> Diff:
        """Leaves the comparison to the engine."""
        del old, news, ignore
        return Diff(changes=None)

    def create(self, new: Resource, *, preview: bool) -> tuple[str, Props]:
        """Makes nothing."""
        del preview
        return f"{new.name}-id", new.inputs

    def update(self, old: Resource, new: Resource, *, preview: bool) -> Props:
        """Changes nothing."""
        del old, preview
        return new.inputs

    def delete(self, old: Resource) -> None:
        """Deletes nothing."""
