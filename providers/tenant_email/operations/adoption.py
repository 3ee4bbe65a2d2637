"""What a creation does with what is there already: one table for all that a tenant holds.

What exists belongs to whoever made it. Two things prove that this run made it: it wrote just that and the answer was
lost, or what is recorded of an object that another resource of this run gave up identifies it. Anything else needs to
be asked for, even what equals the inputs in all that can be seen: it may hold another secret, and a destroy would take
it away.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenant_email.capabilities import OnDelete
    from tenant_email.inputs.fields import AdoptionMode


class AdoptionStep(Enum):
    """What to do, and whose it is from then on."""

    REFUSE = auto()
    """It is not ours, and taking it over was not asked for, or not like this."""
    REPEAT_WRITE = auto()
    """Ours: this run sent it. The whole write once more, so that what is hidden is right too."""
    KEEP_OWNERSHIP = auto()
    """It stays what it was recorded as, created or adopted; what differs is written."""
    ADOPT = auto()
    """Adopted; what differs is written."""
    ADOPT_UNCHANGED = auto()
    """Adopted as it is, without a write."""


@dataclass(frozen=True, slots=True)
class Case:
    """One row: what is done where every column fits; a column that is None fits everything."""

    name: str
    step: AdoptionStep
    mode: AdoptionMode | None = None
    differs: bool | None = None
    identified: bool | None = None
    written: bool | None = None

    def fits(self, mode: AdoptionMode | None, *, differs: bool, identified: bool, written: bool) -> bool:
        """Returns whether this row is for what was found."""
        columns = ((self.mode, mode), (self.differs, differs), (self.identified, identified), (self.written, written))
        return all(wanted in (None, found) for wanted, found in columns)


TABLE: Final = (
    # A replacement that deletes first: the old resource's state names this very object, so it was this stack's before.
    # It is no news to the user, whatever on_existing says, and it stays created or adopted as it was recorded.
    Case("handed over within this run", AdoptionStep.KEEP_OWNERSHIP, identified=True),
    # Nothing was there when we looked, our write got no answer, and now there is exactly what we sent. Secrets cannot
    # be compared, so the write is repeated. What differs was written by someone else in between: the rows below.
    Case("written by this run, its answer lost", AdoptionStep.REPEAT_WRITE, written=True, differs=False),
    # The user vouches for it. Only what differs is written, so that what works keeps working.
    Case("adoption was asked for", AdoptionStep.ADOPT, mode="adopt"),
    # An import promises not to write; what equals the inputs needs no write, what differs would.
    Case("import of what equals the inputs", AdoptionStep.ADOPT_UNCHANGED, mode="import", differs=False),
    # Someone else's, or a killed run's, which no run remembers: both may hold mail flow that a write would break.
    Case("someone else's", AdoptionStep.REFUSE),
)
"""The first row that fits decides."""


def decide(mode: AdoptionMode | None, *, differs: bool, identified: bool, written: bool) -> AdoptionStep:
    """Returns what to do with what is there.

    Args:
        mode: `on_existing`; None is as "fail".
        differs: what is there differs from the inputs, in what can be seen.
        identified: what another resource of this run released identifies it.
        written: a write of this run whose answer was lost sent exactly this.

    """
    fits = (case for case in TABLE if case.fits(mode, differs=differs, identified=identified, written=written))
    return next(fits).step


def take_over_remedy(*, destroy: str = "leaves it in place", policy: OnDelete = "delete") -> str:
    """Returns the ways out of a refusal to take over what exists.

    Args:
        destroy: what a destroy does with what is adopted.
        policy: the `on_delete` of what this stack made.

    """
    return (
        f"Set on_existing='adopt' to take it over; a destroy then {destroy}. If an interrupted run of this stack "
        f"created it, also set on_delete={policy!r}. If you renamed the resource, set opts.aliases to the old name "
        "instead. If you are replacing a resource of this stack, set opts.delete_before_replace."
    )
