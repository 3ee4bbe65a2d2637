"""Published packages that judge, installed from a locked folder of the tests on first use."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from pathlib import Path

import pytest

_FOLDERS = Path(__file__).parents[2] / ".local" / "npm"


def installed(source: Path) -> Path:
    """Returns a copy of a folder of the tests with its packages; skips the test where that cannot be.

    The copy is named as the folder's package is. Several processes of a test run may ask at once: one installs, the
    others wait.
    """
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node is not on PATH, so the published packages cannot be asked")
    folder = _copy(source)
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _install(source, folder)
    return folder


def present(source: Path) -> Path:
    """Returns the same as `installed`, of packages that are dear to install or to run: skips where they are not yet."""
    folder = _copy(source)
    if not (folder / "node_modules").exists():
        folder.mkdir(parents=True, exist_ok=True)
        for path in source.iterdir():
            shutil.copy(path, folder)
        pytest.skip(f"not installed, because it runs long; `npm ci` in .local/npm/{folder.name} installs it")
    return installed(source)


def _copy(source: Path) -> Path:
    name: str = json.loads((source / "package.json").read_text())["name"]
    return _FOLDERS / name


def _install(source: Path, folder: Path) -> None:
    names = sorted(path.name for path in source.iterdir())
    fresh = all(_same(source / name, folder / name) for name in names) and (folder / "node_modules").exists()
    for name in names:
        shutil.copy(source / name, folder)
    if fresh:
        return
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=240, check=False)
    if done.returncode:
        (folder / "package.json").unlink()
        pytest.skip("npm cannot install the published packages here, so they cannot be asked")


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()
