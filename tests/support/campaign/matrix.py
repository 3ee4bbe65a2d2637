"""The matrix: every fault at every call of every operation, of every resource, on every platform.

What would try the same thing twice is left out. A platform's resources log in alike, so that the login is faulted in
those of providers and templates alone. What a client repeats (no answer, 401, 429, server errors) is tried once and for
the whole run at the main calls of providers and of every creation; the other faults end the call the first time, and a
platform's resources repeat alike. A test email is faulted at its own call alone. Auxiliary calls, and all calls where
someone else was before, meet each fault once. Of the rate limits and of a head that drips, which are read alike at
every call, all but the plain one are tried at the main calls of providers. What is judged by a rule that another place
meets whole takes each third fault: auxiliary calls of templates and ESVs, of what reads or removes a provider, and a
refusal of what differs at sight.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from support.campaign import auth0, logto, pingone_aic
from support.campaign.faults import CONNECTION, FAULTS, LIMITS, STATUS
from support.campaign.trial import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from support.campaign.subject import Operation, Subject
    from support.campaign.trial import Call, Trial

SUBJECTS: Final = (*auth0.SUBJECTS, *logto.SUBJECTS, *pingone_aic.SUBJECTS)
WHOLE: Final[tuple[Operation, ...]] = ("create", "update", "read", "delete")
Ways = tuple[bool, ...]
ONCE, LASTING, BOTH = (False,), (True,), (False, True)
_ALIKE: Final = (*LIMITS[1:], *(fault for fault in CONNECTION if fault.name in ("drip, status line", "drip, headers")))
"""Faults that every call meets alike; they are tried at the main calls of providers."""
_REPEATED: Final = (
    *(fault for fault in CONNECTION if not fault.name.startswith("drip")),
    *(fault for fault in STATUS if fault.name[0] == "5" or fault.name[:3] in ("401", "404")),
    *LIMITS,
)
_PACE: Final = 3


@dataclass(frozen=True, slots=True)
class Place:
    """A call that faults play at, whether they do so once, for the whole run, or both; `main` is what it is all for."""

    call: Call
    ways: Ways
    main: bool


def beginnings(subject: Subject, operation: Operation) -> tuple[str, ...]:
    """Returns what may be there before an operation: nothing, or each of the subject's foreign configurations."""
    first = tuple(subject.foreign)[:1]
    return {"conflict": tuple(subject.foreign), "adopt": first, "import": (subject.importable,)}.get(operation, ("",))


def faulted(subject: Subject, operation: Operation, calls: list[Call]) -> Iterator[Place]:
    """Yields the calls that faults play at."""
    writes = [call for call in calls if call.writes and call.path != subject.words.login]
    main = writes[-1] if writes else calls[-1]
    mainly = BOTH if _repeats(subject, operation) else ONCE
    for call in calls:
        if operation == "preflight":
            if call.path.endswith(subject.test_mail):
                yield Place(call, BOTH, main=True)
        elif call.path == subject.words.login:
            if operation in WHOLE and subject.resource.startswith("Email") and not subject.variant:
                yield Place(call, BOTH if operation == "create" else LASTING, main=operation == "create")
        elif call is main:
            yield Place(call, mainly, main=operation in WHOLE)
        elif call.nth <= _latest(subject, operation) and operation != "adopt" and not _asked_alike(subject, call):
            yield Place(call, ONCE, main=False)


def _repeats(subject: Subject, operation: Operation) -> bool:
    """Returns whether a fault of the main call is also tried for the whole run."""
    return operation == "create" or (subject.resource == "EmailProvider" and operation in WHOLE)


def _latest(subject: Subject, operation: Operation) -> int:
    """Returns up to which time a call that comes again is faulted: what is read back after a write is another look."""
    return 0 if operation == "conflict" or subject.resource == "EsvRestart" else 1


def _asked_alike(subject: Subject, call: Call) -> bool:
    """Returns whether the call is one that a platform's provider makes just so."""
    return call.path == "/environment/info" and subject.resource != "EmailProvider"


def cases_at(subject: Subject, place: Place, operation: Operation, foreign: str) -> Iterator[Case]:
    """Yields the cases of one call: in place of an effect and after it, once and for the whole run."""
    call = place.call
    changes = call.writes and call.path != subject.words.login
    for at, fault in enumerate(FAULTS):
        if not fault.plays_at(call, subject.words):
            continue
        if fault in _ALIKE and not (place.main and subject.resource == "EmailProvider"):
            continue
        if at % _PACE and _is_sampled(subject, place, operation, foreign):
            continue
        tried = ONCE if place.ways == BOTH and fault not in _REPEATED else place.ways
        for effect in (False, True):
            if fault.after and changes if effect else fault.in_place or not changes:
                yield from (Case(operation, call, fault, effect, lasting, foreign) for lasting in tried)


def _is_sampled(subject: Subject, place: Place, operation: Operation, foreign: str) -> bool:
    """Returns whether each third fault is enough, because another place meets the same rule whole."""
    if operation == "conflict":
        return foreign.startswith("another")
    if place.main or place.ways == LASTING or operation not in WHOLE:
        return False
    return subject.resource != "EmailProvider" or operation in ("read", "delete")


def cases(trial: Trial, operation: Operation) -> Iterator[Case]:
    """Yields the cases of one operation of one subject, in order of its calls."""
    subject = trial.subject
    for foreign in beginnings(subject, operation):
        for place in faulted(subject, operation, trial.calls(operation, foreign)):
            yield from cases_at(subject, place, operation, foreign)


def sample(found: list[Case], every: int) -> list[Case]:
    """Returns every n-th of the cases, from a different first one for each operation, so that all faults come up."""
    first = sum(map(ord, found[0].name)) % every if found else 0
    return found[first::every]
