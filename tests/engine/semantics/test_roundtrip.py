"""States travel between the engines: what one made, the other goes on with."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING, Any

import pytest

from support.engines import engine_params, open_engine

if TYPE_CHECKING:
    from pathlib import Path

    from support.cloud import Project
    from support.engines import Engine

_OF_ITS_OWN = ("created", "modified", "id", "provider", "serial", "size", "sourcePosition", "stackTrace")
PROGRAM = """
g = Group('g')
s = pulumi.Output.secret('hidden')
Thing('a', O(protect=True), password=s, list=[1, s], deep={'n': 1.5, 'ref': g.first, 'flag': True, 'none': None})
Thing('b', size=pulumi.Config().require_secret('token'))
pulumi.export('serial', g.first.serial)
pulumi.export('secret', pulumi.Output.secret({'k': 'v'}))
"""


@pytest.fixture(params=engine_params())
def other(request: pytest.FixtureRequest, project: Project, tmp_path: Path) -> Engine:
    """Opens the same stack on the engine that takes over, in a place of its own."""
    scratch = tmp_path / "other"
    scratch.mkdir()
    return open_engine(request.param, project.folder, scratch)


def test_an_exported_state_goes_on_with_zero_operations(engine: Engine, other: Engine, project: Project) -> None:
    """After export and import the next up finds everything the same, and outputs keep their values."""
    engine.set_config("token", "canary-77", secret=True)
    project.program(PROGRAM)
    first = engine.up()
    other.import_(engine.export())
    second = other.up()
    assert (second.ok, second.operations, second.changes) == (True, {}, {"same": 6})
    assert second.outputs == first.outputs
    assert _identities(other) == _identities(engine)


def test_the_other_engine_refreshes_and_destroys(engine: Engine, other: Engine, project: Project) -> None:
    """What one engine made, the other refreshes and deletes."""
    engine.set_config("token", "canary-77", secret=True)
    project.program(PROGRAM.replace("O(protect=True), ", ""))
    engine.up()
    other.import_(engine.export())
    assert other.refresh().operations == {}
    assert other.destroy().changes == {"delete": 6}
    assert project.cloud == {}


def test_a_new_stack_takes_over_the_salt_of_an_imported_state(project: Project, tmp_path: Path) -> None:
    """Without a stack file the import writes the salt that opens the state."""
    engine = open_engine("embedded", project.folder, tmp_path)
    project.program("Thing('a', password=pulumi.Output.secret('hidden'))")
    engine.up()
    shutil.move(project.folder / "Pulumi.dev.yaml", tmp_path / "kept.yaml")
    engine.import_(engine.export())
    assert (project.folder / "Pulumi.dev.yaml").read_text() == (tmp_path / "kept.yaml").read_text()
    assert engine.up().changes == {"same": 2}


def test_states_are_written_alike(engine: Engine, project: Project, tmp_path: Path) -> None:
    """Both engines record the same resources in the same form; times, ids and ciphertexts apart."""
    engine.set_config("token", "canary-77", secret=True)
    project.program(PROGRAM)
    assert engine.up().ok
    scratch = tmp_path / "reference"
    scratch.mkdir()
    reference = open_engine("embedded", project.folder, scratch)
    assert reference.up().ok
    assert _comparable(engine) == _comparable(reference)


def _comparable(engine: Engine) -> dict[str, Any]:
    def blurred(value: Any) -> Any:
        if isinstance(value, dict):
            kept = {key: child for key, child in value.items() if key not in _OF_ITS_OWN}
            return {key: "*" if key == "ciphertext" else blurred(child) for key, child in kept.items()}
        if isinstance(value, list):
            return [blurred(child) for child in value]
        return re.sub(r"-\d+$", "-N", value) if isinstance(value, str) else value

    return {r["urn"]: blurred(r) for r in engine.export()["deployment"]["resources"]}


def _identities(engine: Engine) -> dict[str, str]:
    """Returns ids by URN, those of provider resources included."""
    return {r["urn"]: r.get("id", "") for r in engine.export()["deployment"]["resources"]}
