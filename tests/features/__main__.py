"""`make features`: runs the tests that show each feature, or those that have one of some words in their ids.

It writes docs/features.md, where the others stay as they were seen.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from typing import TYPE_CHECKING, Final

import pytest

from features import page
from support.benchmark import machine

if TYPE_CHECKING:
    from collections.abc import Sequence

_ABOUT: Final = ("system", "Python", "Pulumi SDK", "Pulumi CLI", "date")
_ENGINES: Final = {"embedded": "the embedded engine", "pulumi": "the Pulumi CLI"}


class Outcomes:
    """Keeps what each test did, of each of its cases."""

    def __init__(self) -> None:
        self._seen: defaultdict[str, list[tuple[str, str]]] = defaultdict(list)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Notes the outcome of a case: of its call, or of what came before or after it, where that decided."""
        test, _, case = report.nodeid.partition("[")
        if report.when == "call" or report.outcome != "passed":
            self._seen[test].append((case.rstrip("]"), report.outcome))

    def of(self, test: str) -> str:
        """Returns in words what a test did: a single failure counts, and a skip only where nothing ran."""
        cases = self._seen[test]
        if any(outcome == "failed" for _, outcome in cases):
            return "failed"
        passed = {case for case, outcome in cases if outcome == "passed"}
        if not passed:
            return page.NOT_RUN
        engines = [words for name, words in _ENGINES.items() if any(name in case.split("-") for case in passed)]
        return f"passed on {' and '.join(engines)}" if engines else "passed"


def main(words: Sequence[str]) -> int:
    """Runs them, writes the page, and returns pytest's exit code."""
    seen = page.outcomes_of(page.PAGE.read_text()) if page.PAGE.exists() else {}
    tests = [test for test in page.tests() if not words or any(word in test for word in words)]
    if not tests:
        print(f"no test of a feature has {' or '.join(words)} in its id")  # noqa: T201 - a command
        return 2
    outcomes = Outcomes()
    code = pytest.main(["--quiet", *tests], plugins=[outcomes])
    described = machine.described()
    about = {name: described[name] for name in _ABOUT}
    page.PAGE.write_text(page.written(about, seen | {test: outcomes.of(test) for test in tests}))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
