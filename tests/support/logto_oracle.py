"""The published connector packages as judges of configs, run under Node from a folder of this clone."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterable

_SOURCE = Path(__file__).parents[1] / "fidelity" / "logto" / "oracle"
_FOLDER = Path(__file__).parents[2] / ".local" / "npm" / "logto"
_FILES = ("package.json", "package-lock.json", "judge.mjs", "secured.mjs", "languages.mjs", "sends.mjs")


@dataclass(frozen=True)
class Verdict:
    """Says whether the packages take a config, and what they name."""

    accepted: bool
    issues: list[list[str]]


def installed() -> Path:
    """Returns the folder with the packages, installed on first use; skips the test where that cannot be."""
    if not (shutil.which("node") and shutil.which("npm")):
        pytest.skip("Node is not on PATH, so the published packages cannot be asked")
    _FOLDER.mkdir(parents=True, exist_ok=True)
    fresh = all(_same(_SOURCE / name, _FOLDER / name) for name in _FILES) and (_FOLDER / "node_modules").exists()
    for name in _FILES:
        shutil.copy(_SOURCE / name, _FOLDER)
    if not fresh:
        command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"]
        done = subprocess.run(command, cwd=_FOLDER, capture_output=True, text=True, timeout=240, check=False)
        if done.returncode:
            (_FOLDER / _FILES[0]).unlink()
            pytest.skip("npm cannot install the published packages here, so they cannot be asked")
    return _FOLDER


def judged(configs: Iterable[tuple[str, dict[str, Any]]]) -> list[Verdict]:
    """Returns the packages' verdict on each (factory, config), in one process of Node."""
    lines = "\n".join(json.dumps({"factory": factory, "config": config}) for factory, config in configs)
    command = ["node", "judge.mjs"]
    done = subprocess.run(command, cwd=installed(), input=lines, capture_output=True, text=True, timeout=60, check=True)
    return [Verdict(**json.loads(line)) for line in done.stdout.splitlines()]


def opened(configs: Iterable[tuple[dict[str, Any], bool]]) -> list[str]:
    """Returns what the connector's mail library sends first for each (config, server offers STARTTLS).

    `TLS`, `STARTTLS`, or `AUTH` where it logs in in clear text.
    """
    return _asked("secured.mjs", ({"config": config, "offersTls": offers} for config, offers in configs))


def languages() -> list[str]:
    """Returns the language tags that the tenant's sign-in pages know."""
    return _asked("languages.mjs", ())


def _asked(script: str, documents: Iterable[dict[str, Any]]) -> list[str]:
    lines = "\n".join(json.dumps(document) for document in documents)
    command = ["node", script]
    done = subprocess.run(command, cwd=installed(), input=lines, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout.splitlines()


def _same(one: Path, other: Path) -> bool:
    return other.exists() and one.read_bytes() == other.read_bytes()
