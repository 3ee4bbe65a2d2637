"""The CI recipes as data, and their steps done in a bash, as a runner does them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[2]
WORKFLOW: Final = ROOT / ".github" / "workflows" / "stack.yml"
CALLER: Final = ROOT / "docs" / "ci" / "stack.yml"
TEMPLATE: Final = ROOT / "docs" / "ci" / "gitlab-stack.yml"
INCLUDER: Final = ROOT / "docs" / "ci" / "gitlab-ci.yml"
FORK: Final = ROOT / "docs" / "ci" / "fork.yaml"
INSTALLS: Final = "pulumi install --cwd"


class _Reference(list[str]):
    """GitLab's `!reference`: a path in the document."""


class _Loader(yaml.SafeLoader):
    """Reads GitLab's own tag."""


def _reference(loader: _Loader, node: yaml.SequenceNode) -> _Reference:
    return _Reference(loader.construct_sequence(node))


_Loader.add_constructor("!reference", _reference)


def jobs(path: Path = WORKFLOW) -> dict[str, Any]:
    """Returns the jobs of a GitHub workflow."""
    found: dict[str, Any] = yaml.safe_load(path.read_text())["jobs"]
    return found


def step(job: str, name: str) -> str:
    """Returns what a step of the workflow runs."""
    (found,) = [each["run"] for each in jobs()[job]["steps"] if each.get("name") == name]
    return str(found)


def gitlab(**inputs: str) -> dict[str, Any]:
    """Returns the template with its inputs filled in, as GitLab does before it reads the rest, each job whole."""
    about, text = TEMPLATE.read_text().split("\n---\n")
    spec = yaml.safe_load(about)["spec"]["inputs"]
    given = {name: each["default"] for name, each in spec.items() if "default" in each} | inputs
    filled = re.sub(r"\$\[\[ inputs\.([\w-]+) \]\]", lambda found: str(given[found[1]]), text)
    document: dict[str, Any] = yaml.load(filled, _Loader)  # noqa: S506 - a SafeLoader, with one tag more
    return {name: _whole(document, job) for name, job in document.items()}


def _whole(document: dict[str, Any], job: dict[str, Any]) -> dict[str, Any]:
    base = _whole(document, document[job["extends"]]) if "extends" in job else {}
    merged = {**base, **job, "variables": {**base.get("variables", {}), **job.get("variables", {})}}
    merged.pop("extends", None)
    for part in ("before_script", "script"):
        if part in merged:
            merged[part] = [line for each in merged[part] for line in _lines(document, each)]
    return merged


def _lines(document: dict[str, Any], line: Any) -> list[str]:
    if not isinstance(line, _Reference):
        return [line]
    job, part = line
    return list(document[job][part])


def script(job: Mapping[str, Any]) -> str:
    """Returns what a job of GitLab runs, but for the installation, which would ask a registry."""
    lines = [line for line in [*job["before_script"], *job["script"]] if INSTALLS not in line]
    return "\n".join(lines)


@dataclass(frozen=True)
class Done:
    """What a script did."""

    code: int
    text: str


def run(text: str, folder: Path, variables: Mapping[str, str]) -> Done:
    """Runs a script as the runners of GitHub and GitLab do."""
    command = ["bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", text]
    done = subprocess.run(
        command, cwd=folder, env=dict(variables), text=True, check=False, timeout=300,
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    return Done(done.returncode, done.stdout)
