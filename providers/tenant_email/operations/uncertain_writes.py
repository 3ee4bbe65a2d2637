"""A write of this very run whose answer was lost: the one case in which what is met counts as ours.

No answer, or one that says nothing about the effect, leaves two possibilities. So one looks: what is there may be what
was just sent, and nothing there means that it never arrived, so that it is sent once more. The memory is that of one
write and ends with it; after a kill no run remembers. Where a state can hold a creation whose answer was lost, a later
run goes on with it (`resuming`), and knows as much as the one that sent it.
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from tenant_email.errors import Conflict, PlatformError

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

AnswerT = TypeVar("AnswerT")
LiveT = TypeVar("LiveT")
_resuming: Final[ContextVar[bool]] = ContextVar("resuming", default=False)


@dataclass(frozen=True, slots=True)
class Existing(Generic[LiveT]):
    """What was there when a write was refused or its answer lost.

    after_lost_answer: a write of ours got no usable answer before, so that this run may have made it.
    """

    live: LiveT
    after_lost_answer: bool


def met(live: LiveT) -> Existing[LiveT]:
    """Returns what a look met before any write of this run."""
    return Existing(live, after_lost_answer=_resuming.get())


@contextmanager
def resuming() -> Generator[None]:
    """Has what is met count as after a lost answer, while it lasts: an earlier run sent the same, and heard nothing."""
    token = _resuming.set(True)
    try:
        yield
    finally:
        _resuming.reset(token)


def write_or_find(write: Callable[[int], AnswerT], read: Callable[[], LiveT | None]) -> AnswerT | Existing[LiveT]:
    """Returns the answer of a write, or what a look found where its answer was lost or it was refused as existing.

    `write` is given the number of the try, 0 or 1, and raises Conflict where something exists. Whoever gets an
    `Existing` decides: what differs from what was sent is someone else's in any case; what equals it is ours when
    `after_lost_answer`, and then the whole write is repeated, so that hidden fields are right too.
    """
    unsure = _resuming.get()
    # Twice and no more: what loses two answers in a row is down, and the next run looks again.
    for attempt in (0, 1):
        try:
            return write(attempt)
        except PlatformError as error:
            unsure = unsure or error.uncertain
            if not (unsure or isinstance(error, Conflict)):
                raise
            # A conflict says that something is there, after a lost answer perhaps by the first sending itself; only a
            # look says whether it is what was sent.
            try:
                live = read()
            except PlatformError:
                if unsure:  # what was tried is the write; the next run looks again
                    raise error from None
                raise
            if live is not None:
                return Existing(live, unsure)
            if attempt or not unsure:
                raise
    raise AssertionError
