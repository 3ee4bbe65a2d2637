"""The Pulumi projects of this repository: the stacks to copy, and the flagship among them at the top."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
import yaml
from packaging.requirements import Requirement

from support.wheels import ROOT, metadata

if TYPE_CHECKING:
    from pathlib import Path


STACKS = sorted(path.parent for path in ROOT.glob("stacks/*/__main__.py"))


def test_no_two_projects_have_one_name() -> None:
    """A name is the key of a project's stacks: two of one name would take each other's state."""
    names = [yaml.safe_load(project.read_text())["name"] for project in ROOT.glob("stacks/*/Pulumi.yaml")]
    assert len(set(names)) == len(names) == 11


@pytest.mark.parametrize("language", ["typescript", "go", "yaml"])
def test_the_flagship_mails_the_same_in_every_language(language: str) -> None:
    """Its templates lie in each folder, so that each can be copied alone."""
    mailed = [
        {path.name: path.read_text() for path in (ROOT / "stacks" / stack / "templates").iterdir()}
        for stack in ("auth0_ses", f"auth0_ses_{language}")
    ]
    assert mailed[0] == mailed[1]
    assert len(mailed[0]) == 3


def test_the_project_at_the_top_is_the_flagships() -> None:
    """One project, in the clone and in the folder to copy, and so one state."""
    assert (ROOT / "Pulumi.yaml").read_text() == (ROOT / "stacks/auth0_ses/Pulumi.yaml").read_text()


@pytest.mark.parametrize("stack", STACKS, ids=lambda stack: stack.name)
def test_a_stack_can_be_copied_alone(stack: Path) -> None:
    """Its options lead nowhere outside, and it demands this version of the library, below the next that may break."""
    options = yaml.safe_load((stack / "Pulumi.yaml").read_text())["runtime"]["options"]
    assert options == {"toolchain": "pip", "virtualenv": ".venv"}
    (demand,) = map(Requirement, (stack / "requirements.txt").read_text().splitlines())
    assert (demand.name, "<" in str(demand.specifier)) == ("pulumi-tenant-email", True)
    assert demand.specifier.contains(metadata("tenant_email")["version"])


def test_the_policy_pack_can_be_copied_alone() -> None:
    """Its environment is its own, and its version the policies', which it demands below the next that may break."""
    pack = yaml.safe_load((ROOT / "policies" / "pack" / "PulumiPolicy.yaml").read_text())
    assert pack["runtime"] == {"name": "python", "options": {"toolchain": "pip", "virtualenv": ".venv"}}
    (demand,) = map(Requirement, (ROOT / "policies" / "pack" / "requirements.txt").read_text().splitlines())
    assert (demand.name, "<" in str(demand.specifier)) == ("tenant-email-policies", True)
    assert demand.specifier.contains(pack["version"])
    assert pack["version"] == metadata("tenant_email_policies")["version"]


def test_the_flagship_runs_from_any_folder(tmp_path: Path) -> None:
    """The program at the top finds the stack's own, wherever one stands: that one asks for its settings."""
    run = subprocess.run([sys.executable, ROOT], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "fromAddress\n  Field required" in run.stderr
