"""The changelog is made of files, one a change, so that two branches do not meet in one paragraph."""

from __future__ import annotations

import subprocess
import sys

from support.wheels import ROOT


def test_every_change_is_in_the_next_changelog() -> None:
    """Each fragment's first line is there; the changelog itself holds released versions alone."""
    command = [sys.executable, "-m", "towncrier", "build", "--draft", "--version", "next"]
    draft = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    fragments = [path for path in (ROOT / "changes").iterdir() if path.name not in {"README.md", "template.md.jinja"}]
    assert not [path.name for path in fragments if f"- {path.read_text().splitlines()[0]}" not in draft]
    assert "\n- " not in (ROOT / "CHANGELOG.md").read_text().partition("\n## ")[0]
