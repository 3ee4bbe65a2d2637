"""Runs the Pulumi CLI many times at once: all of it can be stopped, and none of it depends on this process.

The Automation API's own command hands its child a pipe: when this process is killed, the child dies of the pipe in the
middle of a write, and a stack stays locked. Here a child writes into files and is in a session of its own. It ends what
it began, whatever becomes of this process, and a Ctrl-C at the terminal reaches it only through `stop`.
"""

from __future__ import annotations

import os
import re
import signal
import subprocess
import tempfile
import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from pulumi.automation import CommandResult, PulumiCommand
from pulumi.automation.errors import create_command_error

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from pulumi.automation import CommandError

    Process = subprocess.Popen[bytes]


_SAID: Final = re.compile(r"\n code: -?\d+\n stdout: (.*)\n stderr: (.*)", re.DOTALL)
"""What a CommandError of the Automation API says: its own words, and between them the CLI's."""


def output_of(error: CommandError) -> str:
    """Returns what the CLI wrote before it failed."""
    found = _SAID.fullmatch(str(error))
    return "\n".join(filter(None, map(str.strip, found.groups()))) if found else str(error)


class FleetCommand(PulumiCommand):
    """The Pulumi CLI, for the Automation API's workspace."""

    def __init__(self) -> None:
        super().__init__()
        self._running: set[Process] = set()
        self._lock = threading.RLock()  # a second Ctrl-C comes in the middle of the first
        self._is_stopping = False

    def run(
        self,
        args: list[str],
        cwd: str,
        additional_env: Mapping[str, str],
        on_output: Callable[[str], object] | None = None,
        on_error: Callable[[str], object] | None = None,
    ) -> CommandResult:
        """Runs a command; raises CommandError where it ends with another code than 0."""
        environ = {**os.environ, **additional_env, "PULUMI_AUTOMATION_API": "true"}
        with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            process = self._start(
                [self.command, "--non-interactive", *args], cwd, environ, (out.fileno(), err.fileno())
            )
            try:
                code = process.wait()
            finally:
                with self._lock:
                    self._running.discard(process)
            texts: list[str] = []
            for file, callback in ((out, on_output), (err, on_error)):
                file.seek(0)
                text = file.read().decode(errors="replace")
                texts.append(text.strip())
                if callback:
                    for line in text.splitlines():
                        callback(line)
        result = CommandResult(stdout=texts[0], stderr=texts[1], code=code)
        if code:
            raise create_command_error(result)
        return result

    def _start(self, words: list[str], cwd: str, environ: Mapping[str, str], files: tuple[int, int]) -> Process:
        with self._lock:
            if self._is_stopping:
                raise create_command_error(CommandResult(stdout="", stderr="it was stopped", code=130))
            process = subprocess.Popen(  # noqa: S603 - the user's own Pulumi CLI
                words,
                cwd=cwd,
                env=environ,
                stdin=subprocess.DEVNULL,
                stdout=files[0],
                stderr=files[1],
                start_new_session=True,
            )
            self._running.add(process)
        return process

    @property
    def is_stopping(self) -> bool:
        """Returns whether it was told to stop."""
        return self._is_stopping

    def stop(self) -> None:
        """Tells every child to end after its step, and starts no other; a second time ends them at once."""
        with self._lock:
            again, self._is_stopping = self._is_stopping, True
            running = list(self._running)
        for process in running:
            with suppress(OSError):
                if again and hasattr(os, "killpg"):
                    os.killpg(process.pid, signal.SIGKILL)
                else:
                    process.send_signal(signal.SIGINT)
