"""Refresh and destroy: what they find, and which configuration they use."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.cloud import Project
    from support.engines import Engine


def test_refresh_finds_drift_and_up_repairs_it(engine: Engine, project: Project) -> None:
    """A change made elsewhere is recorded by refresh and undone by the next up."""
    project.program("Thing('a', size=1)")
    engine.up()
    project.cloud = {"a-1": {"name": "a", "size": 5, "color": "grey"}}
    assert engine.refresh().operations == {"a": "update"}
    assert engine.refresh().changes == {"same": 2}
    assert engine.up().operations == {"a": "update"}
    assert project.cloud["a-1"]["size"] == 1


def test_refresh_drops_what_is_gone(engine: Engine, project: Project) -> None:
    """A thing that vanished is dropped from the state and created again by the next up."""
    project.program("Thing('a')\nThing('b')")
    engine.up()
    project.cloud = {key: held for key, held in project.cloud.items() if held["name"] == "b"}
    assert engine.refresh().operations == {"a": "delete"}
    assert engine.up().operations == {"a": "create"}


def test_refresh_compares_live_with_recorded_inputs(engine: Engine, project: Project) -> None:
    """During refresh a diff receives what was read as old and the recorded inputs as new."""
    project.program("Thing('a', size=1)")
    engine.up()
    project.cloud = {"a-1": {"name": "a", "size": 5, "color": "grey"}}
    project.log()
    engine.refresh()
    read, diff = project.log("read", "diff")
    assert read["props"] == {"name": "a", "size": 1, "color": "grey", "serial": 1}
    assert (diff["olds"]["size"], diff["news"]["size"]) == (5, 1)


def test_an_exception_in_read_fails_the_refresh(engine: Engine, project: Project) -> None:
    """A read that fails leaves the state as it is."""
    project.program("Thing('a', fail='read')")
    engine.up()
    outcome = engine.refresh()
    assert not outcome.ok
    assert "the cloud refused to read a" in outcome.text
    assert engine.up().changes == {"same": 2}


def test_refresh_and_destroy_use_the_configuration_of_the_last_up(engine: Engine, project: Project) -> None:
    """Neither runs the program, so both know only the configuration that is in the state."""
    project.program("Thing('a')")
    engine.set_config("token", "token-of-first", secret=True)
    engine.up()
    engine.set_config("token", "token-of-second", secret=True)
    engine.refresh()
    engine.destroy()
    assert [entry["token"] for entry in project.log("read", "delete")] == ["token-of-first", "token-of-first"]


def test_refresh_and_destroy_can_run_the_program(engine: Engine, project: Project) -> None:
    """With the program run, both use the configuration of today and change nothing else."""
    project.program("a = Thing('a', size=1)\nThing('b', size=a.serial)")
    engine.set_config("token", "token-of-first", secret=True)
    engine.up()
    engine.set_config("token", "token-of-second", secret=True)
    project.log()
    assert engine.refresh(run_program=True).ok
    assert engine.destroy(run_program=True).ok
    assert engine.export()["deployment"].get("resources", []) == []
    assert {entry["token"] for entry in project.log("read", "delete")} == {"token-of-second"}
    assert project.cloud == {}


def test_destroy_empties_the_state(engine: Engine, project: Project) -> None:
    """Nothing is left in the state, and a second destroy has nothing to do."""
    project.program("Group('g')")
    engine.up()
    assert engine.destroy().changes == {"delete": 4}
    assert engine.export()["deployment"].get("resources", []) == []
    assert engine.destroy().changes == {}
