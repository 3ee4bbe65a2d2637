"""The CI recipe: what each job may know, and that a fork's commands validate a stack without anything secret."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from support.engines import engine_params, environment
from support.ways import dynamic_only

if TYPE_CHECKING:
    from support.lab import Lab

ROOT = Path(__file__).parents[3]
TEXT = (ROOT / "docs" / "ci" / "stack.yml").read_text()
JOBS: dict[str, Any] = yaml.safe_load(TEXT)["jobs"]
# what the embedded engine answers to the commands of the recipe
SHIM = """#!/bin/sh
case "$1 $2" in
  "stack init") exit 0 ;;
  "config set") shift 2; exec {python} -m embedded_pulumi_engine config --state-dir "{states}" "$@" ;;
  *) exec {python} -m embedded_pulumi_engine "$@" --state-dir "{states}" ;;
esac
"""


def test_each_job_knows_what_it_needs_and_no_more() -> None:
    """A fork gets no secret, a pull request no tenant secret and a role that reads, the merge all of it."""
    told = {name: set(re.findall(r"(?:secrets|vars)\.(\w+)", str(job))) for name, job in JOBS.items()}
    shared = {"PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE"}
    assert told == {
        "fork": set(),
        "pull-request": {*shared, "AWS_READ_ONLY_ROLE"},
        "merge": {*shared, "AWS_DEPLOY_ROLE", "AUTH0_CLIENT_SECRET"},
    }


def test_jobs_divide_the_events() -> None:
    """No event runs two jobs, and code of a fork never runs where secrets are."""
    conditions = [job["if"] for job in JOBS.values()]
    assert "pull_request_target" not in TEXT
    assert conditions == [
        "github.event_name == 'pull_request' && github.event.pull_request.head.repo.fork",
        "github.event_name == 'pull_request' && !github.event.pull_request.head.repo.fork",
        "github.event_name != 'pull_request'",
    ]


def test_the_workflow_is_tight() -> None:
    """Permissions are named job by job, actions are pinned by commit, and a refresh runs the program."""
    assert yaml.safe_load(TEXT)["permissions"] == {}
    assert all(job["permissions"].get("contents") == "read" for job in JOBS.values())
    assert [use for use in re.findall(r"uses: (\S+)", TEXT) if not re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", use)] == []
    assert [
        line
        for line in TEXT.splitlines()
        if re.search("pulumi (refresh|destroy)", line) and "--run-program" not in line
    ] == []


def test_each_job_installs_what_a_copied_stack_has() -> None:
    """In the folder of the stack: its own requirements, into the environment that its Pulumi.yaml names."""
    stack = ROOT / yaml.safe_load(TEXT)["env"]["STACK_FOLDER"]
    environment_ = yaml.safe_load((stack / "Pulumi.yaml").read_text())["runtime"]["options"]["virtualenv"]
    (requirements,) = [path.name for path in stack.glob("requirements*.txt")]
    wanted = f'cd "$STACK_FOLDER" && python -m venv {environment_} && {environment_}/bin/pip install -r {requirements}'
    assert [
        [step["run"] for step in job["steps"] if "pip install" in step.get("run", "")] for job in JOBS.values()
    ] == [[wanted]] * len(JOBS)


@dynamic_only
@pytest.mark.parametrize("kind", engine_params())
def test_a_fork_validates_its_inputs(lab: Lab, kind: str, tmp_path: Path) -> None:
    """The fork's own commands preview the stack, refuse a bad input, and nobody is called."""
    if lab.kind != kind:
        pytest.skip("each engine once")
    lab.copy("auth0_smtp")
    done = _validate(lab.folder, kind, tmp_path)
    assert done.returncode == 0, done.stdout
    main = lab.folder / "__main__.py"
    main.write_text(main.read_text().replace('host=config.require("host")', 'host="smtp://fork.invalid"'))
    refused = _validate(lab.folder, kind, tmp_path / "again", configured=True)
    assert refused.returncode != 0
    assert "settings.host: is not a host name" in refused.stdout


def _validate(folder: Path, kind: str, scratch: Path, *, configured: bool = False) -> subprocess.CompletedProcess[str]:
    """Runs the step of the fork's job that validates, as a runner would; `configured`: the config is there already."""
    (step,) = [step for step in JOBS["fork"]["steps"] if step.get("name") == "Validate the inputs"]
    run = step["run"]
    if configured:
        run = "".join(line for line in run.splitlines(keepends=True) if not line.startswith("pulumi config set"))
    env = {**environment(), **JOBS["fork"]["env"], "STACK_FOLDER": str(folder), "TMPDIR": str(scratch)}
    env = {name: value for name, value in env.items() if not name.startswith(("AUTH0_", "AWS_"))}
    (scratch / "bin").mkdir(parents=True)
    if kind == "embedded":
        shim = scratch / "bin" / "pulumi"
        shim.write_text(SHIM.format(python=sys.executable, states=scratch))
        shim.chmod(0o755)
        env["PATH"] = f"{shim.parent}{os.pathsep}{env['PATH']}"
    command = ["bash", "-e", "-o", "pipefail", "-c", run]
    return subprocess.run(
        command, env=env, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False, timeout=120
    )
