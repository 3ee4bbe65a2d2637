"""The emulator's Handlebars and the library's against what the language's own implementation makes of each text."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from support import npm_packages
from support.frodo import ORACLE
from tenant_email.checks import handlebars
from tenant_email.checks.handlebars.nodes import HandlebarsError as LibraryError
from tenant_email.checks.handlebars.rendering import render as library_render
from tenant_email_local.emulators.pingone_aic.handlebars import HandlebarsError, render

if TYPE_CHECKING:
    from collections.abc import Callable

DATA = json.loads((Path(__file__).parent / "handlebars.json").read_text())
VALUES: dict[str, Any] = DATA["values"]
CASES: list[tuple[str, str | None]] = [(template, text) for template, text in DATA["cases"]]


def rendered(render: Callable[[str, dict[str, Any]], str], template: str) -> str | None:
    """Returns the text; None for a template that is refused."""
    try:
        return render(template, VALUES)
    except (HandlebarsError, LibraryError):
        return None


@pytest.mark.parametrize("whose", [render, library_render], ids=["emulator", "library"])
def test_every_template_renders_as_written_down(whose: Callable[[str, dict[str, Any]], str]) -> None:
    """Values, escaping, every block and its `else`, paths, white space, comments, and what is refused."""
    shown = {template: rendered(whose, template) for template, _ in CASES}
    assert shown == dict(CASES)
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


def test_a_preview_refuses_only_what_cannot_be_read() -> None:
    """What is certain to be broken is refused by the language itself, and nothing that it renders is warned about."""
    checked = {template: handlebars.check(template) for template, _ in CASES}
    assert [template for template, text in CASES if checked[template] and text is not None] == []
    certain = [template for template, broken in checked.items() if broken and broken.certain]
    assert len(certain) >= 12
