"""Which of the mails that arrive is the one that was sent: pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

from tenant_email.mail_proof.header_check import addresses, decoded, from_address

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenant_email.mail_proof.messages import Mail

_RECIPIENTS: Final = (
    "to",
    "cc",
    "delivered-to",
    "x-original-to",
    "envelope-to",
    "x-envelope-to",
    "x-delivered-to",
    "x-forwarded-to",
)
"""Fields that name whom a mail is for: what its sender wrote, and what servers write that deliver it."""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A mail that came since the mailbox was opened; `junk` is the name of the folder that a filter put it into."""

    mail: Mail
    junk: str = ""


class Mailbox(Protocol):
    """A place where mails arrive; only what comes after it was opened counts."""

    @property
    def name(self) -> str:
        """Returns how a message calls it."""
        ...

    def arrivals(self) -> Sequence[Arrived]:
        """Returns what came since it was opened, in the order in which it came.

        Raises:
            TenantEmailError: it cannot be read any more.
        """
        ...


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is known of the mails that were asked for.

    recipient: whom they are for. subjects: of those whose subject is known. senders: the configured ones, if any are.
    count: how many there are.
    """

    recipient: str
    count: int
    subjects: tuple[str, ...] = ()
    senders: tuple[str, ...] = ()


def pick(arrived: Iterable[Arrived], wanted: Wanted) -> list[Arrived]:
    """Returns those that are most likely the wanted ones, in the order in which they came, no more than wanted.

    A mail for the recipient that is from a configured sender, or has the subject that nobody else uses, goes before one
    that is from elsewhere: somebody else may write at the same time, and the sender may be wrong all the same.
    """
    found = [each for each in arrived if is_for(each.mail, wanted.recipient)]
    best = sorted(enumerate(found), key=lambda each: not is_surely(each[1].mail, wanted))[: wanted.count]
    return [each for _, each in sorted(best, key=lambda each: each[0])]


def all_sure(found: Sequence[Arrived], wanted: Wanted) -> bool:
    """Returns whether all of the wanted mails are there, beyond doubt: then nothing more is waited for."""
    return sum(is_surely(each.mail, wanted) for each in found) >= wanted.count


def is_for(mail: Mail, recipient: str) -> bool:
    """Returns whether a mail is for an address."""
    named = (found for name in _RECIPIENTS for value in mail.all(name) for found in addresses(value))
    return recipient.lower() in {address.lower() for _, address in named}


def is_surely(mail: Mail, wanted: Wanted) -> bool:
    """Returns whether a mail says itself that it is one of the wanted ones, or that nothing is known to tell it by."""
    if decoded(mail.first("subject")) in wanted.subjects:
        return True
    senders = {each.lower() for each in wanted.senders}
    return not senders or from_address(mail).lower() in senders
