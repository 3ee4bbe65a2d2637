"""The emulator's template language against what its own implementation for JavaScript makes of each template."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from support import npm_packages
from support.frodo import ORACLE
from tenant_email_local.emulators.pingone_aic.handlebars import HandlebarsError, render

DATA = json.loads((Path(__file__).parent / "handlebars.json").read_text())
VALUES: dict[str, Any] = DATA["values"]
CASES: list[tuple[str, str | None]] = [(template, text) for template, text in DATA["cases"]]


def rendered(template: str) -> str | None:
    """Returns the text; None for a template that is refused."""
    try:
        return render(template, VALUES)
    except HandlebarsError:
        return None


def test_every_template_renders_as_written_down() -> None:
    """Values, escaping, every block and its `else`, paths, white space, comments, and what is refused."""
    wrong = {template: (rendered(template), text) for template, text in CASES if rendered(template) != text}
    assert wrong == {}
    assert len(CASES) > 170


def test_the_language_itself_renders_them_so() -> None:
    """What is written down is what the published implementation says."""
    lines = "\n".join(json.dumps({"template": template, "values": VALUES}) for template, _ in CASES)
    command = ["node", "render.mjs"]
    folder = npm_packages.installed(ORACLE)
    done = subprocess.run(command, cwd=folder, input=lines, capture_output=True, text=True, timeout=60, check=True)
    said = [json.loads(line) for line in done.stdout.splitlines()]
    assert {t: s for (t, text), s in zip(CASES, said, strict=True) if s != text} == {}


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("a\n{{#if x}}", "line 2: if is not closed"),
        ("{{#if x}}{{/each}}", "if is not closed by"),
        ("{{> footer}}", "partials and decorators are not supported"),
        ("{{shout x}}", 'Missing helper: "shout"'),
        ("{{/if}}", "/ without a block"),
    ],
)
def test_a_refusal_says_why(template: str, told: str) -> None:
    """With the line, where the template cannot be read."""
    with pytest.raises(HandlebarsError, match=told):
        render(template, {})
