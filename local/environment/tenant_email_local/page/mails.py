"""The mails that arrived on a machine, from all that takes mail: its SMTP server, and what stands for other senders."""

from __future__ import annotations

import threading
import time
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.page.dkim_result import results
from tenant_email_local.page.mail_parts import parts_of
from tenant_email_local.page.texts import on_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tenant_email_local.holdings import Outlet
    from tenant_email_local.inbox import Inbox
    from tenant_email_local.page.dkim_result import KeyText
    from tenant_email_local.page.mail_parts import MailParts

KEPT: Final = 500
KEPT_BYTES: Final = 128_000_000


@dataclass(frozen=True, slots=True, repr=False)
class Mail:
    """One mail under its number.

    by: what took it, such as `smtp`. login: whose login sent it. sender, recipients: of the envelope, where it has one.
    """

    number: int
    at: float
    by: str
    login: str
    sender: str
    recipients: tuple[str, ...]
    raw: bytes
    dkim: tuple[dict[str, str], ...]
    listed: dict[str, Any]

    def parts(self) -> MailParts:
        """Returns what is in it; it is read anew, because only one that is looked at needs to be."""
        return parts_of(self.raw)


@dataclass(frozen=True, slots=True, repr=False)
class _Arrived:
    """A mail as one of the sources has it."""

    at: float
    by: str
    raw: bytes
    login: str = ""
    sender: str = ""
    recipients: tuple[str, ...] = ()


@dataclass(slots=True)
class _Source:
    """What takes mail; `read` returns all of it from an index on, `drop` forgets the oldest."""

    read: Callable[[int], Sequence[_Arrived]]
    count: Callable[[], int]
    drop: Callable[[int], None]
    seen: int = 0


class Mails:
    """A log of the last mails. `key_text` answers TXT queries, for signatures."""

    def __init__(self, key_text: KeyText, *, kept: int = KEPT, kept_bytes: int = KEPT_BYTES) -> None:
        self._key_text = key_text
        self._kept, self._kept_bytes = kept, kept_bytes
        self._sources: list[_Source] = []
        self._mails: deque[Mail] = deque()
        self._size = 0
        self._last = 0
        self._lock = threading.Lock()
        self._reading = threading.Lock()

    def read_inbox(self, inbox: Inbox) -> None:
        """Takes what an SMTP server receives."""

        def read(start: int) -> list[_Arrived]:
            found = list(inbox)[start:]
            return [_Arrived(mail.at, "smtp", mail.raw, mail.username, mail.mail_from, mail.rcpt_to) for mail in found]

        self._sources.append(_Source(read, inbox.__len__, inbox.forget_oldest))

    def read_messages(self, outlet: Outlet) -> None:
        """Takes what stands for another sender."""
        messages = outlet.messages

        def read(start: int) -> list[_Arrived]:
            return [_Arrived(time.time(), outlet.by, outlet.write(message)) for message in messages[start:]]

        def drop(count: int) -> None:
            del messages[:count]

        self._sources.append(_Source(read, messages.__len__, drop))

    @property
    def last(self) -> int:
        """The number of the last mail, 0 before the first."""
        return self._last

    def forgotten(self) -> int:
        """Returns how many mails are no longer kept."""
        with self._lock:
            return self._last - len(self._mails)

    def look(self, *, trims: bool) -> None:
        """Takes what arrived since the last look; `trims` has the sources forget what is no longer kept here."""
        with self._reading:
            found = [mail for source in self._sources for mail in self._new_of(source)]
            for mail in sorted(found, key=lambda each: each.at):
                self._add(mail)
            if trims:
                for source in self._sources:
                    if (surplus := source.seen - self._kept) > 0:
                        source.drop(surplus)
                        source.seen -= surplus

    def after(self, number: int) -> list[dict[str, Any]]:
        """Returns the mails after a number as a list shows them."""
        with self._lock:
            return [mail.listed for mail in self._mails if mail.number > number]

    def get(self, number: int) -> Mail | None:
        """Returns one mail, or None where it is not kept."""
        with self._lock:
            return next((mail for mail in self._mails if mail.number == number), None)

    @staticmethod
    def _new_of(source: _Source) -> Sequence[_Arrived]:
        if source.count() < source.seen:  # somebody emptied it
            source.seen = 0
        found = source.read(source.seen)
        source.seen += len(found)
        return found

    def _add(self, came: _Arrived) -> None:
        dkim = tuple(results(came.raw, self._key_text))
        number = self._last + 1
        listed = {"number": number, "at": came.at, "by": came.by, **_summary(parts_of(came.raw), came.recipients)}
        listed["dkim"] = _verdict(dkim)
        mail = Mail(number, came.at, came.by, came.login, came.sender, came.recipients, came.raw, dkim, listed)
        with self._lock:
            self._last = number
            self._mails.append(mail)
            self._size += len(came.raw)
            while len(self._mails) > self._kept or (self._size > self._kept_bytes and len(self._mails) > 1):
                self._size -= len(self._mails.popleft().raw)


def _summary(parts: MailParts, recipients: tuple[str, ...]) -> dict[str, Any]:
    return {
        "from": parts.header("From"),
        "to": ", ".join(map(on_one_line, recipients)) or parts.header("To"),
        "subject": parts.header("Subject"),
        "attachments": len(parts.attachments),
    }


def _verdict(dkim: tuple[dict[str, str], ...]) -> str:
    """Returns none, pass or fail for all signatures."""
    if not dkim:
        return "none"
    return "pass" if all(each["result"] == "pass" for each in dkim) else "fail"
