"""kill -9 of the engine, of its host, and of both, before and after a write: the next up ends as desired."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.engines import environment
from support.lab import Lab
from tenant_email.local.emulators.server import Fault
from tenant_email.local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PROGRAM = """
from tenant_email import EmailProvider, EmailTemplate, auth0
smtp = auth0.Smtp(host="smtp.{0}.example", username="mailer", password="canary-smtp-password")
provider = EmailProvider("mail", settings=smtp, from_address="no-reply@acme.example"{1})
template = auth0.Template(template="welcome_email", subject="{0}", body="<p>Welcome</p>")
EmailTemplate("welcome", settings=template, provider_id=provider.id)
"""


@pytest.fixture
def machine(tmp_path: Path) -> Iterator[LocalMachine]:
    """Runs a machine."""
    with LocalMachine(tmp_path / "machine") as running:
        yield running


@pytest.fixture
def lab(machine: LocalMachine, tmp_path: Path) -> Lab:
    """Makes a project on the embedded engine, whose processes are ours to kill."""
    made = Lab.make(machine, tmp_path, "embedded")
    made.write(PROGRAM.format("one", ""))
    return made


def wait_until(true: Callable[[], bool]) -> None:
    """Waits for a condition, thirty seconds at most."""
    end = time.monotonic() + 30
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)


def hosts_of(mark: str) -> list[int]:
    """Lists the living dynamic-provider hosts of an engine that was started with this mark."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            ours = f"MARK={mark}".encode() in (folder / "environ").read_bytes().split(b"\0")
            if ours and b"pulumi.dynamic" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def killed_up(lab: Lab, victim: str, method: str, *, written: bool) -> None:
    """Runs `up` as a process and kills the victim while a write to the provider is held up, or was just done."""
    tenant, mark = lab.machine.auth0, str(lab.folder)
    tenant.reset_calls()
    tenant.inject(
        Fault(method, "*/emails/provider", drop="after" if written else "before", delay=0.0 if written else 2)
    )
    if written:  # what follows the lost reply is held up, so that the kill comes before it
        tenant.inject(Fault("GET" if method == "POST" else method, "*/emails/provider", delay=2))
    command = [sys.executable, "-m", "tenant_email.local.engine", "up", "--cwd", mark]
    command += ["--state-dir", str(lab.folder.parent / "state")]
    env = {**environment(), **lab.machine.environment(), "MARK": mark}
    with subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        if written:
            wait_until(lambda: any(str(call).startswith(f"{method} /api/v2/emails/provider") for call in tenant.calls))
        else:
            wait_until(lambda: any(call.path == "/oauth/token" for call in tenant.calls))
            time.sleep(0.3)
        for pid in hosts_of(mark) if victim != "engine" else ():
            os.kill(pid, signal.SIGKILL)
        if victim != "host":
            process.kill()
        process.wait(30)
    wait_until(lambda: not hosts_of(mark))


@pytest.mark.skipif(sys.platform != "linux", reason="finds the host's process in /proc")
@pytest.mark.parametrize(
    ("victim", "method", "written"),
    [
        ("host", "POST", False),
        ("host", "POST", True),
        ("host", "PATCH", True),
        ("engine", "POST", False),
        ("engine", "POST", True),
        ("both", "POST", True),
    ],
)
def test_a_kill_during_a_write(lab: Lab, victim: str, method: str, written: bool) -> None:
    """Whoever is killed, and whenever: the tenant never loses its configuration, and the next up completes it.

    What a creation had written by then no run remembers: the next one is refused, and its message says how to go on.
    """
    engine, want = lab.open(), "one"
    if method == "PATCH":
        assert engine.up().ok
        want = "two"
        lab.write(PROGRAM.format(want, ""))
    killed_up(lab, victim, method, written=written)
    before = lab.machine.auth0.state.provider
    assert (before is not None) is (written or method == "PATCH")
    outcome = engine.up()
    if written and method == "POST":
        assert (
            "on_existing='adopt' with on_delete='delete' when an interrupted run of this stack made it" in outcome.text
        )
        lab.write(PROGRAM.format(want, ", on_existing='adopt', on_delete='delete'"))
        outcome = engine.up()
    assert outcome.ok, outcome.text
    state = lab.machine.auth0.state
    assert (state.provider or {})["credentials"]["smtp_host"] == f"smtp.{want}.example"
    assert state.templates["welcome_email"]["subject"] == want
    assert engine.destroy().ok
    assert state.provider is None
