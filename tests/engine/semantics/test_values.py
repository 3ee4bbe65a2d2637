"""What lifecycles see: old and new inputs, secrets, unknowns, configuration."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from support.cloud import Project
    from support.engines import Engine

SECRET = "canary-7b1f"


def test_check_sees_old_inputs_and_diff_old_outputs(engine: Engine, project: Project) -> None:
    """`olds` of a check are the recorded inputs, those of a diff and an update the recorded outputs."""
    for size in (1, 2):
        project.program(f"Thing('a', size={size})")
        engine.up()
    first, second, diff, update = project.log("check", "diff", "update")
    assert first["olds"] == {}
    assert second["olds"] == {"name": "a", "size": 1, "color": "grey"}
    assert diff["olds"] == update["olds"] == {"name": "a", "size": 1, "color": "grey", "serial": 1}
    assert diff["news"] == {"name": "a", "size": 2, "color": "grey"}


def test_secrets_reach_the_lifecycle_in_clear_and_the_state_encrypted(engine: Engine, project: Project) -> None:
    """A lifecycle receives secrets as plain values, olds included; state and console never show one."""
    source = "a = Thing('a', password=pulumi.Output.secret('{0}'), size={1}, deep={{'s': pulumi.Output.secret('{0}')}})"
    texts: list[str] = []
    for size in (1, 2):
        project.program(source.format(SECRET, size) + "\npulumi.export('password', a.password)")
        texts.append(engine.up().text)
    update = project.log("update")[0]
    assert update["olds"]["password"] == update["news"]["deep"]["s"] == SECRET
    texts += [engine.refresh().text, engine.destroy().text, json.dumps(engine.export())]
    assert SECRET not in "".join(texts)


def test_outputs_are_secret_where_inputs_are(engine: Engine, project: Project) -> None:
    """The secret mark returns at the same key path, on a whole list for one of its elements, and where declared."""
    project.program(
        """
        s = pulumi.Output.secret("hidden")
        Thing('a', O(additional_secret_outputs=['serial']), password=s, deep={'x': 1, 'y': s}, list=[1, s])
        """
    )
    engine.up()
    outputs = _resource(engine, "a")["outputs"]
    sealed = {key for key, value in {**outputs, "y": outputs["deep"]["y"]}.items() if "ciphertext" in str(value)}
    assert sealed == {"password", "serial", "deep", "list", "y"}
    assert outputs["deep"]["x"] == 1


def test_outputs_are_unknown_in_a_preview(engine: Engine, project: Project) -> None:
    """In the preview of a creation and of an update every output that is not an input is unknown to consumers."""
    for size in (1, 2):
        project.program(f"a = Thing('a', size={size})\nThing('b', size=a.serial, kind=a.name)")
        engine.preview()
        check = [entry for entry in project.log("check") if entry["name"] == "b"][-1]
        assert check["news"]["size"] == "<unknown>"
        engine.up()
        project.log()


def test_preview_changes_nothing(engine: Engine, project: Project) -> None:
    """A preview tells what would happen and calls neither create, update nor delete."""
    project.program("Thing('a', size=1)\nThing('b')")
    assert engine.preview().changes == {"create": 3}
    engine.up()
    project.log()
    project.program("Thing('a', size=2)")
    assert engine.preview().operations == {"a": "update", "b": "delete"}
    assert project.calls() == []


def test_numbers_are_floats_to_the_lifecycle_and_whole_in_the_state(engine: Engine, project: Project) -> None:
    """587 arrives as 587.0 and is recorded as 587."""
    project.program("Thing('a', size=587)")
    engine.up()
    assert str(project.log("create")[0]["props"]["size"]) == "587.0"
    assert json.dumps(_resource(engine, "a")["inputs"]["size"]) == "587"


def test_all_configuration_reaches_the_lifecycle_decrypted(engine: Engine, project: Project) -> None:
    """A lifecycle is configured with every namespace; a map arrives as one JSON text, secrets inside in clear."""
    engine.set_config("token", SECRET, secret=True)
    engine.set_config("tenant-email:tenants.main.clientSecret", SECRET, secret=True, path=True)
    engine.set_config("tenant-email:tenants.main.url", "https://a.example/?b&c", path=True)
    project.program("Thing('a', size=pulumi.Config('tenant-email').require_object('tenants')['main']['url'])")
    outcome = engine.up()
    seen = project.log("configure")[0]
    expected = f'{{"main":{{"clientSecret":"{SECRET}","url":"https://a.example/?b\\u0026c"}}}}'
    assert (seen["token"], seen["tenants"]) == (SECRET, expected)
    assert SECRET not in outcome.text + json.dumps(engine.export())


def test_project_defaults(engine: Engine, project: Project) -> None:
    """Pulumi.yaml gives values that a stack may overrule."""
    manifest = project.folder / "Pulumi.yaml"
    manifest.write_text(manifest.read_text() + "config:\n  demo:size: 3\n  demo:kind: {value: x}\n")
    engine.set_config("kind", "y")
    project.program("c = pulumi.Config()\npulumi.export('all', [c.require_int('size'), c.require('kind')])")
    assert engine.up().outputs == {"all": [3, "y"]}


def test_config_change_is_seen_by_the_next_up(engine: Engine, project: Project) -> None:
    """A changed configuration configures the host anew and counts as no change of any resource."""
    project.program("Thing('a')")
    engine.set_config("token", "one")
    engine.up()
    engine.set_config("token", "two")
    assert engine.up().changes == {"same": 2}
    assert [entry["token"] for entry in project.log("configure")] == ["one", "two"]


def _resource(engine: Engine, name: str) -> dict[str, Any]:
    resources = engine.export()["deployment"]["resources"]
    found: dict[str, Any] = next(r for r in resources if r["urn"].endswith(f"::{name}"))
    return found
