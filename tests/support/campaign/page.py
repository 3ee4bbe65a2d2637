"""docs/faults.md, made from the data and from how the trials ended."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final

from support.campaign.faults import FAULTS, GROUPS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from support.campaign.results import Result

_INTRO: Final = """# What happens when something goes wrong

Made by `make faults`; do not edit.

Between the lifecycles and an emulated tenant stands a proxy of our own (`tests/support/campaign`). Each trial plays one
fault at one call of one operation, once or for the whole run, and, where the call is a write, in place of its effect or
after it. Then the same is run again without the fault, and a judge who knows the platforms' contracts and nothing of
the client looks at what is left:

- the tenant holds exactly what is desired, and everything of someone else as it was;
- every write that would count twice had its effect once;
- the state holds what exists: a refresh and a preview show nothing, and a destroy removes it;
- no secret was printed or recorded in the clear, and no redirect was followed;
- an error of the first run names the tenant, the call and a remedy.

**Survived**: the first run reached its end all the same. **Explained**: it ended in such an error, and the next run put
all right; where a failed creation left something behind, the next run says so and names both ways out, and adopting it
does. **Unclear** would be an error without tenant, call or remedy, or an internal one; **lost** would be anything on
the list above; **hanging** would be a run without an end. Waits go by a clock that sleeping moves on, so that the
longest are tried too.
"""
_OPERATIONS: Final = {
    "create": "the first `up`",
    "update": "an `up` with changed inputs",
    "read": "a `refresh`",
    "delete": "a `destroy`",
    "conflict": 'the first `up` where someone else was before, with `on_existing="fail"`: it must be left alone',
    "adopt": 'the same with `on_existing="adopt"`',
    "import": "the first `up` with `opts.import_`",
    "preflight": "the first `up` with a test email",
}  # fmt: skip
_OUTCOMES: Final = ("survived", "explained", "unclear", "lost", "hanging")


def written(found: list[Result], every: int = 1) -> str:
    """Returns the whole page; `every`: only each n-th case was tried."""
    calls: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for result in found:
        if result.call not in calls[result.subject, result.operation]:
            calls[result.subject, result.operation].append(result.call)
    parts = (_INTRO, totals(found, every), faults(), operations(calls))
    return "\n".join(parts)


def faults() -> str:
    """Returns the tables of the faults."""
    lines = [f"## The {len(FAULTS)} faults", ""]
    for title, group in GROUPS.items():
        lines += [f"{title}:", "", "| fault | what happens |", "|---|---|"]
        lines += [f"| {fault.name} | {fault.sentence} |" for fault in group]
        lines.append("")
    return "\n".join(lines)


def operations(calls: Mapping[tuple[str, str], list[str]]) -> str:
    """Returns what each operation is, and the calls of it that faults play at."""
    lines = ["## The operations and their calls", ""]
    used = {operation for _, operation in calls}
    lines += [f"- `{name}`: {sentence}" for name, sentence in _OPERATIONS.items() if name in used]
    lines += ["", "| resource | operation | calls |", "|---|---|---|"]
    lines += [row(subject, operation, names) for (subject, operation), names in _sorted(calls)]
    return "\n".join(lines) + "\n"


def row(subject: str, operation: str, names: Iterable[str]) -> str:
    """Returns the row of an operation's calls."""
    return f"| {subject} | {operation} | {', '.join(f'`{name}`' for name in names)} |"


def totals(found: list[Result], every: int) -> str:
    """Returns how many were tried, and how they ended: in all, by platform and operation, and by resource."""
    lines = ["## Totals", ""]
    in_all = Counter(result.outcome for result in found)
    adopted = sum(result.adopted for result in found)
    sampled = f" (a sample, each {every}th case)" if every > 1 else ""
    ends = f"{in_all['survived']:,} survived, {in_all['explained']:,} explained, {in_all['unclear']} unclear"
    ends += f", {in_all['lost']} lost, {in_all['hanging']} hanging"
    lines.append(f"**{len(found):,} tried{sampled}: {ends}.**")
    lines.append(f"In {adopted:,} of the explained ones the way out was to adopt what the failed run had left.")
    lines += _table("platform", Counter((result.platform, result.operation, result.outcome) for result in found))
    lines += _table("resource", Counter((result.subject, result.operation, result.outcome) for result in found))
    return "\n".join(lines) + "\n"


def _table(title: str, counted: Counter[tuple[str, str, str]]) -> Iterator[str]:
    yield from ("", f"| {title} | operation | tried | {' | '.join(_OUTCOMES)} |", "|---|---|" + "---:|" * 6)
    rows: dict[tuple[str, str], list[str]] = {(name, operation): [] for name, operation, _ in counted}
    for (name, operation), _ in _sorted(rows):
        ends = [counted[name, operation, outcome] for outcome in _OUTCOMES]
        yield f"| {name} | {operation} | {sum(ends):,} | " + " | ".join(f"{end:,}" for end in ends) + " |"


def _sorted(rows: Mapping[tuple[str, str], list[str]]) -> list[tuple[tuple[str, str], list[str]]]:
    order = list(_OPERATIONS)
    return sorted(rows.items(), key=lambda item: (item[0][0], order.index(item[0][1])))
