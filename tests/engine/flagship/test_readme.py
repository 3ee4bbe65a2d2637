"""The README is true: its program previews as it stands, and it is no longer than a page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import tenant_email
from support.blocks import ROOT, blocks
from tenant_email.cli import COMMANDS
from tenant_email.platforms.settings import Settings

if TYPE_CHECKING:
    from support.lab import Lab

README = (ROOT / "README.md").read_text()


def test_the_readme_is_short() -> None:
    """A newcomer reads at most 120 lines."""
    assert len(README.splitlines()) <= 120


def test_every_file_that_the_readme_names_is_there() -> None:
    """No link leads nowhere."""
    links = re.findall(r"\]\((?!https?:)([^)#]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_readme_starts_a_stack_as_its_own_readme_does() -> None:
    """The same commands, which the flagship's test does."""
    ours = [command for block in blocks(ROOT / "README.md", language="sh")[1:] for command in block.commands]
    (theirs,) = blocks(ROOT / "stacks" / "auth0_ses" / "README.md", language="sh")
    assert ours == theirs.commands


def test_all_resources_kinds_and_commands_are_named() -> None:
    """A newcomer sees what there is."""
    resources = {name for name in tenant_email.__all__ if name[0].isupper()}
    esvs = {name for name in tenant_email.pingone_aic.__all__ if name.startswith("Esv")}
    named = [f"`{name}" for name in resources | esvs] + [f"`tenant-email {name}`" for name in COMMANDS]
    assert [each for each in named if each not in README] == []
    kinds = {each.kind: each.__name__ for each in all_kinds() if not each.keyed_by}
    assert {kind for kind, name in kinds.items() if not re.search(rf"\b{name}\b", README)} == set()


def all_kinds() -> list[type[Settings]]:
    """Returns the settings classes of the three platforms."""
    modules = (tenant_email.auth0, tenant_email.logto, tenant_email.pingone_aic)
    named = [getattr(module, name) for module in modules for name in module.__all__]
    return [each for each in named if isinstance(each, type) and issubclass(each, Settings) and "kind" in vars(each)]


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
