"""What people see, and the files that they share with the CLI."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import yaml

from embedded_pulumi_engine import Stack
from embedded_pulumi_engine.passphrase import PassphraseError, phrase_from
from support.engines import PASSPHRASE, Engine, environment, open_engine

if TYPE_CHECKING:
    from pathlib import Path

    from support.cloud import Project


@pytest.fixture
def stack(project: Project, tmp_path: Path) -> Stack:
    """Opens the stack on the embedded engine, to see its own words."""
    return Stack(project.folder, "dev", state_dir=tmp_path, environ=environment(), console=lambda _: None)


def test_log_lines_of_program_and_lifecycle(engine: Engine, project: Project) -> None:
    """Log lines and prints reach the console."""
    project.program("pulumi.warn('mind the gap')\nprint('plain words')\nThing('a', say='lifecycle words')")
    text = engine.up().text
    assert "warning: mind the gap" in text
    assert "plain words" in text
    assert "lifecycle words" in text


def test_a_proxy_of_the_shell_is_no_way_to_the_engine(project: Project, tmp_path: Path) -> None:
    """It is for what is elsewhere; asked for the engine, it refuses, and the program could register nothing."""
    project.program("pulumi.warn('mind the gap')\nThing('a', say='lifecycle words')")
    found = open_engine("embedded", project.folder, tmp_path, environ={"http_proxy": "http://127.0.0.1:9"}).up()
    assert found.ok, found.text
    assert "mind the gap" in found.text
    assert "lifecycle words" in found.text


def test_an_update_shows_what_differs(stack: Stack, project: Project) -> None:
    """Each differing property is shown, secrets masked, at the depth where it differs."""
    source = "s = pulumi.Output.secret\nThing('a', size={0}, deep={{'x': 1, 'y': {0}}}, password=s('hidden-{0}'))"
    for size in (1, 2):
        project.program(source.format(size))
        result = stack.up()
    assert [step.changed for step in result.steps if step.op == "update"] == [("deep.y", "password", "size")]
    assert "~ deep.y: 1 => 2" in result.text
    assert "~ password: [secret] => [secret]" in result.text
    assert "~ 1 updated" in result.text


def test_a_secret_that_the_program_prints_is_hidden(stack: Stack, project: Project) -> None:
    """Whatever shows a secret value on the way to the console, a traceback included, shows a mask."""
    stack.set_config("token", "canary-0f3a", secret=True)
    project.program(
        "t = pulumi.Config().require('token')\nprint(t)\nThing('a', size=t, fail='create')\nraise ValueError(t)"
    )
    result = stack.up()
    assert not result.ok
    assert "ValueError: [secret]" in result.text
    assert "canary-0f3a" not in result.text + repr(result) + "".join(result.diagnostics)


def test_what_stands_in_clear_beside_a_secret_object_is_shown(stack: Stack, project: Project) -> None:
    """Of an object that is a secret as a whole, only the parts that stand nowhere in clear are hidden."""
    source = (
        "thing = Thing('a', size='{0}', deep=pulumi.Output.secret({{'from': '{0}', 'key': 'canary-{0}'}}))\n"
        "thing.id.apply(lambda _: pulumi.warn('{0} with canary-{0}'))"
    )
    for sender in ("one@acme.example", "two@acme.example"):
        project.program(source.format(sender))
        result = stack.up()
    assert '~ size: "one@acme.example" => "two@acme.example"' in result.text
    assert "~ deep: [secret] => [secret]" in result.text
    assert "warning: two@acme.example with [secret]" in result.text


def test_configuration_file(engine: Engine, project: Project) -> None:
    """Values are written as the CLI writes them: with namespace, paths as maps and lists, secrets encrypted."""
    engine.set_config("plain", "true")
    engine.set_config("hidden", "x", secret=True)
    for path, value in {"map.a.b": "1", "map.list[0]": "x", "map.list[1]": "false", 'map["c.d"]': "007"}.items():
        engine.set_config(path, value, path=True)
    engine.set_config("other:map.deep", "x", secret=True, path=True)
    config: dict[str, Any] = yaml.safe_load((project.folder / "Pulumi.dev.yaml").read_text())["config"]
    assert config["demo:hidden"].pop("secure").startswith("v1:")
    assert config["other:map"]["deep"].pop("secure").startswith("v1:")
    assert config["demo:map"] == {"a": {"b": 1}, "list": ["x", False], "c.d": "007"}
    assert str(config["demo:plain"]).lower() == "true"


def test_passphrase_from_a_file(tmp_path: Path) -> None:
    """The passphrase may lie in a file; without any the engine says what to set."""
    (tmp_path / "phrase").write_text(f"{PASSPHRASE}\n")
    assert phrase_from({"PULUMI_CONFIG_PASSPHRASE_FILE": str(tmp_path / "phrase")}) == PASSPHRASE
    with pytest.raises(PassphraseError, match="PULUMI_CONFIG_PASSPHRASE"):
        phrase_from({})


def test_a_wrong_passphrase_is_refused(project: Project, tmp_path: Path) -> None:
    """A passphrase that is not the stack's opens nothing."""
    engine = open_engine("embedded", project.folder, tmp_path, environ={"PULUMI_CONFIG_PASSPHRASE": "another"})
    with pytest.raises(PassphraseError, match="incorrect passphrase"):
        engine.up()
