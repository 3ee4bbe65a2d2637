"""The machine that measured, and the versions on it."""

from __future__ import annotations

import os
import platform
import re
import shutil
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

_BUSY = 0.5  # others' load a core, from which on times by the clock say little


def described() -> dict[str, str]:
    """Returns what a reader has to know of the machine, by name."""
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    return {
        "processor": f"{_model()}, {cores} cores",
        "memory": f"{os.sysconf('SC_PAGE_SIZE') * os.sysconf('SC_PHYS_PAGES') / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "Pulumi SDK": version("pulumi"),
        "embedded engine": version("embedded-pulumi-engine"),
        "Pulumi CLI": _cli() or "not there",
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "load before": f"{load:.1f}, {'loaded by other work' if load > _BUSY * cores else 'quiet'}",
    }


def _model() -> str:
    """Returns the name of the processor; not every kernel tells it."""
    found = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    return found[1] if found else platform.machine()


def _cli() -> str:
    if shutil.which("pulumi") is None:
        return ""
    return subprocess.run(["pulumi", "version"], capture_output=True, text=True, check=True).stdout.strip()
