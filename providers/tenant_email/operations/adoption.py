"""What a creation does with what is there already: one table for all that a tenant holds.

What exists belongs to whoever made it. Two things prove that this run made it: it sent just that and the answer was
lost, or another resource of this run gave it up a moment ago. Anything else needs to be asked for, also what equals
the inputs in all that can be seen: it may hold another secret, and a destroy would take it away.
"""

from __future__ import annotations

from enum import Enum, auto
from typing import Literal

Mode = Literal["fail", "adopt", "import"]
"""`on_existing`; "import" is what `opts.import_` means: adopt without a write."""


class AdoptionStep(Enum):
    """What to do, and whose it is from then on."""

    REFUSE = auto()
    """It is not ours, and taking it over was not asked for, or not like this."""
    REPEAT = auto()
    """Ours: this run sent it. The whole write once more, so that what is hidden is right too."""
    CONTINUE = auto()
    """It stays what it was recorded as, created or adopted; what differs is written."""
    ADOPT = auto()
    """Adopted; what differs is written."""
    RECORD = auto()
    """Adopted as it is, without a write."""


def decide(mode: Mode, *, differs: bool, sent: bool, released: bool) -> AdoptionStep:
    """Returns what to do with what is there.

    `differs`: from the inputs, in what can be seen. `sent`: a write of this run whose answer was lost sent exactly
    this. `find_released`: another resource of this run gave it up, as a replacement that deletes first does.
    """
    if released:
        return AdoptionStep.CONTINUE
    if sent and not differs:
        return AdoptionStep.REPEAT
    if mode == "adopt":
        return AdoptionStep.ADOPT
    return AdoptionStep.RECORD if mode == "import" and not differs else AdoptionStep.REFUSE
