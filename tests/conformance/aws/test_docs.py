"""The pages about DNS findings and the operator's policy say what the code says."""

from __future__ import annotations

from pathlib import Path

from support.dns_findings import CASES, table
from support.operator_document import document
from tenant_email.aws.dns_findings import Status

DOCS = Path(__file__).parents[3] / "docs"


def test_every_finding_is_produced() -> None:
    """No way of being wrong is left out of the page."""
    assert {case.status for case in CASES} == set(Status) - {Status.OK}


def test_the_page_is_what_real_servers_produce() -> None:
    """Each message in the docs is the one that a server with that fault leads to."""
    assert (DOCS / "dns-findings.md").read_text(encoding="utf-8") == table()


def test_the_operators_policy_is_what_the_function_returns() -> None:
    """The policy to copy is the one whose evaluation the lifecycles are tested against."""
    assert (DOCS / "operator-policy.json").read_text(encoding="utf-8") == document()
