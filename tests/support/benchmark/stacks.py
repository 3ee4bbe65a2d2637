"""A stack whose operations are measured, on either engine, in an environment as a user has it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping  # noqa: TC003 - pydantic reads the types
from dataclasses import dataclass, field
from statistics import median
from typing import TYPE_CHECKING, Any, Final, Self

from support import process_cost
from support.benchmark.programs import TRIVIAL_MODULE
from support.engines import environment, open_engine

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

_EMBEDDED: Final = """
import os, sys
from pathlib import Path
from embedded_pulumi_engine import Stack
operation, project, state = sys.argv[1], *map(Path, sys.argv[2:])
ran = getattr(Stack(project, "dev", state_dir=state, environ=dict(os.environ), console=lambda _: None), operation)()
sys.exit(None if ran.ok else ran.text)
"""


@dataclass(frozen=True)
class Cost:
    """What a command took: seconds by the clock and of a processor, and the most bytes resident, by part."""

    seconds: float
    cpu: float
    memory: Mapping[str, int] = field(default_factory=dict[str, int])

    @classmethod
    def median(cls, costs: Sequence[Self]) -> Self:
        """Returns what it took in most turns, and the most of the memory."""
        parts = dict.fromkeys(part for cost in costs for part in cost.memory)
        memory = {part: max(cost.memory.get(part, 0) for cost in costs) for part in parts}
        return cls(median(cost.seconds for cost in costs), median(cost.cpu for cost in costs), memory)


def cost_of(command: list[str], folder: Path, environ: Mapping[str, str]) -> Cost:
    """Returns what a command took; it must succeed."""
    measured = [sys.executable, process_cost.__file__, *command]
    ran = subprocess.run(measured, cwd=folder, env=dict(environ), capture_output=True, text=True, check=True)
    cost: dict[str, Any] = json.loads(ran.stdout)
    assert not cost["failed"], cost["text"]
    return Cost(cost["seconds"], cost["cpu"], cost["memory"])


def user_environment() -> dict[str, str]:
    """Returns what a user's shell has: compiled modules are kept, as pip leaves them."""
    kept = {name: value for name, value in environment().items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**kept, "PULUMI_SKIP_UPDATE_CHECK": "true"}


class MeasuredStack:
    """One stack in a folder of its own."""

    def __init__(self, kind: str, python: Path, scratch: Path, config: Mapping[str, Any]) -> None:
        self._kind, self._python, self._scratch, self._folder = kind, python, scratch, scratch / "project"
        self._folder.mkdir(parents=True)
        runtime = {"name": "python", "options": {"toolchain": "pip", "virtualenv": str(python.parents[1])}}
        (self._folder / "Pulumi.yaml").write_text(json.dumps({"name": "bench", "runtime": runtime}))
        (self._folder / "__main__.py").touch()
        (self._folder / "trivial.py").write_text(TRIVIAL_MODULE)
        environ = user_environment()
        engine = open_engine(kind, self._folder, scratch, environ=environ)
        engine.set_config("tenant-email:tenants", json.dumps(config), secret=True)
        backend = {"PULUMI_BACKEND_URL": f"file://{scratch / 'backend'}", "PULUMI_HOME": str(scratch / "home")}
        path = {"PATH": os.pathsep.join([str(python.parent), environ["PATH"]])}  # where the plug-in is
        self._environ = {**environ, **backend, **path}

    def write(self, program: str) -> None:
        """Writes the program."""
        (self._folder / "__main__.py").write_text(program)

    def operate(self, operation: str, *, checkpoints: bool = True) -> Cost:
        """Returns what `up`, `refresh` or `destroy` took; without `checkpoints` the CLI writes the state once."""
        skipped = {} if checkpoints else {"PULUMI_SKIP_CHECKPOINTS": "true"}
        return cost_of(self._command(operation), self._folder, {**self._environ, **skipped})

    def state_size(self) -> int:
        """Returns the bytes of the state's file."""
        path = "state/bench/dev.json" if self._kind == "embedded" else "backend/.pulumi/stacks/bench/dev.json"
        return (self._scratch / path).stat().st_size

    def _command(self, operation: str) -> list[str]:
        if self._kind == "embedded":
            state = self._scratch / "state"
            return [str(self._python), "-c", _EMBEDDED, operation, str(self._folder), str(state)]
        return ["pulumi", operation, "--yes", "--skip-preview", "--stack", "dev", "--non-interactive"]
