"""Runs a local AWS for each test."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from support.aws import Cloud, local_aws

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Runs a local AWS in which verification takes 50 ms and new keys work at once."""
    with local_aws() as running:
        yield running
