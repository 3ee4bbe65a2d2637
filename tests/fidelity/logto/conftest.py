"""Fixtures: mail servers on loopback."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.logto_sinks import Sinks

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def sinks() -> Iterator[Sinks]:
    """Takes what the tenant sends."""
    with Sinks() as running:
        yield running
