"""Runs the unit tests against the built wheels, on each Python of the matrix that is on this machine.

Every version gets an environment of its own with the locked dependencies and the three wheels, nothing editable.
A version that is not here is named and left out: CI brings them, for example with `uv python install`.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]
VERSIONS: Final = ("3.11", "3.12", "3.13", "3.14")
WHEELS: Final = (ROOT, ROOT / "local" / "engine", ROOT / "local" / "environment")
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
            passed = run(path, Path(scratch, version), sorted(wheels.glob("*.whl")), tests)
            outcomes[version] = "passed" if passed else "FAILED"
    for version, outcome in outcomes.items():
        print(f"Python {version}: {outcome}")
    return int(not found or "FAILED" in outcomes.values())


def interpreter(version: str) -> str:
    """Returns the path of an interpreter of this version, or "" when there is none."""
    find = ["python", "find", "--no-python-downloads", "--system", version]
    asked = subprocess.run([*UV, *find], capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def run(python: str, environment: Path, wheels: list[Path], tests: list[str]) -> bool:
    """Installs what is locked and the wheels, and runs the tests with that; returns whether they passed."""
    subprocess.run([*UV, "venv", "--quiet", "--python", python, str(environment)], check=True)
    own = str(environment / "bin" / "python")
    # compiled now, because a warning of someone else's source, told when it is compiled, would fail the tests
    install = [*UV, "pip", "install", "--quiet", "--compile-bytecode", "--python", own]
    subprocess.run([*install, "--require-hashes", "--requirement", str(ROOT / "requirements.lock")], check=True)
    subprocess.run([*install, "--no-deps", *map(str, wheels)], check=True)
    command = [own, "-m", "pytest", "-q", "-p", "no:cacheprovider", *(tests or ["tests/unit"])]
    return subprocess.run(command, cwd=ROOT, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
