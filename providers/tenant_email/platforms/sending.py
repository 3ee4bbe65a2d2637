"""What a platform gives to `tenant-email send-test`: the real mails that its API can be asked for.

A mail is asked for once. Where the answer is lost nobody knows whether it went out, which is said and not repeated.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from tenant_email.errors import InvalidSettings, NotSupported, PlatformError, TenantEmailError, UnexpectedAnswer
from tenant_email.findings import Finding
from tenant_email.inputs.fields import address_of
from tenant_email.platforms.survey import fine, problem

if TYPE_CHECKING:
    from tenant_email.tenants.connections import Connection
    from tenant_email.timing import Timing

_LOST: Final = frozenset({0, 502, 503, 504})
"""Statuses of no answer, and those of a gateway that had none: what stands behind it may have sent the mail."""


@dataclass(frozen=True, slots=True)
class MailOrder:
    """What is to be sent.

    recipient: an address. template: by the platform's own name; empty for what it sends by itself. locale: of the text.
    user: the id of a user, where mail goes to users only. subject: for a mail whose text is ours; nobody else has it.
    seconds: how long the platform's own word is waited for. is_unique: the address was made for this mail.
    """

    recipient: str
    template: str = ""
    locale: str = ""
    user: str = ""
    subject: str = "Test of the tenant's email configuration"
    seconds: float = 60.0
    is_unique: bool = False


@dataclass(frozen=True, slots=True)
class SentMail:
    """A mail that the tenant took, or may have taken: then `doubt` says why nobody knows.

    what: which mail it is. recipient: to whom; subject: where it is known.
    """

    what: str
    recipient: str
    subject: str = ""
    doubt: str = ""


MailEvents = Iterator[Finding | SentMail]


class MailSender(Protocol):
    """A tenant that is asked for mails."""

    def senders(self) -> tuple[str, ...]:
        """Returns the addresses that such a mail may be from, as configured; none where that cannot be known.

        Raises:
            TenantEmailError: the tenant could not be asked.
        """
        ...

    def send(self, order: MailOrder) -> MailEvents:
        """Sends, and yields what came of it.

        Raises:
            TenantEmailError: nothing was sent, or nothing more.
        """
        ...


class MailOpener(Protocol):
    """How a tenant is connected to; nothing is sent yet."""

    def __call__(self, connection: Connection, announce: Callable[[str], None], timing: Timing = ...) -> MailSender:
        """Returns what sends; `announce` shows progress."""
        ...


def ask_for(mail: SentMail, check: str, call: Callable[[], object]) -> MailEvents:
    """Asks for one mail, and yields it with what the platform said; a refusal is a finding, for there may be others."""
    try:
        call()
    except PlatformError as error:
        if isinstance(error, UnexpectedAnswer) or error.status in _LOST:
            yield replace(mail, doubt=error.message)
        else:
            yield from failures(check, error)
        return
    yield fine(check, f"{mail.what} was sent to {mail.recipient}")
    yield mail


def failures(check: str, error: TenantEmailError) -> Iterator[Finding]:
    """Yields an error as findings: each problem of settings by itself."""
    if isinstance(error, InvalidSettings):
        for each in error.problems:
            yield problem(check, f"{each.path}: {each.what}" if each.path else each.what, each.remedy)
    else:
        yield problem(check, error.message, error.remedy)


def refuse(what: str, why: str, remedy: str) -> NotSupported:
    """Returns the error for what a platform cannot do."""
    return NotSupported(f"{what}: {why}", remedy=remedy)


def addresses(texts: Iterable[str | None]) -> tuple[str, ...]:
    """Returns the addresses in settings of senders; none at all where one of them is made when mail is sent."""
    given = [text for text in texts if text]
    if any("{{" in text or "{%" in text or "&{" in text for text in given):
        return ()
    found = list[str]()
    for text in given:
        with suppress(ValueError, TenantEmailError):
            found.append(address_of(text))
    return tuple(dict.fromkeys(found))
