"""Published packages of Python that judge and are too large for the lock, installed on first use."""

from __future__ import annotations

import fcntl
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_FOLDERS = Path(__file__).parents[2] / ".local" / "pip"


def installed(lock: Path) -> Path:
    """Returns a folder for PYTHONPATH with the packages of a lock file; skips the test where that cannot be.

    The folder is named as the lock's own is. Several processes of a test run may ask at once: one installs, the others
    wait.
    """
    folder = _FOLDERS / lock.parent.name
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        noted = folder / lock.name
        if not (noted.exists() and noted.read_bytes() == lock.read_bytes()):
            _install(lock, folder / "site")
            shutil.copy(lock, noted)
    return folder / "site"


def _install(lock: Path, site: Path) -> None:
    shutil.rmtree(site, ignore_errors=True)
    command = [sys.executable, "-m", "uv", "pip", "install", "--quiet", "--no-deps", "--require-hashes"]
    command += ["--python", sys.executable, "--target", str(site), "--requirement", str(lock)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)
    except subprocess.TimeoutExpired:
        pytest.skip("pip takes too long here to install the providers of Google and Azure, so they cannot be asked")
    if done.returncode:
        pytest.skip("pip cannot install the providers of Google and Azure here, so they cannot be asked")
