"""A sample of the matrix of faults, and the page that tells of all of it; `make faults` tries every one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from support.campaign import page
from support.campaign.faults import FAULTS
from support.campaign.matrix import SUBJECTS, cases, sample
from support.campaign.trial import Trial
from support.campaign.world import World

if TYPE_CHECKING:
    from support.campaign.subject import Subject

PAGE = (Path(__file__).parents[2] / "docs" / "faults.md").read_text()
EVERY = 150
"""How many cases there are for each one that the sample takes."""


@pytest.mark.parametrize("subject", SUBJECTS, ids=lambda subject: subject.name)
def test_a_sample_of_the_matrix(subject: Subject) -> None:
    """Each fault of the sample is survived or explained, and the page lists the calls that faults play at."""
    ends, rows = dict[str, str](), list[str]()
    with World(subject) as world:
        trial = Trial(world)
        for operation in subject.operations:
            found = list(cases(trial, operation))
            rows += [page.row(subject.name, operation, dict.fromkeys(case.call.name for case in found))]
            verdicts = {case.name: trial.judge(case) for case in sample(found, EVERY)}
            ends |= {name: f"{end.outcome}: {end.why}" for name, end in verdicts.items()}
    assert {name: end for name, end in ends.items() if not end.startswith(("survived", "explained"))} == {}
    assert [row for row in rows if row not in PAGE] == []


def test_the_page_lists_the_faults() -> None:
    """Every fault is reported as it is in the data, each has a name of its own, and nothing ended badly."""
    assert page.faults() in PAGE
    assert len({fault.name for fault in FAULTS}) == len(FAULTS)
    assert " 0 unclear, 0 lost, 0 hanging.**" in PAGE
