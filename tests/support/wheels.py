"""The wheels of this repository, built, and an environment in which they are installed and nothing is editable."""

from __future__ import annotations

import fcntl
import importlib.metadata
import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

ROOT: Final = Path(__file__).parents[2]
PROJECTS: Final = {
    "tenant_email": ROOT,
    "tenant_email_local": ROOT / "local" / "environment",
    "embedded_pulumi_engine": ROOT / "local" / "engine",
    "tenant_email_policies": ROOT / "policies",
}
"""The folder of each distribution, by the one package that it holds."""

_OURS: Final = (*PROJECTS, "__pycache__")


def metadata(package: str) -> dict[str, Any]:
    """Returns what the pyproject.toml of a distribution says of it."""
    project: dict[str, Any] = tomllib.loads((PROJECTS[package] / "pyproject.toml").read_text())["project"]
    return project


def build(package: str, folder: Path, *, target: str = "wheel", project: Path | None = None) -> Path:
    """Builds a distribution's wheel or sdist from its folder here, or from where an sdist was unpacked."""
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(folder)]
    subprocess.run(command, cwd=project or PROJECTS[package], check=True, capture_output=True)
    suffix = {"wheel": ".whl", "sdist": ".tar.gz"}[target]
    (built,) = folder.glob(f"{metadata(package)['name'].replace('-', '_')}-*{suffix}")
    return built


def of_the_run(own: Path) -> dict[str, Path]:
    """Returns the wheel of each distribution, all in one folder, built once for all processes of a test run.

    `own` is pytest's base folder of this process; with several processes it is in that of the run.
    """
    folder = (own.parent if "PYTEST_XDIST_WORKER" in os.environ else own) / "wheels"
    folder.mkdir(exist_ok=True)
    with folder.with_suffix(".lock").open("a+") as built:
        fcntl.flock(built, fcntl.LOCK_EX)
        built.seek(0)
        if not (found := built.read()):
            found = json.dumps({package: str(build(package, folder)) for package in PROJECTS})
            built.write(found)
    return {package: Path(wheel) for package, wheel in json.loads(found).items()}


@dataclass(frozen=True)
class Environment:
    """A virtual environment with wheels of ours; what others wrote comes from this interpreter's own environment."""

    folder: Path

    @classmethod
    def make(
        cls,
        folder: Path,
        wheels: Sequence[Path] = (),
        *,
        editable: Sequence[Path] = (),
        with_only: Iterable[str] | None = None,
    ) -> Self:
        """Makes the environment and installs the wheels, and the projects whose sources stay where they are.

        All else that is here is in it too, or only some distributions and what they require.
        """
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
        made = cls(folder)
        site = Path(made.run("-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
        wanted = None if with_only is None else _entries(needed_by(with_only))
        for other in Path(sysconfig.get_path("purelib")).iterdir():
            if not any(name in other.name for name in _OURS) and (wanted is None or other.name in wanted):
                (site / other.name).symlink_to(other)
        install = ["uv", "pip", "install", "--quiet", "--offline", "--no-deps", "--no-build-isolation"]
        for what in [*map(str, wheels), *(f"--editable={project}" for project in editable)]:
            command = [sys.executable, "-m", *install, "--python", str(made.python), what]
            subprocess.run(command, check=True, capture_output=True)
        return made

    @property
    def python(self) -> Path:
        """Its interpreter."""
        return self.folder / "bin" / "python"

    def run(
        self, *words: str, environ: Mapping[str, str] | None = None, cwd: Path | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Runs its interpreter in a folder that holds nothing of ours."""
        return subprocess.run(
            [self.python, *words], cwd=cwd or self.folder, env=environ, capture_output=True, text=True, check=False
        )


def needed_by(distributions: Iterable[str]) -> set[str]:
    """Returns the distributions, and all that they require here, directly or not."""
    found, left = set[str](), [Requirement(name) for name in distributions]
    while left:
        requirement = left.pop()
        if (name := canonicalize_name(requirement.name)) not in found:
            found.add(name)
            required = map(Requirement, importlib.metadata.requires(name) or ())
            markers = [{"extra": extra} for extra in (*requirement.extras, "")]
            left += [each for each in required if not (m := each.marker) or any(map(m.evaluate, markers))]
    return found


def _entries(distributions: Iterable[str]) -> set[str]:
    """Returns the names in site-packages that distributions consist of."""
    files = (importlib.metadata.files(name) or () for name in distributions)
    return {file.parts[0] for each in files for file in each}


def packages(wheel: Path) -> set[str]:
    """Returns the top-level folders of a wheel, but for its metadata."""
    with zipfile.ZipFile(wheel) as archive:
        tops = {name.split("/")[0] for name in archive.namelist()}
    return {top for top in tops if not top.endswith(".dist-info")}
