"""The life of a stack, measured: create, an `up` without a change, one change, refresh, destroy."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Final

from support.benchmark import programs
from support.benchmark.stacks import MeasuredStack
from support.benchmark.tenants import opened as opened_tenants

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from support.benchmark.stacks import Cost

OPERATIONS: Final = {"create": "up", "no change": "up", "one change": "up", "refresh": "refresh", "destroy": "destroy"}
"""The command of each; what is between them is the program."""
THREADS: Final = 4
"""At once in Pulumi's host of dynamic resources (docs/architecture.md#fact-8)."""


@dataclass(frozen=True)
class Row:
    """One measured life: which, and what each operation took, by its name."""

    kind: str
    resources: int
    latency: float
    ours: Mapping[str, list[Cost]]
    calls: Mapping[str, int]
    refused: int
    state: int
    trivial: Mapping[str, list[Cost]] = field(default_factory=dict[str, "list[Cost]"])
    trivial_state: int = 0

    def seconds(self, operation: str) -> float:
        """Returns how long it took by the clock."""
        return median(cost.seconds for cost in self.ours[operation])

    def cpu(self, operation: str) -> float:
        """Returns the seconds of a processor that it took."""
        return median(cost.cpu for cost in self.ours[operation])

    def ratio(self, operation: str, name: str) -> float:
        """Returns `seconds` or `cpu` in relation to as many trivial resources."""
        mine, theirs = ([getattr(cost, name) for cost in costs[operation]] for costs in (self.ours, self.trivial))
        return float(median(mine) / median(theirs))

    def memory(self, part: str) -> int:
        """Returns the most bytes resident of a part, whatever the operation."""
        return max(cost.memory.get(part, 0) for costs in self.ours.values() for cost in costs)


def least_calls(resources: int, operation: str, tenants: int = 0) -> int:
    """Returns the fewest calls that an operation can do with.

    A login a tenant and a call a resource; before a provider is deleted one looks whether it is still the stack's. An
    `up` without a change asks nothing, and one with a change logs in to one tenant and writes once. `tenants` are as
    many as resources of every template need, where they are not given.
    """
    logins = tenants or len(programs.names(resources))
    return {
        "create": logins + resources,
        "no change": 0,
        "one change": 2,
        "refresh": logins + resources,
        "destroy": logins + resources + logins,
    }[operation]


def least_seconds(resources: int, operation: str, latency: float) -> float:
    """Returns how long the calls of an operation wait at least.

    All of them, as many at once as the host has threads; or the longest chain of one tenant, where that takes longer:
    a login, then the provider (two calls at a destroy), and the templates beside each other.
    """
    calls = least_calls(resources, operation)
    beside = -(-(min(resources, programs.EACH) - 1) // THREADS)
    chain = {"create": 2, "no change": 0, "one change": 2, "refresh": 2, "destroy": 3}[operation]
    alone = 0 if operation in ("no change", "one change") else beside
    return max(calls / THREADS, chain + alone) * latency


def measure(kind: str, resources: int, latency: float, *, python: Path, scratch: Path, rounds: int) -> Row:
    """Measures a life, and beside it, where nothing waits, that of as many trivial resources, in turns.

    The `up` without a change is repeated `rounds` times.
    """
    with opened_tenants(programs.names(resources), latency) as opened:
        stacks = {"ours": MeasuredStack(kind, python, scratch / "ours", opened.config())}
        if not latency:
            stacks["trivial"] = MeasuredStack(kind, python, scratch / "trivial", {})
        costs: dict[str, dict[str, list[Cost]]] = {name: {each: [] for each in OPERATIONS} for name in stacks}
        calls, refused, sizes = dict[str, int](), 0, dict[str, int]()
        for operation, command in OPERATIONS.items():
            changed = operation not in ("create", "no change")
            opened.counted()
            for turn in range(rounds if operation == "no change" and not latency else 1):
                for name, stack in stacks.items():
                    if turn == 0:
                        write = programs.ours if name == "ours" else programs.trivial
                        stack.write(write(resources, changed=changed))
                    costs[name][operation].append(stack.operate(command))
                    if operation == "create":
                        sizes[name] = stack.state_size()
            calls[operation], more = opened.counted()
            refused += more
    return Row(
        kind,
        resources,
        latency,
        costs["ours"],
        calls,
        refused,
        sizes["ours"],
        costs.get("trivial", {}),
        sizes.get("trivial", 0),
    )
