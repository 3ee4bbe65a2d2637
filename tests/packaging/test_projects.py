"""The Pulumi projects of this repository: one at the top, the flagship itself, and the stacks to copy."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import yaml

from support.wheels import ROOT

if TYPE_CHECKING:
    from pathlib import Path


def test_no_two_projects_have_one_name() -> None:
    """A name is the key of a project's stacks: two of one name would take each other's state."""
    files = [ROOT / "Pulumi.yaml", *ROOT.glob("stacks/*/Pulumi.yaml")]
    names = [yaml.safe_load(file.read_text())["name"] for file in files]
    assert len(set(names)) == len(names) == len([*ROOT.glob("stacks/*/__main__.py")])


def test_the_flagship_runs_from_any_folder(tmp_path: Path) -> None:
    """The program at the top finds the stack's own, wherever one stands: that one asks for its settings."""
    run = subprocess.run([sys.executable, ROOT], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "fromAddress\n  Field required" in run.stderr
