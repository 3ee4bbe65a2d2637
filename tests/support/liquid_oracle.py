"""LiquidJS, which Auth0 names as its engine, as judge of templates, run under Node from a folder of this clone."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_SOURCE: Final = Path(__file__).parents[1] / "fidelity" / "auth0" / "oracle"
_FOLDER: Final = Path(__file__).parents[2] / ".local" / "npm" / "liquidjs"
_FILES: Final = ("package.json", "package-lock.json", "render.mjs")


def judged(texts: Iterable[str], variables: Mapping[str, Any], *, loads: bool = False) -> list[dict[str, str]]:
    """Returns what LiquidJS makes of each text: `refused` or `failed` with its words, or `shown`.

    A text that loads others is only parsed, and is neither.
    """
    lines = [json.dumps({"text": text, "variables": variables, "loads": loads}) for text in texts]
    done = subprocess.run(
        ["node", "render.mjs"],
        cwd=_installed(),
        env={**os.environ, "TZ": "UTC", "LC_ALL": "C"},
        input="\n".join(lines) + "\n",
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return [json.loads(line) for line in done.stdout.splitlines()]


def _installed() -> Path:
    """Returns the folder with the package, installed on first use; skips the test where that cannot be."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node is not on PATH, so LiquidJS cannot be asked")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = all(_same(_SOURCE / name, _FOLDER / name) for name in _FILES) and (_FOLDER / "node_modules").exists()
    for name in _FILES:
        shutil.copy(_SOURCE / name, _FOLDER)
    if not fresh:
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        done = subprocess.run(command, cwd=_FOLDER, capture_output=True, text=True, timeout=240, check=False)
        if done.returncode:
            (_FOLDER / _FILES[0]).unlink()
            pytest.skip("npm cannot install LiquidJS here, so it cannot be asked")
    return _FOLDER


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()
