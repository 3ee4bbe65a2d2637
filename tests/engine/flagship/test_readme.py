"""The README is true: its program previews as it stands, and it is no longer than a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from support.lab import ROOT

if TYPE_CHECKING:
    from support.lab import Lab

README = (ROOT / "README.md").read_text()


def test_the_readme_is_short() -> None:
    """A newcomer reads at most 150 lines."""
    assert len(README.splitlines()) <= 150


def test_every_file_that_the_readme_names_is_there() -> None:
    """No link leads nowhere."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readmes_program_previews(lab: Lab) -> None:
    """The first program of the README is what it says: a domain, a user, a provider and a template."""
    found = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert found
    lab.machine.aws.create_zone("acme.com")
    lab.write(found[1])
    previewed = lab.open().preview()
    assert previewed.ok, previewed.text
    assert {"mail-dkim-0", "mail-verify", "mail"} <= previewed.operations.keys()
    assert set(previewed.operations.values()) == {"create"}
