"""Starts the program and waits for it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final

from embedded_pulumi_engine.builtin import ORGANIZATION
from embedded_pulumi_engine.values import LOOPBACK

if TYPE_CHECKING:
    from collections.abc import Mapping

    from embedded_pulumi_engine.processes import Children
    from embedded_pulumi_engine.project import ConfigValue, Project
    from embedded_pulumi_engine.run import Run

_RUNNER: Final = Path(__file__).with_name("run_program.py")
_SHOWN: Final = 32  # the runner's exit code for a failure that it has already shown


def environment(environ: Mapping[str, str], project: Project, config: Mapping[str, ConfigValue]) -> dict[str, str]:
    """Returns the environment of the program and of plug-ins: the configuration in clear, as the SDK expects it.

    And that a proxy of the environment is no way to the engine, which the SDK's gRPC would take it for
    (grpc/grpc, doc/environment_variables.md).
    """
    direct = environ.get("no_grpc_proxy") or environ.get("no_proxy")
    return {
        **environ,
        "no_grpc_proxy": f"{direct},{LOOPBACK}" if direct else LOOPBACK,
        "PULUMI_PROJECT": project.name,
        "PULUMI_CONFIG": json.dumps({key: value.text for key, value in config.items()}),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps([key for key, value in config.items() if value.secret]),
        "PYTHONUNBUFFERED": "1",
    }


def parallelism(environ: Mapping[str, str]) -> int:
    """Returns how many operations run at once: PULUMI_PARALLEL, or four a processor as the CLI has it."""
    return int(environ.get("PULUMI_PARALLEL") or 4 * (os.cpu_count() or 1))


def run_to_end(
    run: Run, project: Project, children: Children, environ: Mapping[str, str], *, monitor: str, engine: str
) -> None:
    """Runs the program to its end; a failure is reported and fails the run."""
    settings = {
        "monitor": monitor,
        "engine": engine,
        "project": run.project,
        "stack": run.stack,
        "parallel": parallelism(environ),
        "dry_run": run.preview,
        "organization": ORGANIZATION,
        "root_directory": str(project.directory),
    }
    process = children.start([project.python, str(_RUNNER), json.dumps(settings)], project.directory, environ)
    pipes = (process.stdout, process.stderr)
    readers = [children.relay(pipe, lambda line: run.console.say(f"    {line}")) for pipe in pipes]
    try:
        code = process.wait()
    except KeyboardInterrupt:
        run.interrupt()
        code = process.wait()
    for reader in readers:
        reader.join()
    if code == _SHOWN:
        run.failed.set()
    elif code and not run.failed.is_set():
        run.fail("", f"the program ended with code {code}")
