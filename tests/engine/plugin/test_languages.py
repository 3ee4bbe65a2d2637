"""Programs in other languages than Python on the real CLI, with the SDKs that it writes for them."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.blocks import ROOT
from support.engines import environment
from support.lab import DOMAIN, Lab

if TYPE_CHECKING:
    from support.canary import Watched
    from tenant_email_local.machine import LocalMachine

pytestmark = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")

PLUGIN = Path(sys.executable).with_name("pulumi-resource-tenant-email")
HOSTS = {"typescript": ("nodejs", "npm"), "yaml": ("yaml", "pulumi"), "go": ("go", "go"), "java": ("java", "mvn")}
ESTATE = 19
PYTHON = """
import pulumi
from pulumi_tenant_email_sdk import Auth0SesArgs, Auth0TemplateArgs, SesSendingDomain, TenantEmail

config = pulumi.Config()
sender = config.require("fromAddress")
names = ["verify_email", "reset_email", "welcome_email"]
sending = SesSendingDomain("mail", domain=config.require("domain"), from_addresses=[sender])
TenantEmail("mail", sending_domain=sending, from_address=sender,
    settings=Auth0SesArgs(kind="auth0.ses", region=sending.region, access_key_id=sending.access_key_id,
                          secret_access_key=sending.secret_access_key),
    templates={name: Auth0TemplateArgs(kind="auth0.template", template=name, subject="Hi", body="<p>Hi</p>",
                                       from_address=sender) for name in names})
pulumi.export("identity", sending.identity_arn)
"""


def need(host: str, tool: str = "pulumi") -> None:
    """Skips a test whose language has no host, or whose own tool is not there."""
    for name in (f"pulumi-language-{host}", tool):
        if shutil.which(name) is None:
            pytest.skip(f"{name} is not on PATH")


@pytest.fixture
def variables(machine: LocalMachine, tmp_path: Path) -> dict[str, str]:
    """The environment of a CLI that has the plug-in on PATH, and nothing of this user's."""
    found = {**environment(), **machine.environment(), "PULUMI_HOME": str(tmp_path / "home")}
    return {**found, "PATH": os.pathsep.join([str(PLUGIN.parent), found["PATH"]])}


def pulumi(folder: Path, variables: dict[str, str], *words: str) -> str:
    """Runs a command that has to succeed."""
    done = subprocess.run(["pulumi", *words], cwd=folder, env=variables, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize("language", HOSTS)
def test_the_estate(language: str, machine: LocalMachine, variables: dict[str, str], tmp_path: Path) -> None:
    """As its README says: previewed, up, the same again, refreshed and destroyed, and no secret anywhere."""
    need(*HOSTS[language])
    lab = Lab.make(machine, tmp_path, "pulumi")
    lab.copy(f"auth0_ses_{language}")
    pulumi(lab.folder, variables, "package", "add", str(PLUGIN))
    live(lab, lab.open({"PATH": variables["PATH"]}), f"auth0_ses_{language}")


def test_the_estate_in_python(machine: LocalMachine, variables: dict[str, str], tmp_path: Path) -> None:
    """With the SDK that the CLI writes from the schema, in an environment without the classes of this package."""
    sdk, venv = tmp_path / "sdk", tmp_path / "venv"
    pulumi(tmp_path, variables, "package", "gen-sdk", str(PLUGIN), "--language", "python", "--out", str(sdk))
    subprocess.run([sys.executable, "-m", "venv", venv], check=True)
    subprocess.run([venv / "bin/pip", "install", "--quiet", sdk / "python"], check=True)
    lab = Lab.make(machine, tmp_path, "pulumi")
    lab.write(PYTHON)
    project = lab.folder / "Pulumi.yaml"
    project.write_text(project.read_text().replace(sys.prefix, str(venv)))
    live(lab, lab.open({"PATH": variables["PATH"]}), "auth0_ses")


def live(lab: Lab, engine: Watched, stack: str) -> None:
    """Takes an estate through its life, configured as the README of a stack says."""
    lab.configure(engine, stack, domain=DOMAIN, fromAddress=f"no-reply@{DOMAIN}", region="us-east-1")
    assert (planned := engine.preview()).changes == {"create": ESTATE}, planned.text
    assert lab.calls() == []
    assert (up := engine.up()).ok, up.text
    assert engine.preview().changes == {"same": ESTATE}
    assert (refreshed := engine.refresh()).ok, refreshed.text
    assert refreshed.operations == {}
    assert (gone := engine.destroy()).ok, gone.text
    assert lab.machine.auth0.state.provider is None


@pytest.mark.parametrize("language", ["nodejs", "python", "go", "dotnet", "java", "yaml"])
def test_an_sdk_is_written(language: str, variables: dict[str, str], tmp_path: Path) -> None:
    """From the schema that the CLI gets from the plug-in, and no name is one that the language cannot have."""
    need(language)
    if language == "dotnet":
        pytest.skip("the generator of .NET downloads a logo")
    schema = pulumi(tmp_path, variables, "package", "get-schema", str(PLUGIN))
    shipped = json.loads((ROOT / "providers/tenant_email/package_schema/schema.json").read_text())
    assert set(json.loads(schema)["resources"]) == set(shipped["resources"])
    pulumi(
        tmp_path, variables, "package", "gen-sdk", str(PLUGIN), "--language", language, "--out", str(tmp_path / "sdk")
    )
    written = [path.read_text() for path in (tmp_path / "sdk").rglob("*") if path.is_file()]
    assert any("SesSendingDomain" in text for text in written) or language == "yaml"
