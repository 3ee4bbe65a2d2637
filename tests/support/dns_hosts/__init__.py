"""Registers a sending domain at a DNS host with that host's own Pulumi package, in a process of its own.

Two of the packages are in the tests' lock; the other two are large, and installed on first use.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from support.pip_packages import installed

HERE = Path(__file__).parent


def published(*hosts: str, apart: bool) -> dict[str, dict[str, Any]]:
    """Returns the inputs of each record's resource by its name, as its provider would receive them."""
    paths = [str(HERE.parents[1]), *([str(installed(HERE / "requirements.lock"))] if apart else [])]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(paths)}
    command = [sys.executable, "-m", "support.dns_hosts.program", *hosts]
    done = subprocess.run(command, env=environ, capture_output=True, text=True, timeout=240, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found
