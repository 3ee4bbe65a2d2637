"""A tenant of each platform."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.conformance import open_case
from tenant_email import platforms

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.conformance import Case


@pytest.fixture(params=platforms.names())
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """Runs a fresh tenant of each platform; a new platform needs an emulator and a file of samples, nothing else."""
    with open_case(request.param, monkeypatch) as opened:
        yield opened
