"""Fixtures: a project folder, and both engines on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.cloud import Project
from support.engines import Engine, engine_params, open_engine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Makes a project folder."""
    return Project(tmp_path / "project")


@pytest.fixture(params=engine_params())
def engine(request: pytest.FixtureRequest, project: Project, tmp_path: Path) -> Engine:
    """Opens the stack `dev` on each engine."""
    return open_engine(request.param, project.folder, tmp_path)
