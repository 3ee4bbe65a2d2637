"""docs/numbers.md and its charts, made of what a run of the benchmarks found."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING, Final

from support.benchmark.chart import Bar, Group, drawn
from support.benchmark.lives import OPERATIONS, STANDARDS, THREADS, least_calls, least_seconds
from support.benchmark.peers import SIZES as PEER_SIZES
from support.benchmark.peers import DeployCli
from support.benchmark.programs import EACH, SIZES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from support.benchmark.lives import Row
    from support.benchmark.results import Peer, Results

_OF_ALL: Final = ("create", "refresh", "destroy")  # what calls all tenants
_COMPARED: Final = list(PEER_SIZES)[1]
_ENGINES: Final = {"embedded": "embedded engine", "pulumi": "Pulumi CLI"}
_INTRO: Final = """# Numbers

Made by `make bench`; do not edit. What a stack costs in calls, time and memory: from one email provider to 67 Auth0
tenants with {each} resources each, a provider and all templates. The tenants are emulators on the same machine, over
HTTP; a latency is put into each of their answers, that of a login too. *Trivial* are as many dynamic resources of
Pulumi's SDK with one property, which do nothing. *Shaped* do nothing either, with as many properties as ours, of the
same length, and as many of them secret: what they take is Pulumi's own for such resources.

A run of some rows leaves the others as they were; the last column of a table says which run a row is of.

{machine}

Ratios are of medians measured in turns. CPU time, of the program, the host and the engine together, is what a loaded
machine leaves comparable; times by the clock are worth what the load above says.
"""
_OWN: Final = (
    "Of the ratio without a change, this much is Pulumi's own, for *shaped* resources by CPU: {shaped}. The rest is "
    "imports, once an `up`, of which pydantic's in the host are two fifths; and, for each resource, a constructor in "
    "the program, and in the host a check and a comparison, together 0.4 ms."
)
_BOUND: Final = """
## Latency <a id="latency"></a>

Pulumi's host works on {threads} resources at once, so an operation of `c` calls waits at least
`c / {threads} * latency`; one tenant's longest chain is its login, its provider and then its templates, {threads} at a
time. *Least* is the larger of the two, without any work between the calls: no program can be that quick. *Waiting* are
as many dynamic resources that do nothing but wait, as often as ours ask and in the same order, in the same run: what
the latency, Pulumi's parallelism and this machine's processors allow.
"""
_FORMULA: Final = """
A login a tenant and a call a resource is the least for a creation and a refresh. A destroy looks once a tenant whether
the provider is still the stack's. One change is one login and one write. An `up` without a change asks nothing: Pulumi
compares with its state, as `terraform apply -refresh=false` does; what looks at the tenants is a refresh.

These programs never await. The Pulumi CLI waits for such a program in the square of its outputs, which the trivial and
the shaped resources pay here; a program with a resource of ours [is spared it](architecture.md#fact-18).
Its file backend writes the whole state at each step. Of {most:,} resources, ours and the others alike, the creation and
the destroy are measured with `PULUMI_SKIP_CHECKPOINTS=true`, which writes it once.
"""
_PEERS: Final = """
## Beside other tools <a id="peers"></a>

Calls with the same tenants and the same stack, a provider and the 13 templates that every tool knows, on the same
emulator, logins included. Each tool does its usual command: `terraform apply`, `a0deploy import`, `pulumi up`; a
refresh is `apply -refresh-only` and `a0deploy export`. Ours are by the rule above, which every measured row kept.
auth0-deploy-cli knows one tenant at a time: what is in italics is the calls of one, times the tenants.
"""


def write(results: Results, path: Path) -> None:
    """Writes the page, and its charts beside it."""
    charts = dict(_charts(results))
    for name, text in charts.items():
        path.with_name(name).write_text(text)
    path.write_text(written(results, charts))


def written(results: Results, charts: Iterable[str]) -> str:
    """Returns the page."""
    machine = "\n".join([*_table(("", ""), _machine(results)), "", *_table(_run_head(results), _runs(results))])
    parts = [
        _INTRO.format(each=EACH, machine=machine),
        '## Goals <a id="goals"></a>\n',
        *_table(_GOALS, _goals(results)),
        *_floor(results),
    ]
    parts += ['\n## Beside trivial resources <a id="trivial"></a>\n', *_table(_LIFE, _lives(results))]
    parts += [_FORMULA.format(most=SIZES[-1])]
    parts += [_BOUND.format(threads=THREADS)]
    parts += [*_images(charts, "time"), *_table(_WAITS, _waits(results))]
    if results.peers:
        parts += [_PEERS, *_images(charts, "calls"), *_table(_tools_head(results), _tools(results))]
    parts += ['\n## Memory and state <a id="memory"></a>\n', *_table(_SIZES, _memory(results))]
    if results.ratios:
        parts += ['\n## Plug-in and imports <a id="imports"></a>\n', *_table(("", "CPU", "run"), _others(results))]
    return "\n".join(parts) + "\n"


_GOALS: Final = ("goal", "reached", "")
_LIFE: Final = (
    *("engine", "resources", "operation", "calls", "time", "&times; trivial"),
    *("CPU", "&times; trivial", "&times; shaped", "run"),
)
_WAITS: Final = (
    *("engine", "resources", "operation", "calls", "latency", "time"),
    *("waiting", "&times; waiting", "least", "&times; least", "run"),
)
_SIZES: Final = (
    *("engine", "resources", "program", "host", "engine process"),
    *("state", "state of trivial", "state of shaped", "run"),
)


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    yield f"| {' | '.join(head)} |"
    yield f"|{'|'.join('---:' if name in _RIGHT else '---' for name in head)}|"
    for row in rows:
        yield f"| {' | '.join(row)} |"


_RIGHT: Final = {*_LIFE[1:], *_WAITS[1:], *_SIZES[1:]} - {"operation", "run"}


def _letters(results: Results) -> dict[str, str]:
    """Returns how the page calls the runs, the oldest first."""
    return {run: chr(ord("a") + number) for number, run in enumerate(sorted(results.runs))}


def _facts(results: Results) -> tuple[dict[str, str], tuple[str, ...]]:
    """Returns what is to know of the machine at all runs alike, and the names of what is another at each."""
    runs = list(results.runs.values())
    names = dict.fromkeys(name for said in runs for name in said)
    alike = {name: runs[0].get(name, "") for name in names if len({said.get(name) for said in runs}) == 1}
    return alike, tuple(name for name in names if name not in alike)


def _machine(results: Results) -> Iterator[tuple[str, ...]]:
    yield from _facts(results)[0].items()


def _run_head(results: Results) -> tuple[str, ...]:
    return ("run", *_facts(results)[1])


def _runs(results: Results) -> Iterator[tuple[str, ...]]:
    for run, letter in _letters(results).items():
        yield letter, *(results.runs[run].get(name, "") for name in _facts(results)[1])


def _goals(results: Results) -> Iterator[tuple[str, ...]]:
    """Yields what was aimed at and what came out; a goal is met where every part of it is."""
    for aim, sizes in ((1.15, (EACH, 7 * EACH)), (1.3, (67 * EACH,))):
        found = [
            (row.ratio("no change", "seconds"), row.ratio("no change", "cpu"), row)
            for row in _sorted(results.rows)
            if row.resources in sizes and not row.latency
        ]
        said = ", ".join(f"{row.resources:,} on the {_ENGINES[row.kind]}: {s:.2f} (CPU {c:.2f})" for s, c, row in found)
        number = " and ".join(f"{size:,}" for size in sizes)
        yield f"no change ≤ {aim} &times; trivial at {number}", said, _met(s <= aim for s, _, _ in found)
    least = [row.calls[each] == least_calls(row.resources, each) for row in results.rows for each in OPERATIONS]
    yield "the least calls in every row", f"{sum(least)} of {len(least)}", _met(least)
    for latency in sorted({row.latency for row in results.rows if row.latency}, reverse=True):
        rows = [row for row in _sorted(results.rows) if (row.resources, row.latency) == (SIZES[-1], latency)]
        said = "; ".join(
            f"{', '.join(_slowness(row, each) for each in _OF_ALL)} on the {_ENGINES[row.kind]}" for row in rows
        )
        met = _met(_times_waiting(row, each) <= 1.3 for row in rows for each in _OF_ALL)
        yield f"67 tenants at {latency * 1000:.0f} ms: ≤ 1.3 &times; waiting (in brackets: &times; least)", said, met
    if results.peers:
        fewer = [
            asked is None or least_calls(peer.resources, each, PEER_SIZES[peer.resources]) < asked
            for peer in results.peers
            for each, asked in peer.calls.items()
        ]
        yield "fewer calls than other tools", f"{sum(fewer)} of {len(fewer)} rows", _met(fewer)
    if results.free:
        said = ", ".join(
            f"{each.operation} {each.seconds / each.least:.2f}, {each.refused} refused" for each in results.free
        )
        met = _met(each.seconds <= each.least * 1.1 and not each.refused for each in results.free)
        yield "free tier: the buckets + 10 %, no 429", said, met


def _floor(results: Results) -> Iterator[str]:
    """Yields what of an `up` without a change is Pulumi's own, and what is left."""
    shaped = [
        f"{row.resources:,} on the {_ENGINES[row.kind]}: {row.shaped():.2f}"
        for row in _sorted(results.rows)
        if "shaped" in row.beside
    ]
    if shaped:
        yield f"\n{fill(_OWN.format(shaped=', '.join(shaped)), 120, break_on_hyphens=False)}"


def _met(parts: Iterable[bool]) -> str:
    found = list(parts)
    if not found:
        return "not measured"
    return "met" if all(found) else f"not met in {found.count(False)} of {len(found)}"


def _excess(row: Row, operation: str) -> float:
    """Returns how much longer an operation took than its calls must wait."""
    return row.ours[operation].seconds / least_seconds(row.resources, operation, row.latency)


def _times_waiting(row: Row, operation: str) -> float:
    """Returns how an operation compares with what only waits; where that was not measured, with the waits alone."""
    return row.ratio(operation, "seconds", "waiting") if row.beside else _excess(row, operation)


def _slowness(row: Row, operation: str) -> str:
    beside = f" {_times_waiting(row, operation):.2f}" if row.beside else ""
    return f"{operation}{beside} ({_excess(row, operation):.2f})"


def _lives(results: Results) -> Iterator[tuple[str, ...]]:
    for row in _sorted(row for row in results.rows if not row.latency):
        for operation in OPERATIONS:
            yield (
                _ENGINES[row.kind],
                f"{row.resources:,}",
                operation,
                f"{row.calls[operation]:,}",
                f"{row.ours[operation].seconds:.1f} s",
                f"{row.ratio(operation, 'seconds'):.2f}",
                f"{row.ours[operation].cpu:.1f} s",
                f"{row.ratio(operation, 'cpu'):.2f}",
                f"{row.ratio(operation, 'cpu', 'shaped'):.2f}" if "shaped" in row.beside else "",
                _letters(results)[row.run],
            )


def _waits(results: Results) -> Iterator[tuple[str, ...]]:
    for row in _sorted(row for row in results.rows if row.latency):
        for operation in OPERATIONS:
            least = least_seconds(row.resources, operation, row.latency)
            waiting = row.beside.get("waiting", {}).get(operation)
            yield (
                _ENGINES[row.kind],
                f"{row.resources:,}",
                operation,
                f"{row.calls[operation]:,}",
                f"{row.latency * 1000:.0f} ms",
                f"{row.ours[operation].seconds:.1f} s",
                f"{waiting.seconds:.1f} s" if waiting else "",
                f"{row.ratio(operation, 'seconds', 'waiting'):.2f}" if waiting else "",
                f"{least:.1f} s",
                f"{_excess(row, operation):.2f}" if least else "",
                _letters(results)[row.run],
            )


def _memory(results: Results) -> Iterator[tuple[str, ...]]:
    for row in _sorted(row for row in results.rows if not row.latency):
        parts = [f"{row.memory(part) / 2**20:.0f} MiB" for part in ("program", "host", "engine")]
        sizes = [row.state, *(row.states.get(standard, 0) for standard in STANDARDS)]
        shown = [f"{size / 1024:,.0f} KiB" if size else "" for size in sizes]
        yield _ENGINES[row.kind], f"{row.resources:,}", *parts, *shown, _letters(results)[row.run]


def _tools_head(results: Results) -> tuple[str, ...]:
    versions = {peer.tool: peer.version for peer in results.peers}
    tools = (f"{tool} {version}" for tool, version in versions.items())
    return ("resources", "operation", "this package", *tools, "run")


def _tools(results: Results) -> Iterator[tuple[str, ...]]:
    tools = dict.fromkeys(peer.tool for peer in results.peers)
    for resources, number in PEER_SIZES.items():
        for operation in OPERATIONS:
            asked = [_asked(results, tool, resources, operation) for tool in tools]
            if any(asked):
                runs = {peer.run for peer in results.peers if peer.resources in (resources, resources // number)}
                letters = ", ".join(sorted(_letters(results)[run] for run in runs))
                yield f"{resources:,}", operation, f"{least_calls(resources, operation, number):,}", *asked, letters


def _asked(results: Results, tool: str, resources: int, operation: str) -> str:
    """Returns the calls of a tool: measured, or in italics those of one tenant times the tenants."""
    found = {peer.resources: peer.calls[operation] for peer in results.peers if peer.tool == tool}
    if resources in found:
        calls = found[resources]
        return "has none" if calls is None else f"{calls:,}"
    number = PEER_SIZES[resources]
    one = found.get(resources // number)
    return "" if one is None or tool != DeployCli.tool else f"*{one * number:,}*"


def _others(results: Results) -> Iterator[tuple[str, ...]]:
    for each in results.ratios:
        what = f"import of the resources with {each.name}, &times; `import pulumi`"
        if each.kind == "plugin":
            what = f"105 resources through the plug-in, no change, &times; dynamic resources, {_ENGINES[each.name]}"
        yield what, f"{each.cpu:.2f}", _letters(results)[each.run]


def _sorted(rows: Iterable[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (row.kind, row.resources, row.latency))


def _images(charts: Iterable[str], word: str) -> Iterator[str]:
    for name in charts:
        if word in name:
            yield f"![{_TITLES[word]}]({name})\n"


_TITLES: Final = {
    "time": "Seconds for 1,005 resources in 67 tenants, at 200 ms",
    "calls": "Calls for one tenant with 14 resources",
}


def _charts(results: Results) -> Iterator[tuple[str, str]]:
    rows = [row for row in results.rows if (row.resources, row.latency) == (SIZES[-1], 0.2)]
    groups = [
        Group(
            operation,
            [
                Bar(
                    _ENGINES[row.kind],
                    row.ours[operation].seconds,
                    f"{row.ours[operation].seconds:.0f} s",
                    least_seconds(row.resources, operation, row.latency) or None,
                )
                for row in rows
            ],
        )
        for operation in OPERATIONS
    ]
    if rows:
        yield "numbers-time.svg", drawn(_TITLES["time"], groups, mark="least that the latency allows")
    peers = [peer for peer in results.peers if peer.resources == _COMPARED]
    if peers:
        yield (
            "numbers-calls.svg",
            drawn(_TITLES["calls"], [Group(each, _call_bars(peers, each)) for each in OPERATIONS]),
        )


def _call_bars(peers: list[Peer], operation: str) -> list[Bar]:
    mine = least_calls(_COMPARED, operation)
    theirs = [(peer.tool, peer.calls[operation]) for peer in peers]
    bars = [(tool, calls or 0, "has none" if calls is None else f"{calls}") for tool, calls in theirs]
    return [Bar("this package", mine, f"{mine}"), *(Bar(*each) for each in bars)]
