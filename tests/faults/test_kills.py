"""Kill -9 of a whole run, of its host or its engine, and Ctrl-C, at every kind of write: the next run puts it right.

Each write is held up by a proxy, before its effect or after it. The next `up` ends as desired; or it says that
something is there and both ways out of that, and adopting it does.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from support.kills import Scene, killed
from support.writes import WRITES

if TYPE_CHECKING:
    from pathlib import Path

    from support.kills import Victim, Write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="finds processes in /proc")
BY_NAME = {write.name: write for write in WRITES}
SAMPLE: tuple[tuple[str, Victim, bool], ...] = (
    ("auth0 provider, create", "tree", True),
    ("auth0 provider, update", "host", True),
    ("logto provider, create", "interrupt", True),
    ("aic provider, create", "engine", False),
    ("SES identity, create", "tree", True),
)
PLATFORMS = ("auth0", "logto", "aic")
EVERY: tuple[tuple[str, Victim, bool], ...] = (
    *SAMPLE,
    *((name, "tree", written) for name in BY_NAME for written in (False, True)),
    *((name, "interrupt", written) for name in BY_NAME for written in (False, True)),
    *((name, "host", True) for name in BY_NAME),
    *((f"{place} provider, {what}", "engine", True) for place in PLATFORMS for what in ("create", "update")),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Makes all tests with --all-faults, and a sample without."""
    if "victim" in metafunc.fixturenames:
        everything = metafunc.config.getoption("--all-faults", default=False)
        metafunc.parametrize(("name", "victim", "written"), list(dict.fromkeys(EVERY if everything else SAMPLE)))


def test_a_kill_at_a_write(name: str, victim: Victim, *, written: bool, tmp_path: Path) -> None:
    """Nothing is lost: the next run completes it, or tells both ways out, and a destroy removes it."""
    write = BY_NAME[name]
    with Scene(tmp_path, write.platforms).running() as scene:
        write.prepare(scene.machine)
        value = "one"
        scene.lab.write(write.written(value))
        engine = scene.lab.open(scene.environ())
        if write.changes:
            first = engine.up()
            assert first.ok, first.text
        if write.changes and write.command == "up":
            value = "two"
            scene.lab.write(write.written(value))
        killed(scene, write, victim, written=written)
        if write.command == "up":
            _completes(scene, write, value, victim)
        destroyed = engine.destroy()
        assert destroyed.ok, destroyed.text
        assert write.held(scene.machine) is None


def _completes(scene: Scene, write: Write, value: str, victim: Victim) -> None:
    """Runs `up` again, and once more with an adoption where that is what the first one asks for."""
    engine = scene.lab.open(scene.environ())
    outcome = engine.up()
    if not outcome.ok:
        assert victim != "interrupt", f"Ctrl-C lets running operations end: {outcome.text}"
        assert "on_existing='adopt'" in outcome.text, outcome.text
        assert "on_delete='delete'" in outcome.text, outcome.text
        scene.lab.write(write.written(value, ', on_existing="adopt", on_delete="delete"'))
        outcome = engine.up()
    assert outcome.ok, outcome.text
    assert write.held(scene.machine) == write.whole(value)
