"""Create, update, delete, replace: the same operations and the same calls on both engines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from support.cloud import urn

if TYPE_CHECKING:
    from support.cloud import Project
    from support.engines import Engine


def test_create_same_update_delete(engine: Engine, project: Project) -> None:
    """A thing is created once, left alone, changed in place, and deleted when the program drops it."""
    project.program("a = Thing('a', size=1)\npulumi.export('serial', a.serial)")
    first = engine.up()
    assert (first.operations, first.changes, first.outputs) == ({"a": "create"}, {"create": 2}, {"serial": 1})
    assert (engine.up().changes, project.calls()) == ({"same": 2}, ["create a"])
    project.program("Thing('a', size=2)")
    assert engine.up().operations == {"a": "update"}
    project.program("")
    assert (engine.up().operations, project.calls()) == ({"a": "delete"}, ["update a", "delete a"])
    assert project.cloud == {}


def test_dependencies_order_creation_and_deletion(engine: Engine, project: Project) -> None:
    """A dependent is created after and deleted before what it depends on, by property or by option."""
    project.program("a = Thing('a')\nb = Thing('b', size=a.serial)\nThing('c', O(depends_on=[b]))")
    engine.up()
    assert project.calls() == ["create a", "create b", "create c"]
    assert engine.destroy().changes == {"delete": 4}
    assert project.calls() == ["delete c", "delete b", "delete a"]


def test_component_with_children(engine: Engine, project: Project) -> None:
    """A component is one resource, its children carry its type in their URNs, its outputs reach the program."""
    project.program("g = Group('g')\npulumi.export('serial', g.first.serial)")
    first = engine.up()
    assert (first.changes, first.outputs) == ({"create": 4}, {"serial": 1})
    resources = {r["urn"]: r for r in engine.export()["deployment"]["resources"]}
    assert urn("g-first", "cloud:index:Group") in resources
    assert resources["urn:pulumi:dev::demo::cloud:index:Group::g"]["outputs"] == {"serial": 1}
    assert engine.up().changes == {"same": 4}


def test_replacement_creates_before_it_deletes(engine: Engine, project: Project) -> None:
    """A replaced thing is created anew, its dependent follows, and the old one goes last."""
    project.program("a = Thing('a', kind='x')\nThing('b', size=a.serial)")
    engine.up()
    project.program("a = Thing('a', kind='y')\nThing('b', size=a.serial)")
    second = engine.up()
    assert (second.operations, second.changes) == (
        {"a": "replace", "b": "update"},
        {"replace": 1, "update": 1, "same": 1},
    )
    assert project.calls() == ["create a", "create b", "create a", "update b", "delete a"]


def test_replacement_that_deletes_first_takes_dependents_along(engine: Engine, project: Project) -> None:
    """With delete-before-replace a dependent that would be replaced is deleted first and created last."""
    project.program("a = Thing('a', kind='x', dbr=True)\nThing('b', kind=a.serial)\nThing('c', size=a.serial)")
    engine.up()
    project.program("a = Thing('a', kind='y', dbr=True)\nThing('b', kind=a.serial)\nThing('c', size=a.serial)")
    project.log()
    assert engine.up().operations == {"a": "replace", "b": "replace", "c": "update"}
    calls = project.calls()
    assert calls[:3] == ["delete b", "delete a", "create a"]
    assert sorted(calls[3:]) == ["create b", "update c"]


def test_the_program_decides_whether_to_delete_first(engine: Engine, project: Project) -> None:
    """The option delete_before_replace overrules the lifecycle's wish."""
    for kind in "xy":
        project.program(f"Thing('a', O(delete_before_replace=True), kind='{kind}')")
        engine.up()
    assert project.calls() == ["create a", "delete a", "create a"]


def test_targeted_replacement(engine: Engine, project: Project) -> None:
    """A replacement that the user asks for checks the inputs without the old ones and does not ask for a diff."""
    project.program("Thing('a')")
    engine.up()
    project.log()
    assert engine.up(replace=[urn("a")]).operations == {"a": "replace"}
    log = project.log("check", "diff", "create", "delete")
    assert [entry["call"] for entry in log] == ["check", "create", "delete"]
    assert log[0]["olds"] == {}


def test_replace_on_changes(engine: Engine, project: Project) -> None:
    """A change that would be an update is a replacement where the program says so and the diff is by inputs."""
    for size in (1, 2):
        project.program(f"Undiffed('a', O(replace_on_changes=['size']), size={size})")
        outcome = engine.up()
    assert (outcome.operations, project.calls()) == ({"a": "replace"}, ["create a", "create a", "delete a"])


def test_replacement_trigger(engine: Engine, project: Project) -> None:
    """A changed trigger replaces; setting the first one does not."""
    for options in ("", "replacement_trigger=1", "replacement_trigger=2"):
        project.program(f"Thing('a', O({options}))")
        outcome = engine.up()
    assert (outcome.operations, project.calls()) == ({"a": "replace"}, ["create a", "create a", "delete a"])


def test_protect(engine: Engine, project: Project) -> None:
    """A protected thing is neither deleted nor replaced."""
    project.program("Thing('a', O(protect=True), kind='x')")
    engine.up()
    project.program("Thing('a', O(protect=True), kind='y')")
    assert not engine.up().ok
    assert not engine.destroy().ok
    assert project.calls() == ["create a"]
    project.program("Thing('a', kind='x')")
    assert engine.up().ok
    assert engine.destroy().ok


def test_retain_on_delete(engine: Engine, project: Project) -> None:
    """A retained thing leaves the state but not the cloud."""
    project.program("Thing('a', O(retain_on_delete=True))")
    engine.up()
    assert engine.destroy().changes == {"delete": 2}
    assert (project.calls(), list(project.cloud)) == (["create a"], ["a-1"])


def test_ignore_changes(engine: Engine, project: Project) -> None:
    """An ignored property keeps its recorded value, nested ones too."""
    project.program("Thing('a', size=1, deep={'x': 1, 'y': 1})")
    engine.up()
    project.program("Thing('a', O(ignore_changes=['size', 'deep.x']), size=2, deep={'x': 2, 'y': 1})")
    assert engine.up().changes == {"same": 2}
    project.program("Thing('a', O(ignore_changes=['size', 'deep.x']), size=2, deep={'x': 2, 'y': 2})")
    assert engine.up().operations == {"a": "update"}
    assert project.cloud["a-1"]["deep"] == {"x": 1, "y": 2}
    assert project.cloud["a-1"]["size"] == 1


def test_aliases(engine: Engine, project: Project) -> None:
    """A renamed thing and a renamed component with its children are the same resources."""
    project.program("Group('g')\nThing('a', size=1)")
    engine.up()
    project.program(
        f"""
        Group('h', O(aliases=[pulumi.Alias(name='g')]))
        Thing('b', O(aliases=['{urn("a")}']), size=1, name='a')
        """
    )
    renamed = engine.up()
    assert renamed.ok
    assert "delete" not in renamed.changes
    assert "create" not in renamed.changes
    assert [r["urn"] for r in engine.export()["deployment"]["resources"]].count(urn("b")) == 1


def test_independent_things_are_created_at_once(engine: Engine, project: Project) -> None:
    """Things that do not depend on each other are made concurrently."""
    project.program("for n in range(3): Thing(f'a{n}', delay=0.4)")
    engine.up()
    log = project.log("create", "created")
    assert [entry["call"] for entry in log[:3]] == ["create"] * 3


def test_duplicate_names_are_refused(engine: Engine, project: Project) -> None:
    """Two things of one type and name fail the run."""
    project.program("Thing('a')\nThing('a')")
    outcome = engine.up()
    assert not outcome.ok
    assert f"Duplicate resource URN '{urn('a')}'" in outcome.text
