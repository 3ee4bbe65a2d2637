"""Child processes that never outlive the engine."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Final, Protocol, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path
    from typing import IO

# Asks Linux to kill the process when the thread that started it ends, then becomes the real command: a kill -9 of
# the engine must not leave plug-ins behind that still hold connections and credentials.
_LEASH: Final = (
    "import ctypes,os,signal,sys;ctypes.CDLL(None).prctl(1,signal.SIGKILL);"
    "os.getppid()==int(sys.argv[1]) or sys.exit(1);os.execvp(sys.argv[2],sys.argv[2:])"
)
_PATIENCE_SECONDS: Final = 5


class Process(Protocol):
    """What the engine does with a process: `subprocess.Popen` is one."""

    pid: int
    stdout: IO[str] | None
    stderr: IO[str] | None

    def wait(self, timeout: float | None = None) -> int:
        """Waits for its end and returns its code; raises subprocess.TimeoutExpired."""
        ...

    def kill(self) -> None:
        """Ends it at once."""
        ...


Start: TypeAlias = "Callable[[Sequence[str], Path, Mapping[str, str]], Process]"
"""Starts a command in a folder, with an environment, in a process group of its own."""


def leashed(command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> subprocess.Popen[str]:
    """Starts a command that ends with the engine, in a process group of its own: Ctrl-C reaches only the engine."""
    leash = [sys.executable, "-ISc", _LEASH, str(os.getpid())] if sys.platform == "linux" else []
    return subprocess.Popen(
        [*leash, *command],
        cwd=cwd,
        env=dict(env),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="replace",
        process_group=0,
    )


class Children:
    """The processes of an operation, which all end with it."""

    def __init__(self, begin: Start = leashed) -> None:
        # one thread starts them all and lives as long as they do, because the leash is tied to the thread
        self._starter = ThreadPoolExecutor(1)
        self._begin = begin
        self._running: list[Process] = []
        self._relays: list[threading.Thread] = []

    def start(self, command: Sequence[str], cwd: Path, env: Mapping[str, str]) -> Process:
        """Starts a command."""
        process = self._starter.submit(self._begin, command, cwd, env).result()
        self._running.append(process)
        return process

    def relay(self, stream: IO[str] | None, say: Callable[[str], None]) -> threading.Thread:
        """Passes on every line of a stream until it ends."""
        thread = threading.Thread(target=_relay, args=(stream, say), daemon=True)
        thread.start()
        self._relays.append(thread)
        return thread

    def stop(self) -> None:
        """Ends every process, politely first."""
        for process in self._running:
            _signal(process, signal.SIGTERM)
        for process in self._running:
            try:
                process.wait(_PATIENCE_SECONDS)
            except subprocess.TimeoutExpired:
                _signal(process, signal.SIGKILL)
                process.wait()
        for relay in self._relays:
            relay.join(_PATIENCE_SECONDS)
        self._starter.shutdown()


def _relay(stream: IO[str] | None, say: Callable[[str], None]) -> None:
    if stream is not None:
        with stream:
            for line in stream:
                say(line.rstrip("\n"))


def _signal(process: Process, number: signal.Signals) -> None:
    with suppress(ProcessLookupError):
        os.killpg(process.pid, number)
