"""The official command-line client, logged in to an emulated tenant."""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from support import npm_packages
from tenant_email_local.emulators.pingone_aic import local

if TYPE_CHECKING:
    from tenant_email_local.emulators.pingone_aic import AicEmulator

ORACLE = Path(__file__).parents[1] / "fidelity" / "pingone_aic" / "oracle"
_COLORS = re.compile(r"\x1b\[\d+m")


@dataclass(frozen=True)
class Done:
    """How a command ended, and what it printed."""

    code: int
    text: str


class Frodo:
    """Runs the client as its own process, with nothing but what it is told here; `home` is where it works."""

    def __init__(self, emulator: AicEmulator, home: Path) -> None:
        # Its launcher starts this with source maps and a loader that its bundle does not use: two thirds of each start.
        app = npm_packages.installed(ORACLE) / "node_modules/@rockcarver/frodo-cli/dist/app.cjs"
        self._command = ["node", "--no-warnings", str(app)]
        self._home = home
        self._environment = local.environment(emulator) | {
            "PATH": os.environ["PATH"],
            "HOME": str(home),
            "FRODO_NO_CACHE": "1",
        }

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts a command."""
        return subprocess.Popen(
            [*self._command, *arguments],
            cwd=self._home,
            env=self._environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def run(self, *commands: str) -> list[Done]:
        """Runs commands side by side, each as a line without quotes; returns how each ended."""
        started = [self.start(*command.split()) for command in commands]
        texts = [process.communicate(timeout=120)[0] for process in started]
        return [Done(process.returncode, _COLORS.sub("", text)) for process, text in zip(started, texts, strict=True)]
