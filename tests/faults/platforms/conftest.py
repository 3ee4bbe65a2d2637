"""A tenant of each platform, and clients that do not wait."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.conformance import open_case
from tenant_email import platforms
from tenant_email.operations import operation
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.conformance import Case


@pytest.fixture(autouse=True)
def _quick() -> Iterator[None]:
    operation.begin(Timing(sleep=lambda _: None))
    yield
    operation.begin(Timing())


@pytest.fixture(params=platforms.names())
def case(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Case]:
    """Runs a fresh tenant of each platform."""
    with open_case(request.param, monkeypatch) as opened:
        yield opened
