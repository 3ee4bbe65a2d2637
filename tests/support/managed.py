"""One resource as an engine drives it, without the engine: check, create, diff, update, read, delete."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenant_email.operations import session

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pulumi.dynamic import ResourceProvider


class Managed:
    """A resource with its recorded state."""

    def __init__(self, lifecycle: ResourceProvider, **inputs: Any) -> None:
        self._lifecycle, self._fixed = lifecycle, inputs
        self.id = ""
        self.state: Mapping[str, Any] = {}
        self.inputs: Mapping[str, Any] = {}

    def problems(self, **inputs: Any) -> list[str]:
        """Returns what a preview would refuse."""
        return [failure.reason for failure in self._lifecycle.check(dict(self.state), self._given(inputs)).failures]

    def up(self, **inputs: Any) -> str:
        """Brings the resource to these inputs; returns create, update, replace or same."""
        assert not self.problems(**inputs)
        given = self._given(inputs)
        if not self.id:
            self.start(**inputs)
            return "create"
        found = self._lifecycle.diff(self.id, dict(self.state), given)
        if found.replaces or not found.changes:
            return "replace" if found.replaces else "same"
        self.state = self._lifecycle.update(self.id, dict(self.state), given).outs or {}
        self.inputs = given
        return "update"

    def start(self, **inputs: Any) -> None:
        """Creates it, as a step of an operation in which it was checked before."""
        self.inputs = self._given(inputs)
        made = self._lifecycle.create(dict(self.inputs))
        self.id, self.state = str(made.id), made.outs or {}

    def refresh(self) -> bool:
        """Reads what is live; returns whether it is still there."""
        read = self._lifecycle.read(self.id, dict(self.state))
        self.id, self.state = read.id or "", read.outs or {}
        return bool(self.id)

    def destroy(self) -> None:
        """Deletes it, in an operation that checks no program."""
        session.begin()
        self.drop()

    def drop(self) -> None:
        """Deletes it as the last step of an update, in which the resources that stay were checked."""
        self._lifecycle.delete(self.id, dict(self.state))

    def _given(self, inputs: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in {**self._fixed, **inputs}.items() if value is not None}
