"""The published connector packages as judges of configs, run under Node from a folder of this clone."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from support import npm_packages

if TYPE_CHECKING:
    from collections.abc import Iterable

_SOURCE = Path(__file__).parents[1] / "fidelity" / "logto" / "oracle"


@dataclass(frozen=True)
class Verdict:
    """Says whether the packages take a config, and what they name."""

    accepted: bool
    issues: list[list[str]]


def installed() -> Path:
    """Returns the folder with the packages; skips the test where they cannot be had."""
    return npm_packages.installed(_SOURCE)


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
