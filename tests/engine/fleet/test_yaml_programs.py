"""The Program objects of a fleet on the real CLI, as the Pulumi Kubernetes Operator makes projects of them."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support.engines import open_engine
from support.fleets import PASSWORD, LocalFleet, fleet_document
from tenant_email.fleet.kubernetes import Cluster, generate
from tenant_email.fleet.reading import read_fleet

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.canary import Watched

pytestmark = pytest.mark.skipif(
    shutil.which("pulumi") is None or shutil.which("pulumi-language-yaml") is None,
    reason="the Pulumi CLI, or its host of YAML, is not on PATH",
)
ODD = "Costs $5, ${five} or $${five}, {{ user.name }}"


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[LocalFleet]:
    """Runs a tenant of each platform."""
    with LocalFleet(tmp_path / "fleet", 3) as running:
        yield running


def objects(fleet: LocalFleet, name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Returns the Program and the Stack of a tenant."""
    made = generate(read_fleet(fleet.file), Cluster(namespace="mail", backend="file://"), fleet.folder, "")
    program, stack = made.files[f"stack-{name}.yaml"]
    return program, stack["spec"]


def project(fleet: LocalFleet, folder: Path, name: str) -> Watched:
    """Opens what the operator makes of a tenant's objects: a project, the Stack's config, and the Secret as config."""
    program, stack = objects(fleet, name)
    folder.mkdir(exist_ok=True)
    document = {"name": name, "runtime": "yaml", **program["program"]}
    (folder / "Pulumi.yaml").write_text(json.dumps(document))
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    engine = open_engine("pulumi", folder, folder.parent, environ={**fleet.environment(), "PATH": path})
    for key, value in stack["config"].items():
        engine.set_config(key, value if isinstance(value, str) else json.dumps(value))
    for key, reference in stack["secretsRef"].items():
        engine.set_config(key, fleet.secrets[reference["secret"]["key"]], secret=True)
    return engine


@pytest.mark.parametrize("name", ["t000", "t001", "t002"])
def test_the_life_of_a_tenant(fleet: LocalFleet, tmp_path: Path, name: str) -> None:
    """Previewed without a call, up, the same again, refreshed and destroyed; the password is in no text."""
    fleet.write()
    engine = project(fleet, tmp_path / "project", name)
    assert (planned := engine.preview()).changes == {"create": 3}, planned.text
    assert fleet.writes()[name] == 0
    assert (up := engine.up()).ok, up.text
    assert fleet.writes() == dict.fromkeys(fleet.tenants, 0) | {name: 2}
    assert engine.preview().changes == {"same": 3}
    assert (refreshed := engine.refresh()).ok, refreshed.text
    assert refreshed.operations == {}
    assert PASSWORD not in (tmp_path / "project" / "Pulumi.yaml").read_text()
    assert (gone := engine.destroy()).ok, gone.text


def test_a_text_arrives_as_it_is_written(fleet: LocalFleet, tmp_path: Path) -> None:
    """What YAML's programs would evaluate is escaped."""
    document = fleet_document({"t000": fleet.entries["t000"]})
    document["defaults"]["auth0"]["starters"] = []
    document["tenants"]["t000"]["email"] = {
        "templates": {"welcome": {"template": "welcome_email", "subject": "Hi", "body": ODD}}
    }
    fleet.write(document)
    assert (up := project(fleet, tmp_path / "project", "t000").up()).ok, up.text
    (call,) = (each for each in fleet.tenants["t000"].calls if each.path.endswith("/email-templates"))
    assert call.request_json["body"] == ODD
