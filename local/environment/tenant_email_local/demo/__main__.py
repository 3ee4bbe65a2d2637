"""Plays the two scenarios on a terminal."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from tenant_email_local.demo.engines import choose
from tenant_email_local.demo.scenarios import ScenarioError, Stage, flagship, smtp
from tenant_email_local.machine import LocalMachine
from tenant_email_local.page.snapshot import Snapshot
from tenant_email_local.page.state import PageState
from tenant_email_local.ports import past_proxies

_DIRECTORY: Final = Path(".local/demo")
_PAGE: Final = _DIRECTORY / "page.html"
_LOOK: Final = """\
Look at it in a browser: {page}
  Both mails as they look and as they came, every call with its bodies, and what tenant, DNS and AWS held on the way.
"""
_NEXT: Final = """\
Where to go next
  Your own tenant:   stacks/auth0_ses/README.md, its commands with the Pulumi CLI (https://www.pulumi.com/docs/install).
  Look around here:  .venv/bin/tenant-email local  keeps this machine running, with that page live.
  The password rules, the error list and CI recipes: README.md."""


def main() -> int:
    """Plays everything from a clean start; returns 0 when every step went as announced."""
    started, console = time.monotonic(), Console(highlight=False)
    shutil.rmtree(_DIRECTORY, ignore_errors=True)
    os.environ.update(past_proxies(os.environ))
    engine = choose()
    console.print(
        f"Everything runs on this machine, on {engine.title}: a tenant, AWS, DNS and mail. No account is used."
    )
    failed = ""
    with LocalMachine(_DIRECTORY / "machine") as machine:
        snapshot = Snapshot(PageState(machine))
        stage = Stage(console, machine, engine, Path.cwd(), _DIRECTORY, snapshot.moment)
        try:
            flagship(stage)
            smtp(stage)
        except ScenarioError as error:
            failed = str(error)
        snapshot.moment("at the end")
        snapshot.write(_PAGE)
    if failed:
        console.print(Text(failed, style="bold red"), soft_wrap=True)
        console.print(_LOOK.format(page=_PAGE.absolute().as_uri()), soft_wrap=True)
        return 1
    console.rule("Done", align="left")
    console.print(f"{stage.steps} steps in {time.monotonic() - started:.0f} s.\n", soft_wrap=True)
    console.print(Text(f"{_LOOK.format(page=_PAGE.absolute().as_uri())}\n{_NEXT}"), soft_wrap=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
