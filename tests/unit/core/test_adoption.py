"""Whose it is what a creation meets: the whole table."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from tenant_email.operations.adoption import AdoptionStep, decide

if TYPE_CHECKING:
    from tenant_email.inputs.fields import AdoptionMode

MODES: tuple[AdoptionMode, ...] = ("fail", "adopt", "import")


@pytest.mark.parametrize(
    ("mode", "differs", "expected"),
    [
        ("fail", False, AdoptionStep.REFUSE),
        ("fail", True, AdoptionStep.REFUSE),
        ("adopt", False, AdoptionStep.ADOPT),
        ("adopt", True, AdoptionStep.ADOPT),
        ("import", False, AdoptionStep.ADOPT_UNCHANGED),
        ("import", True, AdoptionStep.REFUSE),
    ],
)
def test_what_nobody_proves_to_be_ours(mode: AdoptionMode, differs: bool, expected: AdoptionStep) -> None:
    """What equals the inputs is as little ours as what differs: only adopt and an equal import take it over."""
    assert decide(mode, differs=differs, written=False, identified=False) is expected


@pytest.mark.parametrize("mode", MODES)
def test_what_this_run_sent_is_ours_while_it_is_what_was_sent(mode: AdoptionMode) -> None:
    """A lost answer makes ours what equals what was sent; what differs is decided as if nothing had been sent."""
    assert decide(mode, differs=False, written=True, identified=False) is AdoptionStep.REPEAT_WRITE
    assert decide(mode, differs=True, written=True, identified=False) is decide(
        mode, differs=True, written=False, identified=False
    )


@pytest.mark.parametrize(("mode", "differs", "sent"), list(product(MODES, (False, True), (False, True))))
def test_what_a_resource_of_this_run_gave_up_goes_on(mode: AdoptionMode, differs: bool, sent: bool) -> None:
    """A replacement that deletes first goes on with what the old resource was, whatever the mode."""
    assert decide(mode, differs=differs, written=sent, identified=True) is AdoptionStep.KEEP_OWNERSHIP
