"""Mutation tests: changes each module in every small way and looks whether its quick tests notice.

`make mutants`, or `python -m mutants.run [--again | --sample] [module …]` with `tests` on the path. `--again` tries
only what survived the last run, `--sample` about a fifth of the mutants, the first of each function among them.
modules.toml says which tests hold which module, survivors.toml which changes no test can or should notice, each with
its reason. It fails on any other survivor, on a mutant that no test reaches, and on a known survivor that is none any
more.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from mutants import results

ROOT: Final = Path(__file__).parents[2]
HERE: Final = Path(__file__).parent
WORK: Final = ROOT / ".local" / "mutants"
_SEED: Final = "0"  # of Python's hashes, so that a run is like the one before
_SAMPLE: Final = ("*1", "*6")  # patterns of mutants' names, which end in a number

_CONFIG: Final = """
[tool.mutmut]
source_paths = ["src"]
only_mutate = ["{source}"]
pytest_add_cli_args_test_selection = [{tests}]
also_copy = ["docs", "stacks", "README.md", "__main__.py"]
pytest_add_cli_args = ["-p", "no:cacheprovider", "-p", "no:xdist"]
process_isolation = "forkserver"
track_dependencies = false
use_git_change_detection = false
timeout_multiplier = 10.0
timeout_constant = 3.0
"""


class Failed(Exception):
    """Says why there is no result for a module: a test that fails without any mutant, above all."""


_PACKAGES: Final = {"tenant_email": ROOT / "providers", "tenant_email_policies": ROOT / "policies"}
"""The packages, each with the folder that it is in; a module of the first is named without it."""


@dataclass(frozen=True, slots=True)
class Module:
    """A module of a package and the tests that hold it."""

    name: str
    tests: tuple[str, ...]

    @property
    def path(self) -> str:
        """Returns the module's file below the folder of its package."""
        whole = self.name if self.name.partition(".")[0] in _PACKAGES else f"tenant_email.{self.name}"
        return f"{whole.replace('.', '/')}.py"

    @property
    def source(self) -> Path:
        """Returns the module's file."""
        return _PACKAGES[self.path.partition("/")[0]] / self.path

    @property
    def folder(self) -> Path:
        """Returns where mutmut works on it."""
        return WORK / self.name


def known_survivors() -> dict[str, Counter[tuple[str, str]]]:
    """Returns (function, change) of every survivor with a reason, by module."""
    found: dict[str, Counter[tuple[str, str]]] = {}
    data: dict[str, Any] = tomllib.loads((HERE / "survivors.toml").read_text())
    for module, entries in data.items():
        for entry in entries:
            for change in entry["changes"]:
                found.setdefault(module, Counter())[entry["function"], change.strip()] += 1
    return found


def modules(wanted: list[str]) -> list[Module]:
    """Returns the modules named, or all of them."""
    table: dict[str, list[str]] = tomllib.loads((HERE / "modules.toml").read_text())
    if unknown := set(wanted) - set(table):
        sys.exit(f"not in modules.toml: {', '.join(sorted(unknown))}")
    return [Module(name, tuple(tests)) for name, tests in table.items() if name in wanted or not wanted]


def prepare(module: Module, *, again: bool) -> None:
    """Copies the packages and the tests to where mutmut works: it wants the packages in `src`."""
    if not again:
        shutil.rmtree(module.folder, ignore_errors=True)
    for old in ("src", "tests", "mutants/tests", "mutants/mutmut-stats.json"):
        path = module.folder / old
        path.unlink() if path.is_file() else shutil.rmtree(path, ignore_errors=True)
    hidden = shutil.ignore_patterns("__pycache__")
    for package, folder in _PACKAGES.items():
        shutil.copytree(folder / package, module.folder / "src" / package, ignore=hidden)
    shutil.copytree(ROOT / "tests", module.folder / "tests", ignore=hidden)
    for name in ("docs", "stacks"):
        shutil.copytree(ROOT / name, module.folder / name, ignore=hidden, dirs_exist_ok=True)
    for name in ("README.md", "__main__.py"):
        shutil.copy2(ROOT / name, module.folder / name)
    config = _CONFIG.format(source=f"src/{module.path}", tests=", ".join(f'"{test}"' for test in module.tests))
    (module.folder / "pyproject.toml").write_text((ROOT / "pyproject.toml").read_text() + config)
    # it must be there when Python starts, or its import system remembers that it is not
    (module.folder / "mutants" / "src").mkdir(parents=True, exist_ok=True)


def run(module: Module, *, again: bool, sample: bool) -> results.Result:
    """Runs all mutants of a module, a sample of them, or those that survived last time."""
    mutated = module.folder / "mutants" / "src" / module.path
    names = list(_SAMPLE) if sample else []
    if again:
        before = results.read(module.name, module.source, mutated)
        names = [mutant.name for mutant in (*before.survivors, *before.untested)]
    prepare(module, again=again)
    environ = {**os.environ, "PYTHONPATH": str(module.folder / "mutants" / "src"), "PYTHONHASHSEED": _SEED}
    command = [sys.executable, str(HERE / "mutate.py"), "run", "--max-children", "1", *names]
    with (module.folder / "log").open("w") as log:
        code = subprocess.run(command, cwd=module.folder, env=environ, stdout=log, stderr=log, check=False).returncode
    if code:
        said = [line.rpartition("\r")[2] for line in (module.folder / "log").read_text().splitlines()]
        raise Failed("\n".join((f"{module.name}: mutmut failed, see {module.folder / 'log'}", *said[-20:])))
    return results.read(module.name, module.source, mutated)


def report(path: Path, result: results.Result, known: Counter[tuple[str, str]], *, whole: bool) -> bool:
    """Prints a module's score and what is not accounted for; tells whether nothing is."""
    left, new = known.copy(), list[results.Mutant]()
    for mutant in result.survivors:
        if left[mutant.function, mutant.change] > 0:
            left[mutant.function, mutant.change] -= 1
        else:
            new.append(mutant)
    gone = list(left.elements()) if whole else []
    tried = result.total - result.undecided
    print(
        f"{result.module}: {result.killed} of {tried} noticed ({100 * result.killed / max(tried, 1):.1f} %), "
        f"{len(result.survivors) - len(new)} known survivors, {len(new)} new, "
        f"{len(result.untested)} that no test reaches, {result.undecided} not tried"
    )
    for mutant, what in [*((each, "survives") for each in new), *((each, "no test") for each in result.untested)]:
        print(f"{path}:{mutant.line} {mutant.function}: {what}\n    " + mutant.change.replace("\n", "\n    "))
    for function, change in gone:
        print(f"{path} {function}: a known survivor is none any more\n    " + change.replace("\n", "\n    "))
    return not (new or gone or result.untested or (whole and result.undecided))


def main(arguments: list[str]) -> int:
    """Runs the modules named, or all; returns 1 when something is not accounted for."""
    options = {"--again", "--sample"} & set(arguments)
    known, fine = known_survivors(), True
    for module in modules([name for name in arguments if name not in options]):
        try:
            result = run(module, again="--again" in options, sample="--sample" in options)
        except Failed as error:
            fine = False
            print(error)
        else:
            path, whole = module.source.relative_to(ROOT), "--sample" not in options
            fine &= report(path, result, known.get(module.name, Counter()), whole=whole)
        sys.stdout.flush()
    return 0 if fine else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
