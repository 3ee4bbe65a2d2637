"""One harness for a resource's life: check, create, diff, update, read and delete as an engine asks for them.

`Driven` is the resource with its state; its way (`ways.py`) says how its lifecycle is reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from support.ways import InProcess, Recorded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi.dynamic import ResourceProvider

    from support.ways import Values, Way


class Driven:
    """A resource with its recorded state; `fixed` are inputs that every `up` has, None leaves one out."""

    def __init__(self, way: Way, **fixed: Any) -> None:
        self.way, self._fixed = way, fixed
        self.id = ""
        self.state: Values = {}
        self.inputs: Values = {}

    @property
    def recorded(self) -> Recorded:
        """Returns what an engine would keep."""
        return Recorded(self.id, self.state)

    @recorded.setter
    def recorded(self, kept: Recorded) -> None:
        self.id, self.state = kept

    def problems(self, **inputs: Any) -> list[str]:
        """Returns what a preview would refuse."""
        return self.way.problems(self.recorded, self._given(inputs))

    def up(self, **inputs: Any) -> str:
        """Brings the resource to these inputs; returns create, update, replace or same."""
        given = self._given(inputs)
        done, self.recorded = self.way.up(self.recorded, given)
        self.inputs = given
        return done

    def refresh(self) -> bool:
        """Reads what is live; returns whether it is still there."""
        self.recorded = self.way.refresh(self.recorded)
        return bool(self.id)

    def destroy(self) -> None:
        """Deletes it, in an operation of its own."""
        self.way.destroy(self.recorded)

    def _given(self, inputs: Mapping[str, Any]) -> Values:
        return {name: value for name, value in {**self._fixed, **inputs}.items() if value is not None}


class Managed(Driven):
    """A resource in this process, which shares a run with others; see `InProcess`."""

    shared = True

    def __init__(self, lifecycle: ResourceProvider, **fixed: Any) -> None:
        way = InProcess(lifecycle, shared=self.shared)
        super().__init__(way, **fixed)
        self._steps = way.steps

    def problems(self, **inputs: Any) -> list[str]:
        """Returns what a check refuses, in the run that goes on."""
        return self._steps.check(self._given(inputs), self.state)

    def plan(self, **inputs: Any) -> str:
        """Returns what an `up` would do: update, replace or same."""
        changed, replaces = self._steps.diff(self.id, self.state, self._given(inputs))
        return "replace" if replaces else "update" if changed else "same"

    def start(self, **inputs: Any) -> None:
        """Creates it, as a step of a run in which it was checked before."""
        self.inputs = self._given(inputs)
        self.recorded = Recorded(*self._steps.create(self.inputs))

    def look(self) -> None:
        """Reads it as a step of a run that goes on."""
        self.recorded = Recorded(*self._steps.read(self.id, self.state))

    def drop(self) -> None:
        """Deletes it as the last step of a run in which the resources that stay were checked."""
        self._steps.delete(self.id, self.state)


class Operated(Managed):
    """A resource in this process each step of which is an operation of its own, as a run of an engine is."""

    shared = False
