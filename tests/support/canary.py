"""Looks for planted secrets after every operation of a whole-stack test, in what was printed and what was stored."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from support.engines import Engine, Outcome

CANARY = "canary"
"""Every secret that a test plants holds this word, and nothing else does."""


@dataclass
class Watched:
    """An engine whose every operation is searched for secrets, failed ones included."""

    engine: Engine
    secrets: set[str] = field(default_factory=lambda: {CANARY}, repr=False)
    kind: str = field(init=False)

    def __post_init__(self) -> None:
        self.kind = self.engine.kind

    def set_config(self, key: str, value: str, *, secret: bool = False, path: bool = False) -> None:
        """Sets a configuration value; a secret one is looked for from now on."""
        if secret:
            self.secrets.add(value)
        self.engine.set_config(key, value, secret=secret, path=path)

    def preview(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Previews an update."""
        return self._looked(self.engine.preview(replace=replace))

    def up(self, *, replace: Iterable[str] = ()) -> Outcome:
        """Updates the stack."""
        return self._looked(self.engine.up(replace=replace))

    def refresh(self, *, run_program: bool = False) -> Outcome:
        """Refreshes the state."""
        return self._looked(self.engine.refresh(run_program=run_program))

    def destroy(self, *, run_program: bool = False) -> Outcome:
        """Destroys the stack."""
        return self._looked(self.engine.destroy(run_program=run_program))

    def export(self) -> dict[str, Any]:
        """Exports the state, secrets encrypted."""
        return self.engine.export()

    def import_(self, document: dict[str, Any]) -> None:
        """Imports a state."""
        self.engine.import_(document)

    def _looked(self, outcome: Outcome) -> Outcome:
        shown = {"console": outcome.text, "state": json.dumps(self.export())}
        for place, text in shown.items():
            assert not [secret for secret in self.secrets if secret in text], f"a planted secret is in the {place}"
        return outcome
