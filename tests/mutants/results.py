"""Reads what mutmut left behind: which mutants survived, where, and what they change."""

from __future__ import annotations

import ast
import difflib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

SURVIVED: Final = frozenset({0})
UNTESTED: Final = frozenset({5, 33})
UNDECIDED: Final = frozenset({None, 2, 255})  # the last where mutmut could not run the tests: no verdict at all

_CAST: Final = re.compile(r"""\bcast\(("[^"]*"|[^",()]+),""")  # only the type checker looks at its first argument
_CLASS_MARK: Final = "ǁ"
_NUMBER_MARK: Final = "__mutmut_"


@dataclass(frozen=True, slots=True)
class Mutant:
    """One changed copy of a function: its name for mutmut, the function, the line, and the lines out and in."""

    name: str
    code: int | None
    function: str
    line: int
    change: str


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one module's mutants."""

    module: str
    total: int
    survivors: tuple[Mutant, ...]
    untested: tuple[Mutant, ...]
    undecided: int

    @property
    def killed(self) -> int:
        """Returns how many mutants made a test fail."""
        return self.total - len(self.survivors) - len(self.untested) - self.undecided


def read(module: str, source: Path, mutated: Path) -> Result:
    """Reads the results of one module; `mutated` is mutmut's copy, its verdicts are beside it."""
    codes: dict[str, int | None] = json.loads(mutated.with_name(f"{mutated.name}.meta").read_text())["exit_code_by_key"]
    copies, lines = functions(mutated), {name: node.lineno for name, node in functions(source).items()}
    text = mutated.read_text()
    alive = [_mutant(name, code, copies, lines, text) for name, code in codes.items() if code in SURVIVED | UNTESTED]
    mutants = [each for each in alive if not _is_for_the_type_checker(each.change)]
    return Result(
        module,
        len(codes) - len(alive) + len(mutants),
        tuple(sorted((each for each in mutants if each.code in SURVIVED), key=_order)),
        tuple(sorted((each for each in mutants if each.code in UNTESTED), key=_order)),
        sum(code in UNDECIDED for code in codes.values()),
    )


def _is_for_the_type_checker(change: str) -> bool:
    """Returns whether a change makes no difference at run time."""
    lines = [_CAST.sub("cast(", line[2:]) for line in change.splitlines()]
    return len(lines) == 2 and lines[0] == lines[1]


def _order(mutant: Mutant) -> tuple[int, str, str]:
    return mutant.line, mutant.function, mutant.change


def _mutant(name: str, code: int | None, copies: dict[str, ast.stmt], lines: dict[str, int], text: str) -> Mutant:
    mangled = name.rpartition(".")[2]
    stem = mangled.rpartition(_NUMBER_MARK)[0]
    function = stem.removeprefix("x_") if _CLASS_MARK not in stem else ".".join(stem.split(_CLASS_MARK)[1:])
    old, new = (_body(text, copies, f"{each}") for each in (f"{stem}{_NUMBER_MARK}orig", mangled))
    first = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), 0)
    changed = [line for line in difflib.ndiff(old, new) if line[0] in "+-"]
    return Mutant(
        name,
        code,
        function,
        lines.get(function, 0) + first,
        "\n".join(f"{line[:2]}{line[2:].strip()}" for line in changed),
    )


def _body(text: str, copies: dict[str, ast.stmt], name: str) -> list[str]:
    lines = (ast.get_source_segment(text, copies[name.rpartition(".")[2]], padded=True) or "").splitlines()
    return [line.replace(name, "") if at == 0 else line for at, line in enumerate(lines)]


def functions(path: Path) -> dict[str, ast.stmt]:
    """Returns every function and method of a file by its name; mutmut's copies by their own, which are unique."""
    return dict(_named(ast.parse(path.read_text()).body, ""))


def _named(body: list[ast.stmt], prefix: str) -> Iterator[tuple[str, ast.stmt]]:
    for node in body:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield (node.name if _NUMBER_MARK in node.name else f"{prefix}{node.name}"), node
        elif isinstance(node, ast.ClassDef):
            yield from _named(node.body, f"{node.name}.")
