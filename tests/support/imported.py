"""Reads what no state knows, as the engine does for an import, and looks whether a next preview would be empty."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any, NamedTuple

from tenant_email.operations import operation, steps

if TYPE_CHECKING:
    from tenant_email.operations.lifecycle import Lifecycle

Values = dict[str, Any]


class Imported(NamedTuple):
    """What an import recorded."""

    lifecycle: Lifecycle
    id: str
    inputs: Values
    state: Values

    def unsettled(self) -> list[object]:
        """Returns what keeps the next preview from being empty: problems, changes, and what a refresh sees otherwise.

        The program that was generated says just the inputs, and so does the state, as JSON both.
        """
        inputs, state = _carried(self.inputs), _carried(self.state)
        operation.begin()
        found: list[object] = [*steps.check(self.lifecycle, {}, inputs)]
        found += [why for why in (steps.diff(self.lifecycle, self.id, state, inputs),) if why != (False, [])]
        read = steps.read(self.lifecycle, self.id, state)
        live: Values = _carried(read[0]) if read else {}
        now: Values = _carried(read[1]) if read else {}
        # how far SES is with a domain is different from one look to the next
        moved = {name for name in state.keys() | now.keys() if state.get(name) != now.get(name)}
        return [*found, *([] if live == inputs else [live]), *(name for name in moved if not name.endswith("_status"))]

    def warnings(self) -> tuple[str, ...]:
        """Returns what a preview of these inputs warns of."""
        return self.lifecycle.do_check(None, copy.deepcopy(self.inputs)).warnings

    def destroy(self) -> None:
        """Deletes it, in an operation of its own."""
        operation.begin()
        steps.delete(self.lifecycle, self.id, _carried(self.state))


def import_(lifecycle: Lifecycle, id_: str) -> Imported:
    """Imports what is there."""
    operation.begin()
    found = steps.import_(lifecycle, id_)
    assert found
    return Imported(lifecycle, id_, *found)


def _carried(values: Any) -> Any:
    """Returns values as they come back from an engine."""
    return json.loads(json.dumps(values))
