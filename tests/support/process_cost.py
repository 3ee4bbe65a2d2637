"""Runs a command and prints, as JSON, seconds and CPU seconds of it and of all that it started, orphans included.

CPU seconds of a tree of processes are what a busy machine leaves comparable.
"""

from __future__ import annotations

import ctypes
import json
import os
import resource
import subprocess
import sys
import time

_SUBREAPER = 36  # PR_SET_CHILD_SUBREAPER: what loses its parent becomes ours, and is counted
_PATIENCE = 20.0  # seconds for a host to end after its engine


def _reap() -> None:
    """Waits for every orphan."""
    end = time.monotonic() + _PATIENCE
    while time.monotonic() < end:
        try:
            found, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if not found:
            time.sleep(0.02)


if __name__ == "__main__":
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    began = time.monotonic()
    ran = subprocess.run(sys.argv[1:], capture_output=True, text=True, check=False)
    seconds = time.monotonic() - began
    _reap()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime}
    print(json.dumps({**cost, "failed": ran.returncode != 0, "text": (ran.stdout + ran.stderr)[-2000:]}))  # noqa: T201 - see the module
