"""Failures: what still happens, what does not, and what is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from support.cloud import Project
    from support.engines import Engine


def test_a_refused_check_fails_preview_and_up(engine: Engine, project: Project) -> None:
    """A check's reason is shown and nothing is created, in dependents neither."""
    project.program("a = Thing('a', size='bad')\nThing('b', size=a.serial)")
    preview, up = engine.preview(), engine.up()
    assert (preview.ok, up.ok) == (False, False)
    assert "size: bad is not a size" in preview.text
    assert project.calls() == []


def test_a_failed_create_leaves_dependents_alone(engine: Engine, project: Project) -> None:
    """What was made before a failure is kept; what depends on the failed thing waits for the next run."""
    project.program("a = Thing('a')\nb = Thing('b', fail='create', size=a.serial)\nThing('c', size=b.serial)")
    failed = engine.up()
    assert not failed.ok
    assert "the cloud refused to create b" in failed.text
    assert project.calls() == ["create a", "create b"]
    project.program("a = Thing('a')\nb = Thing('b', size=a.serial)\nThing('c', size=b.serial)")
    assert engine.up().operations == {"b": "create", "c": "create"}


def test_a_failed_update_keeps_the_old_inputs(engine: Engine, project: Project) -> None:
    """After a failed update the same update is due again."""
    project.program("Thing('a', size=1)")
    engine.up()
    project.program("Thing('a', size=2, fail='update')")
    assert not engine.up().ok
    project.program("Thing('a', size=2)")
    assert engine.up().operations == {"a": "update"}
    assert project.log("update")[-1]["olds"]["size"] == 1


def test_nothing_is_deleted_after_a_failure(engine: Engine, project: Project) -> None:
    """A run that failed deletes nothing, however much the program dropped."""
    project.program("Thing('a')")
    engine.up()
    project.program("Thing('b', fail='create')")
    assert not engine.up().ok
    assert list(project.cloud) == ["a-1"]


def test_a_failed_delete_is_tried_again(engine: Engine, project: Project) -> None:
    """A thing whose deletion failed stays recorded."""
    project.program("Thing('a', fail='delete')")
    engine.up()
    assert not engine.destroy().ok
    assert not engine.destroy().ok
    assert project.calls() == ["create a", "delete a", "delete a"]


def test_a_failed_deletion_of_a_replaced_thing_is_tried_again(engine: Engine, project: Project) -> None:
    """The old version of a replaced thing waits in the state until it can be deleted."""
    project.program("Thing('a', kind='x', fail='delete')")
    engine.up()
    project.program("Thing('a', kind='y')")
    assert not engine.up().ok
    states = [r.get("delete", False) for r in engine.export()["deployment"]["resources"] if r["urn"].endswith("::a")]
    assert sorted(states) == [False, True]
    assert not engine.up().ok
    assert project.calls() == ["create a", "create a", "delete a", "delete a"]


def test_a_program_that_raises(engine: Engine, project: Project) -> None:
    """The user sees the traceback of the own program; what was registered stays."""
    project.program("a = Thing('a')\nraise ValueError('no such luck')")
    outcome = engine.up()
    assert not outcome.ok
    assert "ValueError: no such luck" in outcome.text
    assert "__main__.py" in outcome.text


def test_stack_outputs_survive_a_failure(engine: Engine, project: Project) -> None:
    """A failed run keeps the outputs of the last good one."""
    project.program("pulumi.export('one', 1)\npulumi.export('two', Thing('a').serial)")
    engine.up()
    project.program("pulumi.export('one', 2)\nThing('b', fail='create')")
    assert not engine.up().ok
    stack = engine.export()["deployment"]["resources"][0]
    assert stack["outputs"] == {"one": 2, "two": 1}
