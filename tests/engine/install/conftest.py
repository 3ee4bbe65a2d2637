"""Fixtures: tools from the package index, and a user of the real CLI."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.newcomer import Newcomer
from support.wheels import of_the_run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email_local.machine import LocalMachine

UV = (sys.executable, "-m", "uv")
CACHES = {"PIP_CACHE_DIR": "pip", "UV_CACHE_DIR": "uv", "POETRY_CACHE_DIR": "pypoetry"}


@pytest.fixture(scope="session")
def wheelhouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with our wheels."""
    wheel, *_ = of_the_run(tmp_path_factory.getbasetemp()).values()
    return wheel.parent


@pytest.fixture(scope="session")
def tool(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Brings a tool from the package index; returns its folder."""

    def bring(name: str) -> Path:
        folder = tmp_path_factory.mktemp(name)
        subprocess.run([*UV, "venv", "--quiet", str(folder / "venv")], check=True)
        install = [*UV, "pip", "install", "--quiet", "--python", str(folder / "venv" / "bin" / "python"), name]
        done = subprocess.run(install, capture_output=True, text=True, check=False)
        if done.returncode:
            pytest.skip(f"{name} cannot be installed here: {done.stderr.strip().splitlines()[-1]}")
        (folder / "bin").mkdir()
        (folder / "bin" / name).symlink_to(folder / "venv" / "bin" / name)
        return folder / "bin"

    return bring


@pytest.fixture
def newcomer(tmp_path: Path, machine: LocalMachine, wheelhouse: Path, tool: Callable[[str], Path]) -> Newcomer:
    """A user with uv and this user's caches, so that a recipe takes seconds."""
    caches = {variable: str(Path.home() / ".cache" / name) for variable, name in CACHES.items()}
    return Newcomer.make(
        tmp_path / "home", wheelhouse, machine.plugins, {**machine.environment(), **caches}, tools=[tool("uv")]
    )
