"""What a run of the benchmarks found."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from support.benchmark.lives import Row


@dataclass(frozen=True)
class Peer:
    """Another tool's life with one stack: `calls` by operation, None for what it does not have."""

    tool: str
    version: str
    resources: int
    calls: Mapping[str, int | None]


@dataclass(frozen=True)
class FreeTier:
    """What Auth0's smallest buckets cost: seconds from the first call to the last, and the least that they allow."""

    operation: str
    seconds: float
    least: float
    refused: int


@dataclass
class Results:
    """All of it, in the order in which it was found."""

    machine: Mapping[str, str]
    rows: list[Row] = field(default_factory=list["Row"])
    peers: list[Peer] = field(default_factory=list[Peer])
    free: list[FreeTier] = field(default_factory=list[FreeTier])
    plugin: dict[str, float] = field(default_factory=dict[str, float])
    """The CPU of an `up` without a change of 105 resources through the plug-in, beside dynamic ones, by engine."""
    imports: dict[str, float] = field(default_factory=dict[str, float])
    """The CPU of an import in relation to `import pulumi`."""
