"""A program that the CLI ends prints no traceback of that, and of anything else its own."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

PROGRAM = """
import sys
{hook}
from tenant_email.resources.interrupts import quiet_interrupts
quiet_interrupts()
raise {error}
"""
CLI = "pulumi-language-python-exec"


@pytest.mark.parametrize(
    ("name", "error", "hook", "printed"),
    [
        (CLI, "KeyboardInterrupt", "", ""),
        (CLI, "ValueError('mine')", "", "ValueError: mine"),
        (CLI, "KeyboardInterrupt", "sys.excepthook = lambda *_: print('theirs', file=sys.stderr)", "theirs"),
        ("program.py", "KeyboardInterrupt", "", "KeyboardInterrupt"),
    ],
)
def test_what_is_printed_at_the_end(tmp_path: Path, name: str, error: str, hook: str, printed: str) -> None:
    """Under the CLI an interrupt is silent; a program's own hook is left alone, and so is every other program."""
    (tmp_path / name).write_text(PROGRAM.format(error=error, hook=hook))
    ended = subprocess.run([sys.executable, tmp_path / name], capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert (ended.stderr.strip().splitlines() or [""])[-1] == printed
