"""docs/features.md: each row is what a test shows, and the page has all rows."""

from __future__ import annotations

import re
from itertools import chain

import pytest

from features import page

FEATURES = list(chain.from_iterable(page.areas().values()))


@pytest.mark.parametrize("feature", FEATURES, ids=lambda each: each.says)
def test_a_row_names_tests_that_there_are(feature: page.Feature) -> None:
    """Each is defined in the file that is named."""
    assert feature.tests
    for test in feature.tests:
        file, _, name = test.partition("::")
        assert re.search(rf"^def {name}\(", (page.ROOT / file).read_text(), re.MULTILINE), test


def test_the_page_has_all_rows_and_no_other() -> None:
    """But for what the tests did, and where."""
    written = re.sub(r"\*\*[^*]*\*\*", "**passed**", page.PAGE.read_text())
    made = page.written({}, dict.fromkeys(page.tests(), "passed"))
    assert written[written.index("\n## ") :] == made[made.index("\n## ") :]


def test_what_is_not_run_again_stays_as_it_was_seen() -> None:
    """By the page itself, which a run of some rows writes anew."""
    outcomes = {test: f"passed {number}" for number, test in enumerate(page.tests())}
    assert page.outcomes_of(page.written({}, outcomes)) == outcomes
    assert set(page.outcomes_of("").values()) == {page.NOT_RUN}


def test_no_row_of_the_page_failed() -> None:
    """What is written there was seen, or is said not to have been run."""
    assert set(re.findall(r"\*\*(\w+)", page.PAGE.read_text())) <= {"passed", "not"}
