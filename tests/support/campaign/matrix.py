"""The matrix: every fault at every call of every operation, of every resource, on every platform.

What would try the same thing twice is left out: a login is faulted in the operations of providers and templates alone,
and auxiliary calls, and what begins with somebody else's configuration, meet each fault once and not lastingly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from support.campaign import auth0, logto, pingone_aic
from support.campaign.faults import FAULTS
from support.campaign.trial import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.campaign.subject import Operation, Subject
    from support.campaign.trial import Call, Trial

SUBJECTS: Final = (*auth0.SUBJECTS, *logto.SUBJECTS, *pingone_aic.SUBJECTS)
WHOLE: Final[tuple[Operation, ...]] = ("create", "update", "read", "delete")
_SAME_DEADLINE: Final = ("drip, status line", "drip, headers")  # a body that drips ends at the same deadline
_LATEST: Final = 1  # a poll that comes again and again is faulted the first time and the second


def beginnings(subject: Subject, operation: Operation) -> tuple[str, ...]:
    """Returns what may be there before an operation: nothing, or each of the subject's foreign configurations."""
    if operation == "import":
        return (subject.importable,)
    return tuple(subject.foreign) if operation in ("conflict", "adopt") else ("",)


def faulted(subject: Subject, operation: Operation, calls: list[Call]) -> Iterator[tuple[Call, bool]]:
    """Yields the calls that faults play at, and whether lasting faults are tried there too."""
    writes = [call for call in calls if call.writes and call.path != subject.words.login]
    main = writes[-1] if writes else calls[-1]
    for call in calls:
        if call.path == subject.words.login:
            if operation in WHOLE and subject.resource.startswith("Email"):
                yield call, True
        elif call.nth <= _LATEST:
            yield call, call is main and operation in WHOLE


def cases_at(subject: Subject, call: Call, operation: Operation, foreign: str, *, lasting: bool) -> Iterator[Case]:
    """Yields the cases of one call: in place of an effect and after it, once and for the whole run."""
    changes = call.writes and call.path != subject.words.login
    for fault in FAULTS:
        if not fault.plays_at(call.method, call.path, subject.words) or (fault.name in _SAME_DEADLINE and not lasting):
            continue
        for effect in (False, True):
            if fault.after and changes if effect else fault.in_place or not changes:
                yield from (
                    Case(operation, call, fault, effect, persistent, foreign)
                    for persistent in ((False, True) if lasting else (False,))
                )


def cases(trial: Trial, operation: Operation) -> Iterator[Case]:
    """Yields the cases of one operation of one subject, in order of its calls."""
    subject = trial.subject
    for foreign in beginnings(subject, operation):
        for call, lasting in faulted(subject, operation, trial.calls(operation, foreign)):
            yield from cases_at(subject, call, operation, foreign, lasting=lasting)


def sample(found: list[Case], every: int) -> list[Case]:
    """Returns every n-th of the cases, from a different first one for each operation, so that all faults come up."""
    first = sum(map(ord, found[0].name)) % every if found else 0
    return found[first::every]
