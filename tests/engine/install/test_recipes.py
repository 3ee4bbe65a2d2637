"""Each recipe of docs/install.md on the real CLI, installed and brought up; and the symptom of what upstream breaks."""

from __future__ import annotations

import importlib
import json
import shutil
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

from support.newcomer import AWS, PROGRAM
from support.wheels import ROOT

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from support.newcomer import Newcomer

real_cli = pytest.mark.skipif(shutil.which("pulumi") is None, reason="the Pulumi CLI is not on PATH")

GUIDE = (ROOT / "docs" / "install.md").read_text()
DEMANDS = ("pulumi-tenant-email>=0.1,<0.2", AWS)
REQUIREMENTS = "\n".join(DEMANDS)
MEMBER = f"""
[project]
name = "mail"
version = "1"
requires-python = ">=3.11"
dependencies = {json.dumps(DEMANDS)}
"""
PACKAGE = """
[project]
name = "acme"
version = "1"
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
"""
WORKSPACE = {
    "pyproject.toml": '[tool.uv.workspace]\nmembers = ["infra/*", "packages/*"]\n',
    "infra/mail/pyproject.toml": MEMBER.replace('"]\n', '", "acme"]\n')
    + "[tool.uv.sources]\nacme = {workspace = true}\n",
    "packages/acme/pyproject.toml": PACKAGE,
    "packages/acme/acme/__init__.py": "",
}
MONOREPO = {
    "infra/mail/requirements.txt": f"{REQUIREMENTS}\n-e ../../packages/acme\n",
    "packages/acme/pyproject.toml": PACKAGE,
    "packages/acme/acme/__init__.py": "",
}
POETRY = MEMBER.replace('">=3.11"', '">=3.11,<4"') + "[tool.poetry]\npackage-mode = false\n"


@dataclass(frozen=True)
class Recipe:
    """A layout: its files, the options of Pulumi.yaml, what is done before, and where the environment then is."""

    options: str
    files: dict[str, str] = field(default_factory=lambda: {"requirements.txt": REQUIREMENTS})
    before: tuple[str, ...] = ()
    folder: str = "."
    main: str = ""
    by: tuple[str, ...] = ()
    environment: str = ".venv"

    def write(self, root: Path) -> Path:
        """Writes the files; returns the project's folder."""
        project = root / self.folder
        runtime = f"{{name: python, options: {self.options}}}" if self.options else "python"
        main = f"main: {self.main}\n" if self.main else ""
        written = {
            **self.files,
            f"{self.folder}/Pulumi.yaml": f"name: mail\nruntime: {runtime}\n{main}",
            f"{self.folder}/{self.main}/__main__.py": PROGRAM,
        }
        for name, text in written.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return project


VENV = ("uv", "venv", "--quiet", "--seed")
INTO = ("uv", "pip", "install", "--quiet", "setuptools", "wheel", "-r")
RECIPES = {
    "pip in an environment of yours": Recipe(
        "{toolchain: pip, virtualenv: .venv}", before=(" ".join(VENV), f"{' '.join(INTO)} requirements.txt")
    ),
    "pip without one": Recipe("{toolchain: pip, virtualenv: .venv}"),
    "uv": Recipe("{toolchain: uv}"),
    "uv with its environment named": Recipe("{toolchain: uv, virtualenv: .venv}", {"pyproject.toml": MEMBER}),
    "a uv workspace": Recipe(
        "{toolchain: uv, virtualenv: ../../.venv}", WORKSPACE, before=("uv lock --quiet",), folder="infra/mail"
    ),
    "uv run": Recipe("", {"pyproject.toml": MEMBER}, by=("uv", "run")),
    "poetry": Recipe("{toolchain: poetry}", {"pyproject.toml": POETRY}, environment="virtualenvs"),
    "a package in another folder": Recipe(
        "{toolchain: pip, virtualenv: ../../.venv}",
        MONOREPO,
        before=(" ".join(VENV), f"uv --directory infra/mail {' '.join(INTO[1:])} requirements.txt"),
        folder="infra/mail",
    ),
    "main, with an absolute environment": Recipe(
        "{toolchain: pip, virtualenv: /srv/.venv}",
        before=(" ".join(VENV), f"{' '.join(INTO)} requirements.txt"),
        main="src",
    ),
}
BROKEN = {
    "main": (
        Recipe(
            "{toolchain: pip, virtualenv: .venv}",
            before=(" ".join(VENV), f"{' '.join(INTO)} requirements.txt"),
            main="src",
        ),
        "doesn't exist",
    ),
    "a uv workspace without virtualenv": (
        Recipe("{toolchain: uv}", WORKSPACE, before=("uv lock --quiet",), folder="infra/mail"),
        "doesn't exist",
    ),
    "uv.lock without options": (
        Recipe("", {"pyproject.toml": MEMBER}, before=("uv lock --quiet",)),
        "No module named 'pulumi'",
    ),
}


def prepared(
    newcomer: Newcomer, recipe: Recipe, root: Path, tools: Callable[[str], Path]
) -> tuple[Path, dict[str, str]]:
    """Writes the layout and does what comes before; returns the project, and its variables."""
    project = recipe.write(root)
    manifest = project / "Pulumi.yaml"
    manifest.write_text(manifest.read_text().replace("/srv/", f"{root}/"))
    variables = {}
    if "poetry" in recipe.options:
        path = f"{tools('poetry')}:{newcomer.environ['PATH']}"
        variables = {"PATH": path, "POETRY_VIRTUALENVS_PATH": str(root / "virtualenvs")}
        # poetry has no find-links: our wheel is named by its path
        (wheel,) = root.parent.glob("wheels/pulumi_tenant_email-*.whl")
        text = (project / "pyproject.toml").read_text().replace(">=0.1,<0.2", f" @ file://{wheel.resolve()}")
        index = importlib.import_module("pip._internal.models.index").PyPI.simple_url
        source = f'[[tool.poetry.source]]\nname = "index"\nurl = "{index}/"\npriority = "primary"\n'
        (project / "pyproject.toml").write_text(text + source)
    for command in recipe.before:
        newcomer.does(root, *command.split())
    return project, variables


@real_cli
@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_installs_and_comes_up(
    newcomer: Newcomer, name: str, tmp_path: Path, wheelhouse: Path, tool: Callable[[str], Path]
) -> None:
    """`pulumi install` succeeds, and the program and the dynamic provider's host run in the recipe's environment."""
    recipe = RECIPES[name]
    (tmp_path / "wheels").symlink_to(wheelhouse)
    project, variables = prepared(newcomer, recipe, tmp_path / "work", tool)
    newcomer.does(project, *recipe.by, "pulumi", "install", **variables)
    newcomer.does(project, "pulumi", "stack", "init", "dev")
    newcomer.does(project, *recipe.by, "pulumi", "up", "--yes", "--skip-preview", **variables)
    prefix = newcomer.does(project, "pulumi", "stack", "output", "prefix").strip()
    assert prefix.startswith(str(tmp_path / "work" / recipe.environment))


@real_cli
@pytest.mark.parametrize("name", BROKEN)
def test_what_upstream_breaks_has_its_symptom(
    newcomer: Newcomer, name: str, tmp_path: Path, tool: Callable[[str], Path]
) -> None:
    """The program runs and the dynamic provider's host does not, in the words of the guide."""
    recipe, symptom = BROKEN[name]
    project, _ = prepared(newcomer, recipe, tmp_path / "work", tool)
    newcomer.does(project, "pulumi", "install")
    newcomer.does(project, "pulumi", "stack", "init", "dev")
    failed = newcomer.tries(project, "pulumi", "up", "--yes", "--skip-preview")
    assert failed.returncode
    assert symptom in failed.stdout


def test_the_guide_has_the_recipes_and_the_symptoms() -> None:
    """What is run here is what the guide says."""
    options = {recipe.options for recipe in RECIPES.values() if "/srv/" not in recipe.options}
    assert [text for text in options if text and f"`{text}`" not in GUIDE] == []
    assert [symptom for _, symptom in BROKEN.values() if symptom not in GUIDE] == []
