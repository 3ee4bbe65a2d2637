"""Platforms in memory, for what a lifecycle does whatever its platform is like."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.flock.parts import NAMES, installed, tenant_of
from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.flock.tenant import Tenant


@pytest.fixture(scope="module")
def flock(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Installs the platforms."""
    with installed(tmp_path_factory.mktemp("flock")):
        yield


@pytest.fixture(params=NAMES)
def tenant(flock: None, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[Tenant]:
    """A tenant of each platform."""
    del flock
    operation.begin()
    yield tenant_of(request.param, monkeypatch)
    operation.begin()
