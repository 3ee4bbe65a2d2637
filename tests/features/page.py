"""docs/features.md, made of `features.toml` and of what its tests did."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "features.md"
NOT_RUN: Final = "not run here"
_INTRO: Final = """# Features

Made by `make features`; do not edit. What the package does, the tests that show it, and what is publicly known of other
tools. `make features` runs each row's tests and writes what they did; `tests/features/features.toml` names them.
`make features ROWS="fleet rotation"` runs those with one of the words in their ids; the others stay as they were seen.

{machine}
"""
_HEAD: Final = "| | other tools | shown by |\n|---|---|---|"


@dataclass(frozen=True, slots=True)
class Feature:
    """One row: what the package does, what is known of other tools, and the tests' ids for pytest."""

    says: str
    elsewhere: str
    tests: tuple[str, ...]


def areas() -> dict[str, list[Feature]]:
    """Returns all features, by area."""
    read = tomllib.loads(Path(__file__).with_name("features.toml").read_text())
    return {area["name"]: [_feature(each) for each in area["feature"]] for area in read["area"]}


def tests() -> list[str]:
    """Returns the tests of all features, each once."""
    return list(dict.fromkeys(test for features in areas().values() for each in features for test in each.tests))


def written(machine: dict[str, str], outcomes: dict[str, str]) -> str:
    """Returns the page; `outcomes` is what each test did, in words, by its id."""
    about = "\n".join(["| | |", "|---|---|", *(f"| {name} | {said} |" for name, said in machine.items())])
    parts = [_INTRO.format(machine=about)]
    for name, features in areas().items():
        rows = "\n".join(_row(each, outcomes) for each in features)
        parts.append(f"## {name}\n\n{_HEAD}\n{rows}\n")
    return "\n".join(parts)


def outcomes_of(text: str) -> dict[str, str]:
    """Returns what the tests of a page did, by their ids; a test that it does not have was not run."""
    seen = {test: re.search(re.escape(_shown(test, "").removesuffix("**")) + "([^*]*)", text) for test in tests()}
    return {test: found[1] if found else NOT_RUN for test, found in seen.items()}


def _feature(read: dict[str, Any]) -> Feature:
    return Feature(read["says"], read.get("elsewhere", ""), tuple(read["tests"]))


def _row(feature: Feature, outcomes: dict[str, str]) -> str:
    shown = "<br>".join(_shown(test, outcomes[test]) for test in feature.tests)
    return f"| {feature.says} | {feature.elsewhere} | {shown} |"


def _shown(test: str, outcome: str) -> str:
    """Returns a test as a reader finds it: its name in words, its file, and what it did."""
    file, _, name = test.partition("::")
    return f"{name.removeprefix('test_').replace('_', ' ')} (`{file.removeprefix('tests/')}`): **{outcome}**"
