"""Judges of pages that this project makes: axe-core and a headless Chromium, and html-validate; nobody here wrote them.

One process answers a request a line (page_judges/judge.mjs). What it looks at reaches nothing; what it visits may try.
"""

from __future__ import annotations

import atexit
import json
import os
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from support import npm_packages

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SOURCE: Final = Path(__file__).with_name("page_judges")
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome", "chrome")
AA: Final = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
"""What axe-core calls the rules of WCAG 2.2, levels A and AA, and its own advice."""


class PageJudges:
    """The process with the judges."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def look(self, html: str, *, widths: Sequence[int] = (375,), **how: Any) -> dict[str, Any]:
        """Returns what a browser says of a page: how wide it is at these widths, and what axe-core finds at the first.

        There are `modes` ("light", "dark", "outlook"), `axe` (tags), `off` (rules), `screenshot`, `run`: see judge.mjs.
        """
        return self._ask({"html": html, "widths": widths, **how})

    def visit(self, url: str, *steps: Mapping[str, str], width: int = 1440, **how: Any) -> dict[str, Any]:
        """Returns what a page at an address does: `ran`, of the last step that evaluates; `errors`; its `title`.

        The steps `wait` for an expression, `press` a key, `type` a text, set the `media`, or `evaluate`; there are
        `scheme` ("light", "dark", or as the browser has it), `axe` (tags, of the page without its frames), `screenshot`
        and `pdf` (paths). `said` is on its console, and `refused` what it asked of other hosts.
        """
        return self._ask({"visit": url, "steps": steps, "width": width, **how})

    def validate(self, html: str, rules: Mapping[str, Any]) -> list[str]:
        """Returns what html-validate says of a document by its standard rules, and others in their place."""
        messages: list[str] = self._ask({"validate": html, "rules": rules})["messages"]
        return messages

    def _ask(self, request: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.write(json.dumps(request) + "\n")
        self._process.stdin.flush()
        answer: dict[str, Any] = json.loads(self._process.stdout.readline())
        assert "failed" not in answer, answer["failed"]
        return answer


@cache
def page_judges() -> PageJudges:
    """Returns the judges of this process, which end with it: to start a browser costs more than most looks.

    Skips the test where there is no browser or the packages cannot be installed.
    """
    browser = next(filter(None, map(shutil.which, _BROWSERS)), None)
    if browser is None:
        pytest.skip("no Chromium is on PATH, so pages cannot be looked at")
    process = subprocess.Popen(
        ["node", "judge.mjs"],
        cwd=npm_packages.installed(_SOURCE),
        env={**os.environ, "BROWSER_PATH": browser},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.communicate)
    return PageJudges(process)
