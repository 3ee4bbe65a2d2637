"""A fleet whose stacks are taken through operations by the command, on the real CLI."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

COMMAND = str(Path(sys.executable).parent / "tenant-email")


F = TypeVar("F", bound="Fleet")


class Fleet(Protocol):
    """Tenants and their file."""

    folder: Path

    def environment(self) -> dict[str, str]:
        """Returns the environment in which Pulumi runs."""
        ...

    def writes(self) -> dict[str, int]:
        """Returns how many calls of each tenant changed something."""
        ...


@dataclass
class DrivenFleet(Generic[F]):
    """The command in the fleet's folder, with a backend and a home of its own."""

    fleet: F
    scratch: Path

    def environment(self) -> dict[str, str]:
        """Returns what the command is run with; AUTH0_DOMAIN is one that was left over."""
        backend = self.scratch / "backend"
        backend.mkdir(exist_ok=True)
        return {
            **self.fleet.environment(),
            "PULUMI_HOME": str(self.scratch / "home"),
            "PULUMI_BACKEND_URL": f"file://{backend}",
            "AUTH0_DOMAIN": "https://left-over.invalid",
        }

    def start(self, *words: str) -> subprocess.Popen[str]:
        """Starts `tenant-email fleet …`."""
        with (self.scratch / "out").open("w") as out:
            return subprocess.Popen(
                [COMMAND, "fleet", *words],
                cwd=self.fleet.folder,
                env=self.environment(),
                stdout=out,
                stderr=subprocess.STDOUT,
                text=True,
            )

    def run(self, *words: str) -> tuple[int, str]:
        """Returns (exit code, what it said)."""
        code = self.start(*words).wait()
        return code, (self.scratch / "out").read_text()

    def await_a_write(self, longest: float = 300.0) -> None:
        """Waits until a tenant was written to."""
        deadline = time.monotonic() + longest
        while not any(self.fleet.writes().values()) and time.monotonic() < deadline:
            time.sleep(0.05)
