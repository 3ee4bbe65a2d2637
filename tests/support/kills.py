"""Runs that are killed at a write: a proxy holds it up, before its effect or after it, and the kill comes then.

What is written to, and how, is data (`Write`); who is killed, and with which signal, is too (`Victim`).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

from support.campaign.proxy import Armed, Proxy, call_to
from support.engines import environment
from support.host import Failed, running_host
from support.lab import Lab
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.machine import LocalMachine

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from support.campaign.proxy import Asked, Conversation
    from support.campaign.subject import Operation
    from support.campaign.trial import Call, Trial
    from support.host import Host

Victim = Literal["tree", "host", "engine", "interrupt"]
_PATIENCE = 120.0  # seconds that a held-up write waits at most
_HEADER = """
import os
import pulumi
from tenant_email import *
from tenant_email import auth0, logto, pingone_aic
"""


@dataclass(frozen=True)
class Write:
    """One kind of write.

    server: whether it goes to the tenant or to AWS. program: a program in which `{value}` stands for what changes, and
    `{more}` for arguments that adopt. at: recognizes the call that is held up. held: what the machine holds of it, or
    None. whole: what it must hold in the end, for a value. command: the operation that is killed; changes: whether the
    thing is there before. prepare: what the machine needs first.
    """

    name: str
    server: str
    program: str
    at: Callable[[Asked], bool]
    held: Callable[[LocalMachine], Any]
    whole: Callable[[str], Any]
    command: Literal["up", "destroy"] = "up"
    changes: bool = False
    platforms: tuple[str, ...] = ("auth0",)
    prepare: Callable[[LocalMachine], None] = lambda _machine: None

    def written(self, value: str, more: str = "") -> str:
        """Returns the program; what is given in `more` takes the place of its own `on_existing`."""
        program = self.program.replace(', on_existing="fail"', "") if more else self.program
        return _HEADER + program.replace("{value}", value).replace("{more}", more)


@dataclass
class Held:
    """A write that is held up: whether it has come, and whether it may go on."""

    written: bool
    arrived: threading.Event = field(default_factory=threading.Event)
    released: threading.Event = field(default_factory=threading.Event)
    abandoned: bool = False
    """Whether who asked is dead, so that what had no effect yet never has one."""

    def play(self, talk: Conversation) -> None:
        """Lets the write have its effect now, later, or never."""
        said = talk.forward() if self.written else None
        self.arrived.set()
        if self.released.wait(_PATIENCE) and not self.abandoned:
            talk.send((said or talk.forward()).raw)


class Scene:
    """A machine whose tenant and AWS are behind a proxy, and a project on it."""

    def __init__(self, folder: Path, platforms: Sequence[str]) -> None:
        self.folder = folder
        self.proxies = {"tenant": Proxy(_PATIENCE), "aws": Proxy(_PATIENCE)}
        self.machine = LocalMachine(folder / "machine", platforms, behavior=Behavior(key_delay=0.2))

    @property
    def lab(self) -> Lab:
        """Returns the project."""
        return self._lab

    def environ(self) -> dict[str, str]:
        """Returns the variables that point a stack at the proxies."""
        return {**self.machine.environment(), "AWS_ENDPOINT_URL": self.proxies["aws"].url}

    @contextmanager
    def running(self) -> Iterator[Scene]:
        """Runs it all."""
        (tenant,) = self.machine.tenants.values()
        with self.proxies["tenant"] as before_tenant, self.proxies["aws"] as before_aws:
            tenant.public_url = before_tenant.url
            before_tenant.upstream = tenant.port
            with self.machine:
                before_aws.upstream = int(self.machine.aws.url.rpartition(":")[2])
                self._lab = Lab.make(self.machine, self.folder, "embedded")
                yield self


def killed(scene: Scene, write: Write, victim: Victim, *, written: bool) -> None:
    """Runs the write's operation as a process of its own and kills the victim while the write is held up."""
    held, proxy = Held(written), scene.proxies[write.server]
    proxy.arm(Armed(write.at, 0, held.play, persistent=False))
    mark = str(scene.lab.folder)
    command = [sys.executable, "-m", "embedded_pulumi_engine", write.command, "--cwd", mark]
    command += ["--state-dir", str(scene.folder / "state")]
    env = {**environment(), **scene.environ(), "MARK": mark}
    with subprocess.Popen(
        command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
    ) as process:
        try:
            wait_until(lambda: held.arrived.is_set() or process.poll() is not None)
            assert held.arrived.is_set(), f"{write.name}: the run ended without that write"
            _strike(process, victim, mark)
            if victim in ("interrupt", "host"):
                held.released.set()
            process.wait(60)
        finally:
            process.kill()
            held.released.set()
    proxy.arm(None)
    wait_until(lambda: not family(mark))


def killed_host(trial: Trial, operation: Operation, call: Call, *, written: bool) -> None:
    """Runs an operation of a trial in a host of its own, and kills it while its write is held up."""
    world, resource, held = trial.world, trial.resource, Held(written)
    subject, wanted = world.subject, world.subject.second if operation == "update" else world.subject.first
    world.proxy.arm(Armed(call_to(call.method, call.path), call.nth, held.play, persistent=False))
    config = {"tenant-email:tenants": json.dumps({"main": subject.tenant.entry(world.emulator)})}

    def operate(host: Host) -> None:
        with suppress(Failed):
            if operation == "create":
                host.create(subject.lifecycle, wanted)
            elif operation == "update":
                host.update(subject.lifecycle, resource.id, resource.state, wanted)
            else:
                host.delete(subject.lifecycle, resource.id, resource.state)

    with running_host(config) as host:
        worker = threading.Thread(target=operate, args=(host,))
        worker.start()
        wait_until(lambda: held.arrived.is_set() or not worker.is_alive())
        assert held.arrived.is_set(), "the operation ended without that write"
        os.kill(host.pid, signal.SIGKILL)
        worker.join(60)
    held.abandoned = True
    held.released.set()
    world.proxy.arm(None)


def _strike(process: subprocess.Popen[bytes], victim: Victim, mark: str) -> None:
    if victim == "interrupt":
        os.kill(process.pid, signal.SIGINT)
        time.sleep(0.3)  # the engine notes it; the host goes on with what it does
    elif victim == "engine":
        process.kill()
    elif victim == "host":
        for pid in family(mark, b"pulumi.dynamic"):
            os.kill(pid, signal.SIGKILL)
    else:
        os.killpg(process.pid, signal.SIGKILL)


def family(mark: str, kind: bytes = b"") -> list[int]:
    """Lists the living processes of a run: they share a mark in their environment."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            ours = f"MARK={mark}".encode() in (folder / "environ").read_bytes().split(b"\0")
            if ours and kind in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
    return found


def wait_until(true: Callable[[], bool]) -> None:
    """Waits for a condition, three minutes at most: the machine may be busy."""
    end = time.monotonic() + 180
    while not true():
        assert time.monotonic() < end
        time.sleep(0.02)
