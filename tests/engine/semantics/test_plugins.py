"""Plug-ins found on PATH: default and explicit providers, functions, lookups, secrets that a plug-in makes."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.cloud import PROGRAM_FOLDER
from support.engines import Engine, engine_params, open_engine

if TYPE_CHECKING:
    from support.cloud import Project


@pytest.fixture(params=engine_params())
def engine(request: pytest.FixtureRequest, project: Project, tmp_path: Path) -> Engine:
    """Opens a stack with the plug-in `tiny` on PATH."""
    shutil.copy(PROGRAM_FOLDER / "tiny.py", project.folder)
    path = os.pathsep.join([str(PROGRAM_FOLDER / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
    environ = {"PATH": path, "TINY_CALLS": str(project.folder / "calls.jsonl")}
    return open_engine(request.param, project.folder, tmp_path, environ=environ)


def test_default_provider_is_configured_from_its_namespace(engine: Engine, project: Project) -> None:
    """The plug-in receives its own part of the configuration, and its provider resource bears the SDK's version."""
    engine.set_config("tiny:region", "north")
    project.program("import tiny\nb = tiny.Box('b', size=1)\npulumi.export('where', b.where)")
    outcome = engine.up()
    assert (outcome.operations, outcome.outputs) == ({"b": "create"}, {"where": "north"})
    assert project.log("configure")[-1]["variables"] == {"tiny:config:region": "north"}
    provider = next(r for r in engine.export()["deployment"]["resources"] if r["type"] == "pulumi:providers:tiny")
    assert provider["urn"].endswith("::default_1_2_3")
    assert provider["inputs"] == {"region": "north", "version": "1.2.3", "__internal": {}}
    assert engine.up().changes == {"same": 2}


def test_explicit_provider(engine: Engine, project: Project) -> None:
    """A resource uses the provider it is given; a change that replaces the provider replaces the resource."""
    source = "import tiny\np = tiny.Provider('p', region='{0}')\ntiny.Box('b', O(provider=p))"
    project.program(source.format("south"))
    assert engine.preview().operations == {"p": "create", "b": "create"}
    assert engine.up().operations == {"p": "create", "b": "create"}
    assert project.log("create")[-1]["region"] == "south"
    project.program(source.format("west"))
    assert engine.up().operations == {"p": "replace", "b": "replace"}
    assert [(e["call"], e["region"]) for e in project.log()] == [("create", "west"), ("delete", "south")]
    assert engine.destroy().ok


def test_what_was_half_made_is_recorded(engine: Engine, project: Project) -> None:
    """An object that exists but did not come up is in the state: the next run updates it, and a destroy deletes it."""
    project.program("import tiny\nb = tiny.Box('b', half=True)\ntiny.Box('c', where_b=b.where)")
    failed = engine.up()
    assert not failed.ok
    assert "the lid is missing" in failed.text
    box = next(each for each in engine.export()["deployment"]["resources"] if each["type"] == "tiny:index:Box")
    assert (box["id"], box["initErrors"]) == ("box-b", ["the lid is missing"])
    assert engine.up().operations == {"b": "update", "c": "create"}
    assert engine.up().changes == {"same": 3}
    assert engine.destroy().ok
    assert project.calls() == ["create b", "update b", "create c", "delete c", "delete b"]


def test_a_component_hands_its_provider_to_children(engine: Engine, project: Project) -> None:
    """Children of a component use the provider that the component was given."""
    project.program(
        """
        import tiny
        class Outer(pulumi.ComponentResource):
            def __init__(self, name, opts):
                super().__init__('x:index:Outer', name, {}, opts)
                self.box = tiny.Box('b', O(parent=self))
        Outer('o', O(providers=[tiny.Provider('p', region='east')]))
        """
    )
    engine.up()
    assert project.log("create")[0]["region"] == "east"


def test_functions(engine: Engine, project: Project) -> None:
    """A function runs in preview and up, with the default or a given provider."""
    engine.set_config("tiny:region", "north")
    project.program("import tiny\npulumi.export('text', tiny.greet('you'))")
    assert engine.preview().ok
    assert engine.up().outputs == {"text": "hello you from north"}
    project.program("import tiny\np = tiny.Provider('p', region='east')\ntiny.Box('b', text=p.id.apply(lambda _: 'x'))")
    assert engine.up().ok


def test_a_function_that_refuses(engine: Engine, project: Project) -> None:
    """What a function refuses reaches the program as an error."""
    project.program("import tiny\ntiny.greet('')")
    outcome = engine.up()
    assert not outcome.ok
    assert "nobody to greet" in outcome.text


def test_a_plug_in_that_accepts_secrets_keeps_them_marked(engine: Engine, project: Project) -> None:
    """Such a plug-in receives secrets as secrets, and what it marks secret is recorded so."""
    project.program("import tiny\nb = tiny.Box('b', text=pulumi.Output.secret('hidden'))\npulumi.export('key', b.key)")
    engine.up()
    assert project.log("create")[0]["props"]["text"]["value"] == "hidden"
    assert "made-up-key" not in json.dumps(engine.export())


def test_a_plug_in_previews(engine: Engine, project: Project) -> None:
    """A plug-in that supports previews is asked what it would make."""
    project.program("import tiny\ntiny.Box('b')")
    engine.preview()
    assert project.calls("preview", "create") == ["preview b"]


def test_looking_up_an_object(engine: Engine, project: Project) -> None:
    """An object that is only looked up is read, never created or deleted; one that does not exist is an error."""
    project.program("import tiny\nb = tiny.Box('b', O(id='box-9'))\npulumi.export('where', b.where)")
    assert engine.up().outputs == {"where": "here"}
    assert engine.up().ok
    assert engine.destroy().ok
    assert set(project.calls("read", "create", "delete")) == {"read b"}
    project.program("import tiny\ntiny.Box('b', O(id='gone'))")
    assert not engine.up().ok


def test_an_object_that_was_looked_up_becomes_owned(engine: Engine, project: Project) -> None:
    """A resource that was only looked up is created when the program wants its own; the other one is left alone."""
    project.program("import tiny\ntiny.Box('b', O(id='box-9'))")
    engine.up()
    project.program("import tiny\ntiny.Box('b')")
    assert engine.up().operations == {"b": "replace"}
    assert project.calls() == ["create b"]


def test_a_missing_plug_in(engine: Engine, project: Project) -> None:
    """A plug-in that is not on PATH fails the run and is named."""
    project.program("pulumi.CustomResource('absent:index:Thing', 'a', {})")
    outcome = engine.up()
    assert not outcome.ok
    assert "absent" in outcome.text
