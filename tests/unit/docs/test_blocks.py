"""Every block of the README and the guides is run: programs are previewed, commands done, data read."""

from __future__ import annotations

import json
import re
import shutil
import tomllib
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from support.blocks import ROOT, Block, blocks
from support.follow import ADDS, INSTALLS
from support.guide_commands import GuideCommands
from support.program_preview import preview
from support.said_in_guides import messages

if TYPE_CHECKING:
    from pathlib import Path

NOT_GUIDES = ("architecture", "faults", "safety-rules", "calls")  # generated, or for contributors and without commands
GUIDES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    *(path for path in sorted((ROOT / "docs").glob("*.md")) if path.stem not in NOT_GUIDES),
    *sorted((ROOT / "docs" / "migrating").glob("*.md")),
]
STACKS = sorted((ROOT / "stacks").glob("*/README.md"))
NEEDS = {
    "auth0": ("Management API", "delete:email_provider", "docs/contracts/auth0.md#endpoints"),
    "logto": ("Logto Management API access", "docs/contracts/logto.md#authentication"),
    "aic": ("`fr:idm:*`", "`fr:idc:esv:*`", "docs/contracts/pingone_aic.md#endpoints"),
    "fleet": ("Management API", "Logto Management API access", "`fr:idm:*`", "docs/contracts/auth0.md#endpoints"),
}
LANGUAGES = ("python", "sh", "yaml", "toml", "json", "text", "typescript", "go", "java")
PROGRAMS = {
    "typescript": "auth0_ses_typescript/index.ts",
    "go": "auth0_ses_go/main.go",
    "java": "auth0_ses_java/src/main/java/mail/App.java",
    "yaml": "auth0_ses_yaml/Pulumi.yaml",
}

SOURCES = [
    *sorted((ROOT / "stacks").glob("*/__main__.py")),
    *(ROOT / "stacks" / path for path in PROGRAMS.values() if not path.endswith(".yaml")),
]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Stands in a folder with the files that the guides read."""
    templates = ROOT / "stacks" / "auth0_ses" / "templates"
    shutil.copy(templates / "verify_email.html", tmp_path)
    shutil.copytree(templates, tmp_path / "emails")
    for body in (tmp_path / "emails").glob("*.html"):
        exported = {"template": body.stem, "subject": "Hi", "from": "no-reply@acme.com", "enabled": True}
        body.with_suffix(".json").write_text(json.dumps(exported))
    (tmp_path / "variables.json").write_text(json.dumps({"application": {"name": "Acme"}, "url": "https://acme.com"}))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("block", blocks(*GUIDES, language="python"), ids=str)
def test_a_program_previews(block: Block) -> None:
    """Each program is whole: it runs, registers resources of ours, and nothing is wrong with their inputs."""
    kinds, problems = preview(block.text)
    assert problems == []
    assert kinds


@pytest.mark.parametrize("block", blocks(*GUIDES, *STACKS, language="sh"), ids=str)
def test_commands_are_done(block: Block, folder: Path) -> None:
    """Each command is done, or checked where it is: what nobody runs is an error."""
    GuideCommands(folder).run(block)


@pytest.mark.parametrize("block", blocks(*GUIDES, language="text"), ids=str)
def test_what_a_run_says_is_what_it_says(block: Block) -> None:
    """A message in a guide is one that the library makes."""
    assert block.text.rstrip("\n") in messages()


@pytest.mark.parametrize(
    "block", [each for each in blocks(*GUIDES) if each.language in ("yaml", "toml", "json")], ids=str
)
def test_data_can_be_read(block: Block) -> None:
    """YAML, TOML and JSON are read; a Pulumi.yaml has what the CLI needs, and no `main`."""
    read: dict[str, Any] = {"yaml": yaml.safe_load, "toml": tomllib.loads, "json": json.loads}
    data = read[block.language](block.text)
    assert data
    if block.language == "yaml" and "runtime" in data:
        assert data["runtime"]["name"] == "python"
        assert "main" not in data


@pytest.mark.parametrize(
    "block", [each for each in blocks(ROOT / "docs" / "languages.md") if each.language in PROGRAMS], ids=str
)
def test_a_program_in_another_language_is_part_of_a_stack(block: Block) -> None:
    """What only a compiler can judge is taken from a stack, which tests/engine/plugin brings up."""
    assert block.text in (ROOT / "stacks" / PROGRAMS[block.language]).read_text()


@pytest.mark.parametrize("readme", STACKS, ids=lambda path: path.parent.name)
def test_a_stack_begins_in_an_empty_folder_and_says_what_its_tenant_needs(readme: Path) -> None:
    """The first commands are the copy and the installation; scopes are named, with the contract that has them."""
    (block,) = blocks(readme, language="sh")
    begins = INSTALLS if (readme.parent / "requirements.txt").exists() else (ADDS,)
    copied, *commands = block.commands
    assert copied == f"cp -r stacks/{readme.parent.name} ~/mail && cd ~/mail"
    assert commands[: len(begins)] == [*begins]
    text = readme.read_text()
    assert [words for words in NEEDS[readme.parent.name.partition("_")[0]] if words not in text] == []


@pytest.mark.parametrize("program", SOURCES, ids=lambda path: path.relative_to(ROOT / "stacks").parts[0])
def test_a_stack_reads_the_settings_that_it_names(program: Path) -> None:
    """What its head says of the stack's config is what the program takes."""
    head, body = re.split(r'"""|\*/|\npackage ', program.read_text().partition("Settings (")[2], maxsplit=1)
    named = re.findall(r"^\W*(\w+)\s\s+\S", head, re.MULTILINE)
    assert named
    assert [name for name in named if not re.search(rf"\b{name}\b", body)] == []


def test_every_block_says_what_it_is() -> None:
    """A block in no language, or in one that no test reads, would be only text."""
    assert [str(block) for block in blocks(*GUIDES, *STACKS) if block.language not in LANGUAGES] == []
