"""Kill -9, Ctrl-C and two engines at once: nothing is lost, nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.engines import EmbeddedEngine, environment

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from support.cloud import Project


@pytest.fixture
def engine(project: Project, tmp_path: Path) -> EmbeddedEngine:
    """Opens the stack on the embedded engine; only its own state files can be looked into while it runs."""
    return EmbeddedEngine(project.folder, "dev", tmp_path, environment())


@contextmanager
def running(project: Project, tmp_path: Path, command: str) -> Generator[subprocess.Popen[str]]:
    """Runs the engine as a command of its own."""
    options = ["--cwd", str(project.folder), "--state-dir", str(tmp_path / "state")]
    arguments = [sys.executable, "-m", "embedded_pulumi_engine", command, *options]
    env = {**environment(), "FAMILY": str(tmp_path)}
    with subprocess.Popen(arguments, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_until(true: Callable[[], bool]) -> None:
    """Waits for a condition, three minutes at most: the machine may be busy."""
    end = time.monotonic() + 180
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def family(tmp_path: Path) -> list[int]:
    """Lists the living processes that descend from an engine started here: they share its environment."""
    mark = f"FAMILY={tmp_path}".encode()
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            if mark in (folder / "environ").read_bytes().split(b"\0"):
                found.append(int(folder.name))
    return found


def began(project: Project, call: str) -> Callable[[], bool]:
    """Returns whether a lifecycle received a call."""
    path = project.folder / "calls.jsonl"
    return lambda: path.exists() and f'"call": "{call}"' in path.read_text()


def pending(tmp_path: Path) -> list[str]:
    """Lists the operations that the state on disk notes as begun."""
    document = json.loads((tmp_path / "state" / "demo" / "dev.json").read_text())
    return [entry["type"] for entry in document["deployment"].get("pending_operations", [])]


def test_a_killed_creation_is_noted_and_reported(engine: EmbeddedEngine, project: Project, tmp_path: Path) -> None:
    """What was made before a kill is recorded, what was under way is noted, and the next run says so and goes on."""
    project.program("a = Thing('a')\nThing('b', delay=30, size=a.serial)")
    with running(project, tmp_path, "up") as process:
        wait_until(lambda: began(project, "created")() and "b" in project.folder.joinpath("calls.jsonl").read_text())
        wait_until(lambda: pending(tmp_path) == ["creating"])
        process.kill()
    project.program("a = Thing('a')\nThing('b', size=a.serial)")
    outcome = engine.up()
    assert (outcome.ok, outcome.operations) == (True, {"b": "create"})
    assert "interrupted while creating" in outcome.text
    assert pending(tmp_path) == []


@pytest.mark.parametrize("command", ["up", "destroy"])
def test_a_kill_during_change_or_deletion_loses_nothing(
    engine: EmbeddedEngine, project: Project, tmp_path: Path, command: str
) -> None:
    """An update or a deletion that was killed is simply due again."""
    project.program("Thing('a', size=1, delay=0.1)")
    engine.up()
    project.program("Thing('a', size=2, delay=30)")
    slow = {"up": "updating", "destroy": "deleting"}[command]
    if command == "destroy":
        project.program("Thing('a', size=1, delay=0.5)")
        engine.up()
    with running(project, tmp_path, command) as process:
        wait_until(lambda: pending(tmp_path) == [slow])
        process.kill()
    project.program("Thing('a', size=2)")
    assert engine.up().operations == {"a": "update"}
    assert engine.destroy().ok


def test_a_kill_between_deletion_and_creation_is_made_good(
    engine: EmbeddedEngine, project: Project, tmp_path: Path
) -> None:
    """A replacement that was killed after the deletion is created by the next run, without another deletion."""
    project.program("Thing('a', kind='x', dbr=True)")
    engine.up()
    project.program("Thing('a', kind='y', dbr=True, delay=30)")
    with running(project, tmp_path, "up") as process:
        wait_until(lambda: pending(tmp_path) == ["creating"])
        process.kill()
    project.program("Thing('a', kind='y', dbr=True)")
    assert engine.up().operations == {"a": "replace"}
    assert [call for call in project.calls() if call == "delete a"] == ["delete a"]
    assert engine.up().changes == {"same": 2}


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends children with their parent")
def test_plug_ins_die_with_a_killed_engine(project: Project, tmp_path: Path) -> None:
    """After a kill -9 neither program nor host is left."""
    project.program("Thing('a', delay=30)")
    with running(project, tmp_path, "up") as process:
        wait_until(began(project, "create"))
        assert len(family(tmp_path)) == 3
        process.kill()
        wait_until(lambda: family(tmp_path) == [])


def test_an_interrupt_waits_for_what_runs(engine: EmbeddedEngine, project: Project, tmp_path: Path) -> None:
    """Ctrl-C begins nothing new, waits for a running creation and records it."""
    project.program("a = Thing('a', delay=4)\nThing('b', size=a.serial)")
    with running(project, tmp_path, "up") as process:
        wait_until(began(project, "create"))
        os.kill(process.pid, signal.SIGINT)
        output, _ = process.communicate(timeout=60)
    assert "interrupted" in output
    assert project.calls() == ["create a"]
    project.program("Thing('a', delay=4)")
    assert engine.up().operations == {}


def test_one_engine_at_a_time(project: Project, tmp_path: Path) -> None:
    """A second run is refused while the first one runs, and the lock of a killed one does not stay."""
    project.program("Thing('a', delay=30)")
    with running(project, tmp_path, "up") as first:
        wait_until(began(project, "create"))
        options = ["--cwd", str(project.folder), "--state-dir", str(tmp_path / "state")]
        command = [sys.executable, "-m", "embedded_pulumi_engine", "destroy", *options]
        second = subprocess.run(command, env=environment(), capture_output=True, text=True, check=False)
        assert (second.returncode, second.stderr) == (1, f"error: the stack is in use by process {first.pid}\n")
        first.kill()
        first.wait()
        assert subprocess.run(command, env=environment(), capture_output=True, check=False).returncode == 0
