"""The page about DNS findings says what the code says."""

from __future__ import annotations

from pathlib import Path

from support.dns_findings import CASES, table
from tenant_email.aws.dns_check import Status

PAGE = Path(__file__).parents[3] / "docs" / "dns-findings.md"


def test_every_finding_is_produced() -> None:
    """No way of being wrong is left out of the page."""
    assert {case.status for case in CASES} == set(Status) - {Status.OK}


def test_the_page_is_what_real_servers_produce() -> None:
    """Each message in the docs is the one that a server with that fault leads to."""
    assert PAGE.read_text(encoding="utf-8") == table()
