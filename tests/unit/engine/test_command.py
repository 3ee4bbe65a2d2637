"""The engine as a command: its help, its examples, and what is no state."""

from __future__ import annotations

import re
import shlex
from typing import Any

import pytest
from typer.main import get_command
from typer.testing import CliRunner

from embedded_pulumi_engine.__main__ import app

COMMANDS = ("preview", "up", "refresh", "destroy", "export", "import", "config")


@pytest.mark.parametrize("words", [(), *((name,) for name in COMMANDS)])
def test_help_is_plain_text(words: tuple[str, ...]) -> None:
    """No boxes, and no line that is cut."""
    help_ = CliRunner().invoke(app, [*words, "-h"], env={"COLUMNS": "80"}).stdout
    assert help_.startswith("Usage: ")
    assert not re.search(r"[\u2500-\u257f\x1b]|[a-z]\.\.\.$", help_, re.MULTILINE)


def test_its_examples_are_command_lines() -> None:
    """Their options are there."""
    shown = CliRunner().invoke(app, ["--help"]).stdout
    lines = re.findall(r"^ +python -m embedded_pulumi_engine (.+)$", shown, re.MULTILINE)
    assert len(lines) == 3
    group: Any = get_command(app)
    for name, *words in map(shlex.split, lines):
        group.get_command(None, name).make_context(name, words)


def test_what_is_no_state_is_said() -> None:
    """With what would be one."""
    result = CliRunner().invoke(app, ["import"], input="x")
    assert isinstance(result.exception, SystemExit)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the standard input is no state" in result.stderr
