"""The package's safety rules: each with the lines that keep it, and the quick tests that fail without those lines.

`make rules`, or `python -m mutants.rules [word …]` with `tests` on the path, takes every rule (or those that have one
of the words in them) out of a copy of the package, one at a time, and expects its tests to fail. `--write` writes
docs/safety-rules.md.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

ROOT: Final = Path(__file__).parents[2]
PAGE: Final = ROOT / "docs" / "safety-rules.md"
PACKAGE: Final = ROOT / "providers" / "tenant_email"
_FAILED: Final = 1  # pytest: some tests failed
_LONGEST: Final = 120.0  # seconds, of one rule's tests

_HEAD: Final = """# Safety rules

What must never happen, the module that sees to it, and the quick tests that fail when it is taken out. Generated from
`tests/mutants/rules.toml`, which has the lines too: `make rules` takes each rule out and expects its tests to fail.

`make mutants` asks the same of everything else that decides: mutmut changes each module of
`tests/mutants/modules.toml` in every small way, and the quick tests named there must notice.
`tests/mutants/survivors.toml` has the changes that none can or should notice, each with its reason; any other survivor
is news and fails the run. It changes the bodies of functions, and so neither tables of a module nor functions with a
decorator, nor what runs at import; it leaves the wording of messages alone; and it does not see what a test does in
another process.

| Rule | Module | Tests |
|---|---|---|
"""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule: what it says, its file, the text that keeps it and a text that does not, and its tests."""

    says: str
    file: str
    kept: str
    broken: str
    tests: tuple[str, ...]

    def row(self) -> str:
        """Returns the rule's row of the page."""
        tests = "<br>".join(f"`{test}`" for test in self.tests)
        return f"| {self.says} | `{self.file}` | {tests} |\n"


def rules() -> list[Rule]:
    """Returns all rules."""
    data: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "rules.toml").read_text())["rule"]
    return [Rule(**{**each, "tests": tuple(each["tests"])}) for each in data]


def page() -> str:
    """Returns the page of all rules."""
    return _HEAD + "".join(rule.row() for rule in rules())


def notices(rule: Rule) -> str:
    """Takes a rule out and runs its tests; returns what is wrong, empty when they fail as they must."""
    source = (PACKAGE / rule.file).read_text()
    if source.count(rule.kept) != 1:
        return f"{source.count(rule.kept)} places in {rule.file} read as rules.toml has it"
    with TemporaryDirectory() as folder:
        shutil.copytree(PACKAGE, Path(folder) / "tenant_email")  # with what is compiled: its files keep their times
        (Path(folder) / "tenant_email" / rule.file).write_text(source.replace(rule.kept, rule.broken))
        for test in rule.tests:
            if (code := _pytest(test, folder)) != _FAILED:
                return f"{test} does not notice (pytest ended with {code})"
    return ""


def _pytest(test: str, path: str) -> int:
    command = [sys.executable, "-m", "pytest", "-q", "-x", "--no-header", "-p", "no:cacheprovider", test]
    environ = {**os.environ, "PYTHONPATH": path, "PYTHONDONTWRITEBYTECODE": "1"}
    try:
        done = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, check=False, timeout=_LONGEST)
    except subprocess.TimeoutExpired:
        return _FAILED  # without a bound in time a test of it does not end
    return done.returncode


def main(words: list[str]) -> int:
    """Tries the rules; returns 1 when one could be taken out unseen."""
    if "--write" in words:
        PAGE.write_text(page())
        return 0
    unseen = 0
    for rule in rules():
        if words and not any(word in f"{rule.says} {rule.file}" for word in words):
            continue
        wrong = notices(rule)
        unseen += bool(wrong)
        print(f"{'UNSEEN' if wrong else 'seen'}: {rule.says}{f' {wrong}' if wrong else ''}", flush=True)
    return 1 if unseen else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
