"""Plays the two scenarios on a terminal."""

from __future__ import annotations

import shutil
import sys
import time
from pathlib import Path
from typing import Final

from rich.console import Console

from tenant_email_local.demo.engines import choose
from tenant_email_local.demo.scenarios import ScenarioError, Stage, flagship, smtp
from tenant_email_local.machine import LocalMachine

_DIRECTORY: Final = Path(".local/demo")
_NEXT: Final = """\
Where to go next
  Your own tenant:   stacks/auth0_ses/README.md, its commands with the Pulumi CLI (https://www.pulumi.com/docs/install).
  Look around here:  .venv/bin/tenant-email local  keeps this machine running and prints the environment for a stack.
  The password rules, the error list and CI recipes: README.md."""


def main() -> int:
    """Plays everything from a clean start; returns 0 when every step went as announced."""
    started, console = time.monotonic(), Console(highlight=False)
    shutil.rmtree(_DIRECTORY, ignore_errors=True)
    engine = choose()
    console.print(
        f"Everything runs on this machine, on {engine.title}: a tenant, AWS, DNS and mail. No account is used."
    )
    with LocalMachine(_DIRECTORY / "machine") as machine:
        stage = Stage(console, machine, engine, Path.cwd(), _DIRECTORY)
        try:
            flagship(stage)
            smtp(stage)
        except ScenarioError as error:
            console.print(f"[bold red]{error}")
            return 1
    console.rule("Done", align="left")
    console.print(f"{stage.steps} steps in {time.monotonic() - started:.0f} s.\n{_NEXT}", soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
