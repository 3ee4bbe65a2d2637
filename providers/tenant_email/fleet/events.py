"""What the engine's events say of an operation: counts, errors, warnings; read after it from the file that it wrote.

What a policy refuses is an error, and no diagnostic of the engine's says which (sdk/go/common/apitype/events.go).
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from tenant_email.json_types import Json, Props, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

SHOWN: Final = ("create", "update", "replace", "delete", "same")
_NO_CHANGES: Final = frozenset({"same", "read", "read-replacement", "refresh", "discard", "discard-replaced"})
_COLORS: Final = re.compile(r"<\{%[^%]*%\}>")


@dataclass(frozen=True, slots=True)
class Said:
    """What the engine said. changes: resources by operation, the stack itself among them; the others in its words."""

    changes: Mapping[str, int] = field(default_factory=dict[str, int])
    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()

    @property
    def changed(self) -> int:
        """Returns how many resources change, or changed; one that was only read is none, as in the CLI's own count."""
        return sum(count for name, count in self.changes.items() if name not in _NO_CHANGES)


def read_events(text: str, *, of_preview: bool = False) -> Said:
    """Returns what an event log says; the last line of one that was cut off is left out.

    Of an update that was previewed first the changes are its own; without an update there were none.
    """
    changes: dict[str, int] = {}
    texts: dict[str, list[str]] = {"error": [], "warning": []}
    for event in _objects(text):
        summary, diagnostic, violation = map(event.get, ("summaryEvent", "diagnosticEvent", "policyEvent"))
        if is_object(violation):
            kind = "error" if violation.get("enforcementLevel") == "mandatory" else "warning"
            said = f"{violation.get('policyName')}: {_plain(violation.get('message'))}"
            texts[kind].append(_of_resource(violation.get("resourceUrn"), said))
        if is_object(summary) and (summary.get("isPreview") is True) == of_preview:
            found = summary.get("resourceChanges")
            changes = {str(name): int(count) for name, count in found.items()} if is_object(found) else {}
        if is_object(diagnostic) and (found := texts.get(str(diagnostic.get("severity")))) is not None:
            found.append(_of_resource(diagnostic.get("urn"), _plain(diagnostic.get("message"))))
    errors, warnings = (tuple(dict.fromkeys(each)) for each in texts.values())
    return Said(changes, errors, warnings)


def _objects(text: str) -> Iterator[Props]:
    for line in text.split("\n"):  # and at nothing else that ends a line, which JSON may have in a text
        try:
            found: object = json.loads(line)
        except ValueError:
            continue
        if is_object(found):
            yield found


def _of_resource(urn: Json, said: str) -> str:
    """Returns what is said of a resource with its name, and what is of none as it is."""
    return f"{str(urn).rpartition('::')[2]}: {said}" if urn else said


def _plain(message: Json) -> str:
    return _COLORS.sub("", str(message)).strip().removeprefix("error: ").removeprefix("warning: ")
