"""The page of safety rules is what the rules are, and every test that it names is there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from mutants.rules import PACKAGE, PAGE, ROOT, page, rules

if TYPE_CHECKING:
    from mutants.rules import Rule


def test_the_page_is_in_step() -> None:
    """`python -m mutants.rules --write` was run."""
    assert PAGE.read_text() == page()


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.says)
def test_a_rule_has_its_module_and_its_tests(rule: Rule) -> None:
    """The lines that keep it are there, once; whether the tests fail without them is what `make rules` tries."""
    assert (PACKAGE / rule.file).read_text().count(rule.kept) == 1
    assert rule.tests
    for test in rule.tests:
        path, _, name = test.partition("[")[0].partition("::")
        assert (f"def {name}(" if name else "def test_") in (ROOT / path).read_text()
