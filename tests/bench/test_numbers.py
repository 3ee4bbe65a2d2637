"""The life of a stack of 1 to 1,005 resources, at 0 to 200 ms from its tenants, beside as many trivial resources.

What is compared is CPU time of all processes, because seconds depend on what else a machine does; both are shown, in
docs/numbers.md too. TENANT_EMAIL_ROUNDS says how many turns an `up` without a change has. What matters most is first.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

import pytest

from support.benchmark.lives import OPERATIONS, least_calls, measure
from support.engines import engine_params

if TYPE_CHECKING:
    from pathlib import Path

    from support.benchmark.results import Results

ROUNDS: Final = int(os.environ.get("TENANT_EMAIL_ROUNDS", "5"))
ROWS: Final = ((15, 0), (105, 0), (1005, 0), (1005, 200), (15, 200), (105, 200), (1, 0), (1, 200))
REST: Final = ((1005, 50), (105, 50), (15, 50), (1, 50))
RATIOS: Final = {
    "embedded": {1: 1.5, 15: 1.4, 105: 1.5, 1005: 2.0},
    "pulumi": {1: 1.3, 15: 1.3, 105: 1.4, 1005: 1.8},
}
"""What the CPU of an `up` without a change has come down to in relation to trivial resources, by engine and number."""


def params() -> list[Any]:
    """Returns (engine, resources, milliseconds) in the order in which they are measured."""
    return [
        pytest.param((*engine.values, *row), marks=engine.marks, id=f"{engine.id}-{row[0]}-{row[1]}ms")
        for row in (*ROWS, *REST)
        for engine in engine_params()
    ]


@pytest.mark.parametrize("chosen", params())
def test_a_life(chosen: tuple[str, int, int], results: Results, run: str, python: Path, tmp_path: Path) -> None:
    """Every operation asks the least, is refused nothing, and costs little more than trivial resources."""
    kind, resources, latency = chosen
    row = measure(kind, resources, latency / 1000, python=python, scratch=tmp_path, rounds=ROUNDS, run=run)
    results.rows.append(row)
    for operation in OPERATIONS:
        ratios = (
            (row.ratio(operation, "seconds", each), row.ratio(operation, "cpu", each), each) for each in row.beside
        )
        beside = "".join(f", {seconds:.2f} and {cpu:.2f} x {each}" for seconds, cpu, each in ratios)
        took = f"{row.ours[operation].seconds:.2f} s, CPU {row.ours[operation].cpu:.2f} s{beside}"
        print(f"\n{kind} {resources} {latency} ms: {operation}: {row.calls[operation]} calls, {took}", end="")  # noqa: T201 - a benchmark reports
    assert row.calls == {operation: least_calls(resources, operation) for operation in OPERATIONS}
    assert row.refused == 0
    assert latency or row.ratio("no change", "cpu") <= RATIOS[kind][resources]
