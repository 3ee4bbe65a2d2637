"""The Program objects of a fleet on the real CLI, as the Pulumi Kubernetes Operator makes projects of them."""

from __future__ import annotations

import json
import os
import shlex
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.engines import open_engine
from support.fleet_of_a_domain import SENDER, fleet_of_a_domain
from support.fleets import PASSWORD, LocalFleet, fleet_document
from support.lab import DOMAIN
from tenant_email.fleet.kubernetes import Cluster, generate
from tenant_email.fleet.reading import read_fleet

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from support.canary import Watched
    from tenant_email.fleet.kubernetes import Generated

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


@dataclass(frozen=True)
class Operator:
    """Makes of the objects of a fleet what the operator does: projects, their config, and that of their Secrets."""

    file: Path
    scratch: Path
    environ: Mapping[str, str]

    def made(self, file: Path) -> Generated:
        """Returns the objects of a fleet."""
        cluster = Cluster(namespace="mail", backend="file://", package="plugin")
        return generate(read_fleet(file), cluster, file.parent, "")

    def open(self, tenant: str = "") -> Watched:
        """Opens the stack of a tenant, or of the only sending domain."""
        made = self.made(self.file)
        end = f"/{tenant}" if tenant else "/sending_domain.mail"
        (program, spec) = next(
            (each[0], each[1]["spec"])
            for each in made.files.values()
            if each[1].get("spec", {}).get("stack", "").endswith(end)
        )
        name = program["metadata"]["name"]
        folder = self.scratch / name
        folder.mkdir(exist_ok=True)
        document = {"name": name, "runtime": "yaml", **program["program"]}
        del document["packages"]  # what installs the plug-in, which is on PATH
        (folder / "Pulumi.yaml").write_text(json.dumps(document))
        path = os.pathsep.join([str(Path(sys.executable).parent), self.environ["PATH"]])
        variables = {**self.environ, "PATH": path}
        engine = open_engine("pulumi", folder, self.scratch, stack=spec["stack"].split("/")[-1], environ=variables)
        for key, value in spec["config"].items():
            engine.set_config(key, value if isinstance(value, str) else json.dumps(value))
        for key, reference in spec.get("secretsRef", {}).items():
            engine.set_config(key, self.environ[reference["secret"]["key"]], secret=True)
        return engine


@pytest.mark.parametrize("name", ["t000", "t001", "t002"])
def test_the_life_of_a_tenant(fleet: LocalFleet, tmp_path: Path, name: str) -> None:
    """Previewed without a call, up, the same again, refreshed and destroyed; the password is in no text."""
    engine = Operator(fleet.write(), tmp_path, fleet.environment()).open(name)
    assert (planned := engine.preview()).changes == {"create": 3}, planned.text
    assert fleet.writes()[name] == 0
    assert (up := engine.up()).ok, up.text
    assert fleet.writes() == dict.fromkeys(fleet.tenants, 0) | {name: 2}
    assert engine.preview().changes == {"same": 3}
    assert (refreshed := engine.refresh()).ok, refreshed.text
    assert refreshed.operations == {}
    assert PASSWORD not in (tmp_path / name / "Pulumi.yaml").read_text()
    assert (gone := engine.destroy()).ok, gone.text


def test_a_text_arrives_as_it_is_written(fleet: LocalFleet, tmp_path: Path) -> None:
    """What YAML's programs would evaluate is escaped."""
    document = fleet_document({"t000": fleet.entries["t000"]})
    document["defaults"]["auth0"]["starters"] = []
    document["tenants"]["t000"]["email"] = {
        "templates": {"welcome": {"template": "welcome_email", "subject": "Hi", "body": ODD}}
    }
    operator = Operator(fleet.write(document), tmp_path, fleet.environment())
    assert (up := operator.open("t000").up()).ok, up.text
    (call,) = (each for each in fleet.tenants["t000"].calls if each.path.endswith("/email-templates"))
    assert call.request_json["body"] == ODD


def test_a_tenant_that_was_renamed(fleet: LocalFleet, tmp_path: Path) -> None:
    """Its objects have another name, and its stack another project; the command that is told takes its state along."""
    document = fleet_document({"t000": fleet.entries["t000"]})
    operator = Operator(fleet.write(document), tmp_path, fleet.environment())
    assert (up := operator.open("t000").up()).ok, up.text
    fleet.forget()
    document["tenants"] = {"big": {**document["tenants"]["t000"], "renamed_from": "t000"}}
    made = operator.made(fleet.write(document))
    (_, rename) = made.renamed["stack-t000.yaml"]
    environ = {"PULUMI_HOME": str(tmp_path / "home"), "PULUMI_BACKEND_URL": f"file://{tmp_path / 'backend'}"}
    said = subprocess.run(
        shlex.split(rename),
        cwd=tmp_path / "t000",
        env={**os.environ, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    assert said.returncode == 0, said.stderr
    (tmp_path / "big").mkdir()
    shutil.copy(tmp_path / "t000" / "Pulumi.big.yaml", tmp_path / "big")  # the salt, which the operator has in a Secret
    engine = operator.open("big")
    assert (up := engine.up()).ok, up.text
    assert up.changes == {"same": 1, "update": 2}
    assert engine.preview().changes == {"same": 3}
    assert fleet.writes()["t000"] == 0


def test_tenants_of_a_shared_domain(tmp_path: Path) -> None:
    """The domain's program is up first; each tenant's reads its key, and sends by it with the domain's set."""
    with fleet_of_a_domain(tmp_path) as fleet:
        file = fleet.write({"mail": {"domain": DOMAIN, "from_addresses": [SENDER], "events": {}}})
        operator = Operator(file, tmp_path, fleet.environment())
        domain = operator.open()
        assert (up := domain.up()).ok, up.text
        for name in fleet.names:
            engine = operator.open(name)
            assert (up := engine.up()).ok, up.text
            fleet.mails.send(name)
            assert set((again := engine.preview()).changes) == {"same"}, again.text


def test_a_tenant_with_a_domain_of_its_own(tmp_path: Path) -> None:
    """Is switched after the domain is verified, in one program."""
    with fleet_of_a_domain(tmp_path, ("auth0",)) as fleet:
        own = {
            "domain": DOMAIN,
            "from_addresses": [SENDER],
            "dns": {"host": "route53"},
            "mail_from": f"bounce.{DOMAIN}",
        }
        file = fleet.write({}, {"auth0": {"sending_domain": own, "protect": True}})
        engine = Operator(file, tmp_path, fleet.environment()).open("auth0")
        assert (up := engine.up()).ok, up.text
        fleet.mails.send("auth0")
        assert set((again := engine.preview()).changes) == {"same"}, again.text
        assert not (kept := engine.destroy()).ok
        assert "protect" in kept.text
