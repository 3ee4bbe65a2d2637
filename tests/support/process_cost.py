"""Runs a command and prints, as JSON, what it and all that it started took, orphans included.

`seconds`, `cpu` (seconds of a processor, which a busy machine leaves comparable) and `memory`: the most bytes that the
largest process of each part had resident. Parts are told by their command lines: `program` and `host` are Pulumi's
(docs/architecture.md#up), and all else is the `engine`.
"""

from __future__ import annotations

import ctypes
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Final, Self

_SUBREAPER: Final = 36  # PR_SET_CHILD_SUBREAPER: what loses its parent becomes ours, and is counted
_PATIENCE: Final = 20.0  # seconds for a host to end after its engine
_INTERVAL: Final = 0.25  # seconds between two looks at the memory; the kernel keeps the peak of each process
_SHOWN: Final = 2000  # characters of what the command printed
_PARTS: Final = {
    "program": re.compile("run_program|pulumi-language-python-exec"),
    "host": re.compile(r"pulumi\.dynamic|pulumi-resource-tenant-email"),
}
_PEAK: Final = re.compile(r"VmHWM:\s+(\d+) kB")
_PARENT: Final = re.compile(r"PPid:\s+(\d+)")


class Memory:
    """A watch over all descendants of this process while its `with` block runs; `peaks` is by part."""

    def __init__(self) -> None:
        self.peaks: dict[str, int] = {}
        self._done = threading.Event()
        self._watching = threading.Thread(target=self._watch)

    def __enter__(self) -> Self:
        self._watching.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()
        self._watching.join()

    def _watch(self) -> None:
        while not self._done.wait(_INTERVAL):
            for process in _descendants():
                self._look(process)

    def _look(self, process: Path) -> None:
        try:
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            peak = _PEAK.search((process / "status").read_text())
        except OSError:  # it has ended
            return
        if peak:
            part = next((name for name, pattern in _PARTS.items() if pattern.search(command)), "engine")
            self.peaks[part] = max(self.peaks.get(part, 0), int(peak[1]) * 1024)


def _descendants() -> list[Path]:
    children = defaultdict[int, list[int]](list)
    for status in Path("/proc").glob("[0-9]*/status"):
        try:
            parent = _PARENT.search(status.read_text())
        except OSError:
            continue
        if parent:
            children[int(parent[1])].append(int(status.parent.name))
    found, left = list[int](), [os.getpid()]
    while left:
        below = children[left.pop()]
        found += below
        left += below
    return [Path(f"/proc/{number}") for number in found]


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
    # a file, not a pipe: an orphan that holds a pipe open would be waited for as part of the command
    with Memory() as memory, tempfile.TemporaryFile("w+") as printed:
        ran = subprocess.run(sys.argv[1:], stdout=printed, stderr=subprocess.STDOUT, check=False)
        seconds = time.monotonic() - began
        _reap()
        printed.seek(0)
        text = printed.read()[-_SHOWN:]
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    cost = {"seconds": seconds, "cpu": used.ru_utime + used.ru_stime, "memory": memory.peaks}
    print(json.dumps({**cost, "failed": ran.returncode != 0, "text": text}))  # noqa: T201 - see the module
