"""Starts Python programs as forks of an interpreter that has loaded Pulumi's SDK: most of a small stack is that import.

Each is a process of its own, with its own memory, output, folder, environment and process group; what it has loaded
already is only what others wrote (`warm_server.py`). The engine's command, which other tests run, starts interpreters.
"""

from __future__ import annotations

import atexit
import json
import os
import select
import signal
import socket
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from embedded_pulumi_engine.processes import leashed
from tenant_email_local.aws.plugin import NAME as AWS

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

    from embedded_pulumi_engine.processes import Process

_SERVER: Final = Path(__file__).with_name("warm_server.py")
_ITS_OWN: Final = ("PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE")
"""What a fork may have otherwise than this process; of other settings an interpreter takes note as it begins."""


def start(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Process:
    """Starts a command, from the warm interpreter where it is a program of this one."""
    first, *words = command
    if sys.platform != "linux" or _settings(env) != _settings(os.environ):
        return leashed(command, cwd, env)
    if Path(first).name == AWS:  # a script with this command
        return Forked(sys.executable, ["-P", "-m", "tenant_email_local.aws.plugin", *words], cwd, env)
    if first in (sys.executable, str(Path(sys.prefix, "bin", "python"))):
        return Forked(first, words, cwd, env)
    return leashed(command, cwd, env)


class Forked:
    """A child of the server: what the engine needs of `subprocess.Popen`."""

    def __init__(self, python: str, words: Sequence[str], cwd: Path, env: Mapping[str, str]) -> None:
        request = os.memfd_create("request")
        asked = {"python": python, "words": words, "cwd": str(cwd), "env": dict(env)}
        os.write(request, json.dumps(asked).encode())
        os.lseek(request, 0, os.SEEK_SET)
        (out, its_out), (err, its_err), (status, its_status) = os.pipe(), os.pipe(), os.pipe()
        socket.send_fds(_server(), [b"x"], [request, its_out, its_err, its_status])
        for file in (request, its_out, its_err, its_status):
            os.close(file)
        self.stdout: IO[str] | None = os.fdopen(out, encoding="utf-8", errors="replace")
        self.stderr: IO[str] | None = os.fdopen(err, encoding="utf-8", errors="replace")
        self._status = os.fdopen(status, "rb", buffering=0)
        self.pid = int(self._status.readline())
        self.returncode: int | None = None

    def wait(self, timeout: float | None = None) -> int:
        """Waits for the end."""
        if self.returncode is None:
            if not select.select([self._status], [], [], timeout)[0]:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0)
            self.returncode = int(self._status.readline())
            self._status.close()
        return self.returncode

    def kill(self) -> None:
        """Kills it."""
        if self.returncode is None:
            os.kill(self.pid, signal.SIGKILL)


def _settings(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith("PYTHON") and name not in _ITS_OWN}


@cache
def _server() -> socket.socket:
    """Starts the server of this process, which ends with it; returns where it takes requests."""
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with its:
        process = subprocess.Popen(
            [sys.executable, "-P", "-u", str(_SERVER), str(its.fileno())],
            env={**os.environ, "GRPC_ENABLE_FORK_SUPPORT": "0"},
            pass_fds=[its.fileno()],
            stdin=subprocess.DEVNULL,
            process_group=0,
        )
    atexit.register(_end, ours, process)
    return ours


def _end(server: socket.socket, process: subprocess.Popen[bytes]) -> None:
    server.close()
    process.wait()
