"""A program as an engine runs it twice, in this process: an `up`, and a preview with the ids out of it.

Pulumi's mocks say what the program registers, and each resource's lifecycle does the steps of an engine.
"""

from __future__ import annotations

import base64
import pickle
import sys
from typing import TYPE_CHECKING, Any, Final

import pulumi

from support.program_preview import plain
from support.registered import registered
from tenant_email.operations import operation, steps
from tenant_email.operations.border import from_pulumi

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from tenant_email.operations.lifecycle import Lifecycle

Values = dict[str, Any]
_ANSWERS: Final = {"SesDomainIdentity": {"dns_records": list[Any]()}}


class Program:
    """A written program, and what a stack records of it."""

    def __init__(self, folder: Path, config: Mapping[str, str]) -> None:
        self._file, self._config = folder / "__main__.py", config
        self._state: dict[tuple[str, str], tuple[str, Values]] = {}
        self.bridged: dict[str, Values] = {}
        """What the engine itself imports: by the ids, what the program says of each."""

    def up(self) -> list[str]:
        """Creates what is not recorded; returns what a check refuses."""
        refused = list[str]()
        operation.begin()
        every = self._registered()
        for key, (lifecycle, inputs) in every.items():
            refused += [f"{key}: {problem}" for problem in steps.check(lifecycle, {}, inputs)]
        for key, (lifecycle, inputs) in every.items():
            self._state[key] = steps.create(lifecycle, inputs)
        return refused

    def preview_without_ids(self) -> list[str]:
        """Returns what a preview would do once the program's constant is False."""
        source = self._file.read_text(encoding="utf-8")
        assert ("\nIMPORT = True  #" in source) == ("opts=existing(" in source)
        self._file.write_text(source.replace("\nIMPORT = True  #", "\nIMPORT = False  #"), encoding="utf-8")
        operation.begin()
        found = list[str]()
        every = self._registered()
        for key, (lifecycle, inputs) in every.items():
            found += [f"{key}: {problem}" for problem in steps.check(lifecycle, self._state[key][1], inputs)]
            changed = steps.diff(lifecycle, self._state[key][0], self._state[key][1], inputs)
            found += [] if changed == (False, []) else [f"{key}: {changed}"]
        return found + [f"{key}: removed" for key in self._state.keys() - every.keys()]

    def _registered(self) -> dict[tuple[str, str], tuple[Lifecycle, Values]]:
        pulumi.runtime.set_all_config({f"lab:{name}": value for name, value in self._config.items()})
        source = self._file.read_text(encoding="utf-8")
        space = {"__name__": "__main__", "__file__": str(self._file)}
        found = registered(lambda: exec(compile(source, str(self._file), "exec"), space), **_ANSWERS)  # noqa: S102
        sys.tracebacklimit = 1000
        self.bridged = {id_: plain(found.inputs[key]) for key, id_ in found.imported.items()}
        return {key: _dynamic(inputs) for key, inputs in found.inputs.items() if "__provider" in inputs}


def _dynamic(inputs: Values) -> tuple[Lifecycle, Values]:
    lifecycle = pickle.loads(base64.b64decode(inputs["__provider"]))  # noqa: S301 - made by this very process
    given: Values = {name: plain(value) for name, value in inputs.items() if name != "__provider"}
    return lifecycle, from_pulumi({name: value for name, value in given.items() if value is not None})
