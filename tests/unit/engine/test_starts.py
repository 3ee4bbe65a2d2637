"""How the engine's children are started: each way gives a command the same process."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from embedded_pulumi_engine.processes import leashed
from support import warm

if TYPE_CHECKING:
    from embedded_pulumi_engine.processes import Process, Start

PYTHON = str(Path(sys.prefix, "bin", "python"))
SHOWS = """
import json, os, sys
print(json.dumps([sys.argv, sys.path, os.getcwd(), dict(os.environ), __name__, os.getpgrp() == os.getpid()]))
sys.stderr.write("said")
sys.exit(int(os.environ.get("CODE", "0")))
"""
LISTS = """
import json, os, sys
ours = [name for name in sys.modules if name.startswith(("tenant_email", "embedded_pulumi_engine", "support"))]
print(json.dumps([ours, len(os.listdir("/proc/self/task"))]))
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Holds a program."""
    (tmp_path / "shows.py").write_text(SHOWS)
    return tmp_path


def ended(process: Process) -> tuple[str, str, int]:
    """Waits for a process; returns what it said and its code."""
    assert process.stdout
    assert process.stderr
    with process.stdout as out, process.stderr as err:
        return out.read(), err.read(), process.wait(60)


@pytest.mark.parametrize("words", [["shows.py", "a", "b"], ["-u", "-m", "shows", "a"], ["-P", "-m", "json.tool", "-h"]])
def test_a_fork_is_what_a_new_interpreter_is(folder: Path, words: list[str]) -> None:
    """Its arguments, folders of modules, environment, group, output and code."""
    env = {"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1", "CODE": "3", "LC_ALL": "C.UTF-8"}
    forked, new = (ended(start([PYTHON, *words], folder, env)) for start in (warm.start, leashed))
    assert forked == new


@pytest.mark.parametrize("start", [warm.start, leashed])
def test_what_a_program_raises_is_on_its_stderr(start: Start, folder: Path) -> None:
    """With the code that Python has for it."""
    (folder / "fails.py").write_text("raise RuntimeError('because')")
    _, err, code = ended(start([PYTHON, "fails.py"], folder, {}))
    assert err.endswith("RuntimeError: because\n")
    assert code == 1


@pytest.mark.parametrize("start", [warm.start, leashed])
def test_a_signal_ends_it(start: Start, folder: Path) -> None:
    """It is the leader of its group, and a wait has an end."""
    (folder / "waits.py").write_text("import time\nprint('waits', flush=True)\ntime.sleep(600)")
    process: Any = start([PYTHON, "waits.py"], folder, {})
    assert process.stdout.readline() == "waits\n"
    with pytest.raises(subprocess.TimeoutExpired):
        process.wait(0.01)
    os.killpg(process.pid, signal.SIGTERM)
    assert ended(process) == ("", "", -signal.SIGTERM)


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere new interpreters are started")
def test_nothing_of_this_project_is_in_a_fork(folder: Path) -> None:
    """A program loads it itself, and none of what others wrote has begun a thread."""
    (folder / "lists.py").write_text(LISTS)
    out, _, code = ended(warm.start([PYTHON, "lists.py"], folder, {}))
    assert (json.loads(out), code) == ([[], 1], 0)
