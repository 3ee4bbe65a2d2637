"""The engine that runs the demo: the Pulumi CLI where it is on PATH, else the embedded one."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING, Final, Protocol

from embedded_pulumi_engine import Stack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

_STACK: Final = "local-demo"


class Engine(Protocol):
    """What the demo does with a stack; each operation prints as it goes and returns whether it succeeded."""

    title: str

    def configure(self, values: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Sets stack config, keys with dots as paths."""
        ...

    def forget(self, key: str) -> None:
        """Removes a value from the stack config."""
        ...

    def run(self, operation: str) -> bool:
        """Runs preview, up, refresh or destroy."""
        ...


class Embedded:
    """The embedded engine."""

    title = "the embedded engine (the Pulumi CLI is not on PATH)"

    def __init__(self, project: Path, scratch: Path, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._stack = Stack(
            project, _STACK, state_dir=scratch / "state", config_dir=scratch, environ=environ, console=say
        )

    def configure(self, values: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Sets stack config."""
        for key, value in {**values, **secrets}.items():
            self._stack.set_config(key, value, secret=key in secrets, path="." in key)

    def forget(self, key: str) -> None:
        """Removes a value from the stack config."""
        self._stack.remove_config(key)

    def run(self, operation: str) -> bool:
        """Runs an operation."""
        return bool(getattr(self._stack, operation)().ok)


class PulumiCli:
    """The Pulumi CLI with a file backend of its own, so that no account is needed."""

    title = "the Pulumi CLI"

    def __init__(self, project: Path, scratch: Path, environ: Mapping[str, str], say: Callable[[str], None]) -> None:
        backend = scratch / "backend"
        backend.mkdir(parents=True)
        self._project, self._say = project, say
        self._environ = {
            **environ,
            "PULUMI_BACKEND_URL": f"file://{backend}",
            "PULUMI_HOME": str(scratch / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
        self._config = ("--config-file", str(scratch / f"Pulumi.{_STACK}.yaml"))
        self._quietly("stack", "init", _STACK)
        # it wrote a file beside the program; the settings are in the one that every command names
        (project / f"Pulumi.{_STACK}.yaml").unlink(missing_ok=True)

    def configure(self, values: Mapping[str, str], secrets: Mapping[str, str]) -> None:
        """Sets stack config."""
        for key, value in {**values, **secrets}.items():
            options = [*(["--path"] if "." in key else []), *(["--secret"] if key in secrets else [])]
            self._quietly("config", "set", *options, key, value, "--stack", _STACK, *self._config)

    def forget(self, key: str) -> None:
        """Removes a value from the stack config."""
        self._quietly("config", "rm", key, "--stack", _STACK, *self._config)

    def run(self, operation: str) -> bool:
        """Runs an operation."""
        options = ["--diff"] if operation == "preview" else ["--yes", "--skip-preview"]
        command = ["pulumi", operation, "--non-interactive", "--stack", _STACK, *options, *self._config]
        with subprocess.Popen(
            command, cwd=self._project, env=self._environ, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as process:
            for line in process.stdout or ():
                self._say(line.rstrip("\n"))
        return process.returncode == 0

    def _quietly(self, *words: str) -> None:
        ended = subprocess.run(
            ["pulumi", *words], cwd=self._project, env=self._environ, capture_output=True, text=True, check=False
        )
        if ended.returncode:
            raise RuntimeError(f"pulumi {' '.join(words[:2])}: {ended.stderr}")


def choose() -> type[Embedded | PulumiCli]:
    """Returns the engine that TENANT_EMAIL_ENGINE names: auto, pulumi or embedded."""
    wanted = os.environ.get("TENANT_EMAIL_ENGINE", "auto")
    if wanted == "pulumi" or (wanted == "auto" and shutil.which("pulumi")):
        return PulumiCli
    return Embedded
