"""What a run did, as a table and as data; texts of others are masked and made harmless here."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from tenant_email.fleet.driver import Outcome, Status
from tenant_email.fleet.events import SHOWN
from tenant_email.redaction.secrets import scrub_whole
from tenant_email.redaction.visible import LONGEST_LINE, cut, visible

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tenant_email.json_types import Props

_TEXTS: Final = 2  # columns before those of numbers
_GOOD: Final = frozenset({Status.DONE, Status.RESUMED, Status.ABSENT})


def is_good(outcomes: Sequence[Outcome]) -> bool:
    """Returns whether nothing of a run failed, and nothing of it is left."""
    return all(each.status in _GOOD for each in outcomes)


def safe_lines(text: str) -> Iterator[str]:
    """Yields the lines of what a program wrote, with no secret that is known and nothing that steers a terminal."""
    # masked as a whole: a key may have several lines
    for line in scrub_whole(text).splitlines():
        yield cut(visible(line.rstrip()), LONGEST_LINE)


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yields a line for each stack under one of their heads, with the counts that any of them has."""
    shown = [name for name in SHOWN if any(each.said.changes.get(name) for each in outcomes)]
    rows = [("stack", "result", *shown, "s"), *(_row(each, shown) for each in outcomes)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        cells = (row[at].ljust(width) if at < _TEXTS else row[at].rjust(width) for at, width in enumerate(widths))
        yield "  ".join(cells).rstrip()


def _row(outcome: Outcome, shown: Sequence[str]) -> tuple[str, ...]:
    counts = (str(outcome.said.changes.get(name) or "") for name in shown)
    seconds = f"{outcome.seconds:.0f}" if outcome.seconds else ""
    return (outcome.unit.stack, outcome.status.value, *counts, seconds)


def total(outcomes: Sequence[Outcome]) -> str:
    """Returns one line of how many stacks ended how."""
    counted = Counter(each.status for each in outcomes)
    parts = [f"{counted[status]} {status}" for status in Status if counted[status]]
    changes = sum(each.said.changed for each in outcomes)
    return f"{_counted(len(outcomes), 'stack')}: {', '.join(parts)}; {_counted(changes, 'change')}"


def _counted(count: int, name: str) -> str:
    return f"{count} {name}{'' if count == 1 else 's'}"


def reasons(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yields why a stack is not done."""
    for each in outcomes:
        if each.status in _GOOD or not each.why:
            continue
        first, *rest = safe_lines(each.why)
        yield f"{each.unit.stack}: {each.status}: {first}"
        yield from (f"  {line}" for line in rest)


def data(outcome: Outcome) -> Props:
    """Returns an outcome for a JSON document."""
    return {
        "stack": outcome.unit.stack,
        "tenant": outcome.unit.tenant,
        "sending_domain": outcome.unit.sending_domain,
        "status": outcome.status.value,
        "changes": dict(outcome.said.changes),
        "warnings": list(safe_lines("\n".join(outcome.said.warnings))),
        "seconds": round(outcome.seconds, 1),
        "why": "\n".join(safe_lines(outcome.why)),
        "text": "\n".join(safe_lines(outcome.text)),
    }
