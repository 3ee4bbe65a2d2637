"""What runs of the benchmarks found: each measurement with its run, so that a later one takes its place alone."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - pydantic reads the types
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from pydantic import TypeAdapter

from support.benchmark.lives import Row

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True)
class Peer:
    """Another tool's life with one stack: `calls` by operation, None for what it does not have."""

    tool: str
    version: str
    resources: int
    calls: Mapping[str, int | None]
    run: str = ""

    @property
    def key(self) -> tuple[str, int]:
        """Returns what a later measurement replaces."""
        return self.tool, self.resources


@dataclass(frozen=True)
class FreeTier:
    """What Auth0's smallest buckets cost: seconds from the first call to the last, and the least that they allow."""

    operation: str
    seconds: float
    least: float
    refused: int
    run: str = ""

    @property
    def key(self) -> str:
        """Returns what a later measurement replaces."""
        return self.operation


@dataclass(frozen=True)
class Ratio:
    """The CPU of one thing in relation to another.

    `plugin`: of an `up` without a change of 105 resources through the plug-in on an engine, beside dynamic ones;
    `import`: of an import, beside `import pulumi`.
    """

    kind: Literal["plugin", "import"]
    name: str
    cpu: float
    run: str = ""

    @property
    def key(self) -> tuple[str, str]:
        """Returns what a later measurement replaces."""
        return self.kind, self.name


@dataclass
class Results:
    """All of it; `runs` are what a reader has to know of the machine, by the name of each run."""

    runs: dict[str, dict[str, str]] = field(default_factory=dict[str, dict[str, str]])
    rows: list[Row] = field(default_factory=list[Row])
    peers: list[Peer] = field(default_factory=list[Peer])
    free: list[FreeTier] = field(default_factory=list[FreeTier])
    ratios: list[Ratio] = field(default_factory=list[Ratio])

    def updated(self, newer: Results) -> Results:
        """Returns both: what was measured again is the newer, and a run of which nothing is left is gone."""
        merged = Results(
            rows=list({each.key: each for each in (*self.rows, *newer.rows)}.values()),
            peers=list({each.key: each for each in (*self.peers, *newer.peers)}.values()),
            free=list({each.key: each for each in (*self.free, *newer.free)}.values()),
            ratios=list({each.key: each for each in (*self.ratios, *newer.ratios)}.values()),
        )
        every: list[Row | Peer | FreeTier | Ratio] = [*merged.rows, *merged.peers, *merged.free, *merged.ratios]
        used = {each.run for each in every}
        merged.runs = {name: said for name, said in {**self.runs, **newer.runs}.items() if name in used}
        return merged


_JSON = TypeAdapter(Results)


def read(path: Path) -> Results:
    """Returns what is kept; nothing where nothing is yet."""
    return _JSON.validate_json(path.read_bytes()) if path.exists() else Results()


def keep(results: Results, path: Path) -> None:
    """Writes what `read` returns."""
    path.write_bytes(_JSON.dump_json(results, indent=1) + b"\n")
