"""docs/numbers.md: what it says is what was measured, and its charts are well-formed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final
from xml.etree import ElementTree as ET

import pytest

from support.benchmark import page
from support.benchmark.lives import OPERATIONS, Row, least_calls, least_seconds
from support.benchmark.results import FreeTier, Peer, Ratio, Results, keep, read
from support.benchmark.stacks import Cost

DOCS: Final = Path(__file__).parents[3] / "docs"
KEPT: Final = Path(__file__).parents[2] / "bench" / "numbers.json"
RUN: Final = "2026-01-01 00:00:00"
LATER: Final = "2026-02-01 00:00:00"


def costs(seconds: float) -> dict[str, Cost]:
    """Returns what each operation took."""
    memory = {"program": 2**20, "host": 2**21, "engine": 2**22}
    return {operation: Cost(seconds, seconds / 2, memory) for operation in OPERATIONS}


def row(*, latency: float = 0.0, seconds: float = 2.0, spared: int = 0, run: str = RUN) -> Row:
    """Returns a measured life of 1,005 resources, with some calls fewer or more than the least."""
    calls = {operation: least_calls(1005, operation) - spared for operation in OPERATIONS}
    beside = {"waiting": costs(50.0)} if latency else {"trivial": costs(1.6), "shaped": costs(1.8)}
    return Row("embedded", 1005, latency, costs(seconds), calls, 0, 2048, beside, dict.fromkeys(beside, 1024), run)


def test_the_least() -> None:
    """67 tenants log in once each, and four calls are under way at once; of one tenant the chain counts."""
    assert [least_calls(1005, operation) for operation in OPERATIONS] == [1072, 0, 2, 1072, 1139]
    assert least_seconds(1005, "create", 0.2) == pytest.approx(53.6)
    assert least_seconds(15, "create", 0.2) == pytest.approx(1.2)
    assert least_seconds(1005, "one change", 0.2) == pytest.approx(0.4)
    assert least_seconds(1005, "no change", 0.2) == 0


def test_a_goal_is_met_by_all_of_it_or_not() -> None:
    """Each goal is judged by what was measured; what was not measured is said."""
    results = Results({RUN: {"processor": "one"}}, [row(), row(latency=0.2, seconds=60.0)])
    results.free.append(FreeTier("apply", 23.7, 21.6, 0, RUN))
    text = page.written(results, ())
    assert "| no change ≤ 1.3 &times; trivial at 1,005 | 1,005 on the embedded engine: 1.25 (CPU 1.25) | met |" in text
    assert "| no change ≤ 1.15 &times; trivial at 15 and 105 |  | not measured |" in text
    goal = "| 67 tenants at 200 ms: ≤ 1.3 &times; waiting (in brackets: &times; least) "
    assert (
        f"{goal}| create 1.20 (1.12), refresh 1.20 (1.12), destroy 1.20 (1.05) on the embedded engine | met |" in text
    )
    results.rows[1] = replace(results.rows[1], beside={})
    assert f"{goal}| create (1.12), refresh (1.12), destroy (1.05) on the embedded engine | met |" in page.written(
        results, ()
    )
    assert "| 200 ms | 60.0 s | 50.0 s | 1.20 | 53.6 s | 1.12 | a |" in text
    assert "for *shaped* resources by CPU: 1,005 on the embedded engine: 1.12. The rest" in " ".join(text.split())
    assert "| free tier: the buckets + 10 %, no 429 | apply 1.10, 0 refused | met |" in text
    results.rows.append(row(latency=0.05, spared=-1))
    assert "| the least calls in every row | 10 of 15 | not met in 5 of 15 |" in page.written(results, ())


def test_calls_of_a_tool_that_knows_one_tenant() -> None:
    """Those of many tenants are of one, times the tenants, and in italics."""
    asked = {**dict.fromkeys(OPERATIONS, 30), "destroy": None}
    results = Results({RUN: {}}, peers=[Peer("auth0-deploy-cli", "8", 14, asked, RUN)])
    text = page.written(results, ())
    assert "| 14 | create | 15 | 30 |" in text
    assert "| 98 | create | 105 | *210* |" in text
    assert "| 14 | destroy | 16 | has none |" in text


def test_the_charts(tmp_path: Path) -> None:
    """Each is well-formed, has a title, and is shown by the page."""
    peer = Peer("a <tool>", "1", 14, dict.fromkeys(OPERATIONS, 40), RUN)
    results = Results({RUN: {}}, [row(latency=0.2, seconds=60.0)], [peer])
    page.write(results, tmp_path / "numbers.md")
    charts = sorted(tmp_path.glob("*.svg"))
    assert len(charts) == 2
    for chart in charts:
        title = ET.parse(chart).getroot()[0].text or ""  # noqa: S314 - our own
        assert title in page.written(results, [chart.name])
        assert f"]({chart.name})" in (tmp_path / "numbers.md").read_text()


def test_a_run_of_some_rows_leaves_the_others() -> None:
    """Each row says which run it is of; a run of which nothing is left is gone."""
    former = Results(
        {RUN: {"load": "1", "system": "Linux"}}, [row(), row(latency=0.2)], free=[FreeTier("apply", 22.0, 21.6, 0, RUN)]
    )
    merged = former.updated(Results({LATER: {"load": "9", "system": "Linux"}}, [row(seconds=3.0, run=LATER)]))
    assert [(each.latency, each.run) for each in merged.rows] == [(0.0, LATER), (0.2, RUN)]
    text = page.written(merged, ())
    assert "| system | Linux |" in text
    assert "| run | load |\n|---|---|\n| a | 1 |\n| b | 9 |" in text
    assert "| embedded engine | 1,005 | no change | 0 | 3.0 s | 1.88 | 1.5 s | 1.88 | 1.67 | b |" in text
    last = merged.updated(Results({"z": {}}, [row(latency=0.2, run="z")], free=[FreeTier("apply", 22.0, 21.6, 0, "z")]))
    assert sorted(last.runs) == [LATER, "z"]


def test_what_is_kept_is_read_as_it_was(tmp_path: Path) -> None:
    """Nothing is kept before the first run."""
    assert read(tmp_path / "numbers.json") == Results()
    results = Results({RUN: {"load": "1"}}, [row()], ratios=[Ratio("import", "auth0", 1.2, RUN)])
    keep(results, tmp_path / "numbers.json")
    assert read(tmp_path / "numbers.json") == results


def test_the_page_is_what_was_kept(tmp_path: Path) -> None:
    """Nobody has edited it, nor its charts."""
    page.write(read(KEPT), tmp_path / "numbers.md")
    made = {each.name: each.read_text() for each in tmp_path.iterdir()}
    assert made == {each.name: each.read_text() for each in DOCS.glob("numbers*")}
