"""Whether a program is as ruff leaves it in a project without settings of its own."""

from __future__ import annotations

import subprocess
import sys


def assert_formatted(source: str) -> None:
    """Has ruff look at a program as it does in a project without settings of its own."""
    ruff = [sys.executable, "-m", "ruff"]
    for words in (["format", "--diff"], ["check", "--select", "E4,E7,E9,W,F,I,B,UP,D205,D209,D212"]):
        command = [*ruff, *words, "--isolated", "--stdin-filename", "x/__main__.py", "-"]
        done = subprocess.run(command, input=source.encode(), capture_output=True, check=False)
        assert done.returncode == 0, done.stdout.decode() + done.stderr.decode()
