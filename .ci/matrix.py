"""Runs the unit tests on the built wheels, on each Python of the matrix, and takes a state from one to another.

Every version gets an environment of its own with the locked dependencies and the wheels, nothing editable.
A version that is not here is named and left out: CI brings them, for example with `uv python install`.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
VERSIONS: Final = ("3.11", "3.12", "3.13", "3.14")
WHEELS: Final = (ROOT, ROOT / "local" / "engine", ROOT / "local" / "environment", ROOT / "policies")
UV: Final = (sys.executable, "-m", "uv")


def main(tests: list[str]) -> int:
    """Runs the tests on each version; returns 1 when any fails or no version is here."""
    found = {version: path for version in VERSIONS if (path := interpreter(version))}
    outcomes: dict[str, str] = dict.fromkeys(VERSIONS, "not on this machine")
    with tempfile.TemporaryDirectory() as scratch:
        wheels = Path(scratch, "wheels")
        for project in WHEELS:
            build = ["-m", "hatchling", "build", "--target", "wheel", "--directory", str(wheels)]
            subprocess.run([sys.executable, *build], cwd=project, check=True, stdout=subprocess.DEVNULL)
        for version, path in found.items():
            install(path, Path(scratch, version), sorted(wheels.glob("*.whl")))
        for version in found:
            passed = run(Path(scratch, version), tests or ["tests/unit"])
            outcomes[version] = "passed" if passed else "FAILED"
        if len(found) > 1:
            ends = [Path(scratch, version) for version in (min(found), max(found))]
            passed = run(ends[0], ["tests/engine/install/test_pythons.py"], *ends)
            outcomes["state from the oldest to the newest, and back"] = "passed" if passed else "FAILED"
    for version, outcome in outcomes.items():
        print(f"Python {version}: {outcome}")
    return int(not found or "FAILED" in outcomes.values())


def interpreter(version: str) -> str:
    """Returns the path of an interpreter of this version, or "" when there is none."""
    find = ["python", "find", "--no-python-downloads", "--system", version]
    asked = subprocess.run([*UV, *find], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def install(python: str, environment: Path, wheels: list[Path]) -> None:
    """Makes an environment with what is locked and the wheels."""
    subprocess.run([*UV, "venv", "--quiet", "--python", python, str(environment)], check=True)
    # compiled now, because a warning of someone else's source, told when it is compiled, would fail the tests
    add = [*UV, "pip", "install", "--quiet", "--compile-bytecode", "--python", str(environment / "bin" / "python")]
    subprocess.run(
        [*add, "--no-deps", "--require-hashes", "--requirement", str(ROOT / "requirements.lock")], check=True
    )
    subprocess.run([*add, "--no-deps", *map(str, wheels)], check=True)


def run(environment: Path, tests: list[str], *others: Path) -> bool:
    """Runs the tests in an environment, which may hand a state to `others`; returns whether they passed."""
    command = [str(environment / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    variables = {"TENANT_EMAIL_ENVIRONMENTS": os.pathsep.join(map(str, others))} if others else {}
    return subprocess.run(command, cwd=ROOT, env={**os.environ, **variables}, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
