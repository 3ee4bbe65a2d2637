"""Fixtures: the wheels, built once a process."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.wheels import PROJECTS, build

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel of each distribution, by its package."""
    folder = tmp_path_factory.mktemp("wheels")
    return {package: build(package, folder) for package in PROJECTS}
