"""docs/calls.md says what operations cost, and they cost that."""

from __future__ import annotations

from support.blocks import ROOT
from support.call_counts import counted, page


def test_the_page_says_what_operations_cost() -> None:
    """Each number is counted again; `python -m support.call_counts` writes the page anew."""
    assert (ROOT / "docs" / "calls.md").read_text() == page(counted())
