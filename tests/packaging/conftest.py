"""Fixtures: the wheels, built once a run."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.wheels import of_the_run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The wheel of each distribution, by its package."""
    return of_the_run(tmp_path_factory.getbasetemp())
