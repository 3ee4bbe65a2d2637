"""The life of a stack, measured: create, an `up` without a change, one change, refresh, destroy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final

from support.benchmark import programs
from support.benchmark.stacks import Cost, MeasuredStack
from support.benchmark.tenants import opened as opened_tenants

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

OPERATIONS: Final = {"create": "up", "no change": "up", "one change": "up", "refresh": "refresh", "destroy": "destroy"}
"""The command of each; what is between them is the program."""
THREADS: Final = 4
"""At once in Pulumi's host of dynamic resources (docs/architecture.md#fact-8)."""


STANDARDS: Final = {"trivial": programs.trivial, "shaped": programs.shaped}
"""What ours are measured beside: resources of one property, and such with the properties of ours; both do nothing.

At a latency it is resources that only wait for it, as often as ours.
"""


@dataclass(frozen=True)
class Row:
    """One measured life: which, and what each operation took, by its name."""

    kind: str
    resources: int
    latency: float
    ours: Mapping[str, Cost]
    calls: Mapping[str, int]
    refused: int
    state: int
    beside: Mapping[str, Mapping[str, Cost]] = field(default_factory=dict[str, Mapping[str, Cost]])
    """What the standards took, as far as they were measured."""
    states: Mapping[str, int] = field(default_factory=dict[str, int])
    """The bytes of their states."""
    run: str = ""

    @property
    def key(self) -> tuple[str, int, float]:
        """Returns what a later measurement replaces."""
        return self.kind, self.resources, self.latency

    def ratio(self, operation: str, name: str, standard: str = "trivial") -> float:
        """Returns `seconds` or `cpu` in relation to as many resources of a standard."""
        mine, theirs = self.ours[operation], self.beside[standard][operation]
        return float(getattr(mine, name) / getattr(theirs, name))

    def shaped(self) -> float:
        """Returns the CPU of an `up` without a change of shaped resources in relation to trivial ones."""
        taken = {standard: costs["no change"].cpu for standard, costs in self.beside.items()}
        return taken["shaped"] / taken["trivial"]

    def memory(self, part: str) -> int:
        """Returns the most bytes resident of a part, whatever the operation."""
        return max(cost.memory.get(part, 0) for cost in self.ours.values())


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


def keeps_checkpoints(kind: str, resources: int, operation: str) -> bool:
    """Returns whether an operation is measured with the state written at each step.

    The CLI writes all of it to a file each time: the square of the number of resources, whatever they are, and a
    quarter of an hour for the most.
    """
    return not (kind == "pulumi" and resources == programs.SIZES[-1] and operation in ("create", "destroy"))


def measure(kind: str, resources: int, latency: float, *, python: Path, scratch: Path, rounds: int, run: str) -> Row:
    """Measures a life, and beside it those of the standards, in turns.

    The `up` without a change is repeated `rounds` times.
    """
    waiting = {"waiting": partial(programs.waiting, latency=latency)}
    written: Mapping[str, Callable[..., str]] = {"ours": programs.ours, **(waiting if latency else STANDARDS)}
    with opened_tenants(programs.names(resources), latency) as opened:
        stacks = {
            name: MeasuredStack(kind, python, scratch / name, opened.config() if name == "ours" else {})
            for name in written
        }
        costs = {name: dict[str, Cost]() for name in stacks}
        calls, refused, sizes = dict[str, int](), 0, dict[str, int]()
        for operation, command in OPERATIONS.items():
            changed = operation not in ("create", "no change")
            opened.counted()
            for name, stack in stacks.items():
                stack.write(written[name](resources, changed=changed))
            checkpoints = keeps_checkpoints(kind, resources, operation)
            turns = [
                {name: stack.operate(command, checkpoints=checkpoints) for name, stack in stacks.items()}
                for _ in range(rounds if operation == "no change" and not latency else 1)
            ]
            for name, stack in stacks.items():
                costs[name][operation] = Cost.median([turn[name] for turn in turns])
                if operation == "create":
                    sizes[name] = stack.state_size()
            calls[operation], more = opened.counted()
            refused += more
    mine, state = costs.pop("ours"), sizes.pop("ours")
    return Row(kind, resources, latency, mine, calls, refused, state, costs, sizes, run)
