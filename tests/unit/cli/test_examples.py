"""The examples in each command's help: there are some, they are what one may type, and they are shown whole."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from support.commands import all_commands
from support.site import reference
from tenant_email.cli import COMMANDS, app
from tenant_email_local.emulators.auth0.local import environment, tenant
from tenant_email_local.emulators.delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Iterator


def example_lines(epilog: str) -> list[str]:
    """Returns the command lines in an epilog that `examples` made."""
    lines = (line.strip() for line in epilog.splitlines())
    return [line for line in lines if line not in ("", "\b", "Examples:") and not line.startswith("#")]


def examples() -> Iterator[tuple[str, str]]:
    """Yields every example with its command."""
    for words, command in all_commands():
        yield from ((" ".join(words), line) for line in example_lines(command.epilog or ""))


FOUND = {" ".join(words): command for words, command in all_commands()}
EXAMPLES = list(examples())


def own_words(line: str) -> list[str]:
    """Returns the words of the part of a pipeline that is ours."""
    parts = [part.strip() for part in re.split(r"\s[|>]\s", line)]
    (own,) = [shlex.split(part) for part in parts if part.startswith("tenant-email ")]
    return own[1:]


@pytest.mark.parametrize("name", FOUND)
def test_each_command_has_examples(name: str) -> None:
    """In its help, whole and ready to be copied, however narrow the terminal."""
    lines = [line for of, line in EXAMPLES if of == name]
    assert lines
    shown = CliRunner().invoke(app, [*name.split(), "--help"], env={"COLUMNS": "40"}).stdout
    assert "\nExamples:\n" in shown
    assert all(f"\n  {line}\n" in shown for line in lines)


@pytest.mark.parametrize(("name", "line"), EXAMPLES, ids=[line for _, line in EXAMPLES])
def test_an_example_is_a_command_line(name: str, line: str) -> None:
    """Its options are there, and take what is given to them."""
    words, own = own_words(line), name.split()
    of = next(of for of in sorted(FOUND, key=len, reverse=True) if words[: len(of.split())] == of.split())
    assert of.startswith(name)  # a group's example is of one of its commands
    FOUND[of].make_context(of, words[len(of.split()) :])
    assert words[: len(own)] == own


def test_an_example_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """As it stands, where what it names is there."""
    with tenant(0, Delivery()) as emulator:
        for variable, value in environment(emulator).items():
            monkeypatch.setenv(variable, value)
        line = next(line for _, line in EXAMPLES if line == "tenant-email doctor auth0")
        result = CliRunner().invoke(app, own_words(line))
    assert (result.exit_code, result.stderr) == (0, "")


def test_the_reference_has_every_command() -> None:
    """With its options and its examples, as its help."""
    (page,) = [text for text in reference.pages().values() if text.startswith("# Commands")]
    assert re.findall(r"^## tenant-email (\S+)$", page, re.MULTILINE) == [*COMMANDS]
    assert all(f"\n{line}\n" in page for _, line in EXAMPLES)
