"""The platforms' own clients for Node, each driven by the `calls.mjs` of a locked folder of the tests."""

from __future__ import annotations

import json
import os
import subprocess
from typing import TYPE_CHECKING, Any

from support import npm_packages

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path


def answers(source: Path, login: Mapping[str, str], calls: Iterable[list[Any]]) -> list[Any]:
    """Returns what the client makes of the answer to each call, in one process that knows only its login."""
    done = subprocess.run(
        ["node", "calls.mjs"],
        cwd=npm_packages.installed(source),
        env={"PATH": os.environ["PATH"], **login},
        input="\n".join(json.dumps(call) for call in calls),
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return [json.loads(line) for line in done.stdout.splitlines()]
