"""What people see, in the words of Pulumi's own console."""

from __future__ import annotations

import json
import threading
from typing import TYPE_CHECKING, Any, Final

from embedded_pulumi_engine.terminal import visible
from embedded_pulumi_engine.urns import name_of, type_of
from embedded_pulumi_engine.values import Value, has_secret, mask

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from embedded_pulumi_engine.diffs import PropertyChange
    from embedded_pulumi_engine.run import Step

SIGNS: Final = {
    "create": "+ ",
    "update": "~ ",
    "delete": "- ",
    "replace": "+-",
    "delete-replaced": "--",
    "same": "  ",
    "read": "> ",
    "discard": "< ",
}
_DONE: Final = {
    "create": "created",
    "update": "updated",
    "delete": "deleted",
    "replace": "replaced",
    "read": "read",
}
_PLANNED: Final = {op: f"to {op}" for op in _DONE}
_SHORTEST_HIDDEN: Final = 4  # hiding shorter texts would mangle ordinary words


class Console:
    """A writer of lines, never of a secret: every secret value of the run is hidden wherever it appears."""

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write = write
        self._lock = threading.Lock()
        self._hidden: set[str] = set()
        self.lines: list[str] = []
        self.diagnostics: list[str] = []

    def hide(self, values: Iterable[str]) -> None:
        """Hides texts from now on, and each line of those that span several."""
        with self._lock:
            for value in values:
                self._hidden.update(part for part in (value, *value.splitlines()) if len(part) >= _SHORTEST_HIDDEN)

    def say(self, line: str) -> None:
        """Writes a line."""
        with self._lock:
            safe = self._safe(line)
            self.lines.append(safe)
            self._write(safe)

    def step(self, step: Step, changes: Sequence[PropertyChange]) -> None:
        """Shows a step and, for updates and replacements, what differs."""
        if step.op == "same":
            return
        self.say(f" {SIGNS[step.op]} {step.type} {step.name} {step.op}")
        if step.op in ("update", "replace"):
            for change in changes:
                if not change.path.startswith("__"):
                    self.say(f"      {change.sign} {_describe(change)}")

    def log(self, severity: str, urn: str, message: str) -> None:
        """Shows a line of the program or of a plug-in."""
        if severity == "error":
            self.error(urn, message)
        else:
            self.say(f"    {_origin(urn)}{severity}: {message.rstrip()}")

    def error(self, urn: str, message: str) -> None:
        """Shows an error at once and again under Diagnostics."""
        with self._lock:
            text = self._safe(f"{_origin(urn)}error: {message.rstrip()}")
            self.diagnostics.append(text)
        self.say(f"    {text}")

    def summary(
        self, outputs: Mapping[str, Value], changes: Mapping[str, int], seconds: float, *, preview: bool
    ) -> None:
        """Shows diagnostics, outputs, and how many resources did what."""
        if self.diagnostics:
            self.say("Diagnostics:")
            for text in tuple(self.diagnostics):
                self.say("  " + text.replace("\n", "\n  "))
        if outputs:
            self.say("Outputs:")
            for key, value in sorted(outputs.items()):
                self.say(f"    {key}: {json.dumps(mask(value), ensure_ascii=False)}")
        self.say("Resources:")
        words = _PLANNED if preview else _DONE
        for op, word in words.items():
            if changes.get(op):
                self.say(f"    {SIGNS[op].strip()} {changes[op]} {word}")
        if changes.get("same"):
            self.say(f"    {changes['same']} unchanged")
        self.say(f"Duration: {seconds:.1f}s")

    def _safe(self, text: str) -> str:
        for value in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(value, "[secret]")
        # what a program, a plug-in or a tenant says must not steer the terminal; lines may be several
        return "\n".join(visible(line) for line in text.split("\n"))


def _origin(urn: str) -> str:
    return f"{type_of(urn)} ({name_of(urn)}): " if urn else ""


def _describe(change: PropertyChange) -> str:
    if has_secret(change.old) or has_secret(change.new):
        return f"{change.path}: [secret]" if change.sign != "~" else f"{change.path}: [secret] => [secret]"
    old, new = _compact(change.old), _compact(change.new)
    return f"{change.path}: " + {"+": new, "-": old, "~": f"{old} => {new}"}[change.sign]


def _compact(value: Any) -> str:
    shown = json.dumps(mask(value), ensure_ascii=False)
    return "[unknown]" if shown == '"[unknown]"' else shown
