"""LiquidJS, which Auth0 names as its engine, as judge of templates, run under Node from a folder of this clone."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from support import npm_packages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SOURCE: Final = Path(__file__).parents[1] / "fidelity" / "auth0" / "oracle"


def judged(texts: Iterable[str], variables: Mapping[str, Any]) -> list[dict[str, str]]:
    """Returns what LiquidJS makes of each text: `refused` or `failed` with its words, or `shown`."""
    return judged_each((text, variables) for text in texts)


def judged_each(cases: Iterable[tuple[str, Mapping[str, Any]]]) -> list[dict[str, str]]:
    """Returns what LiquidJS makes of each text with its variables."""
    lines = [json.dumps({"text": text, "variables": variables}) for text, variables in cases]
    done = subprocess.run(
        ["node", "render.mjs"],
        cwd=npm_packages.installed(_SOURCE),
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]
