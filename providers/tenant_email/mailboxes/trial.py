"""A mail that is sent and looked for: what the platform says, then what arrived, and what that proves."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tenant_email.errors import PlatformError, TenantEmailError, Unauthorized, redact_external
from tenant_email.findings import Finding
from tenant_email.mailboxes.arrivals import Arrived, Mailbox, Wanted, all_sure, pick
from tenant_email.platforms.sending import MailOrder, MailSender, SentMail, failures
from tenant_email.platforms.survey import fine, problem, unknown, warning
from tenant_email.timing import USUAL, Timing
from tenant_email.waiting import NotYet, Pauses, TimedOutError, Wait

if TYPE_CHECKING:
    from tenant_email.mail_proof.messages import Mail

Prove = Callable[["Mail", tuple[str, ...]], Iterable[Finding]]
"""Returns the findings of a mail, for a tenant with these senders."""
_LOOKS: Final = Pauses(1.0, longest=5.0)
_LOOK: Final = (
    "Have it looked at with --imap or --mailbox; or save the mail that arrives, and run: tenant-email send-test "
    "--received FILE"
)
_NOT_THERE: Final = (
    "Wait longer with --wait; look into other folders, into the log of the mail service, and whether the address is on "
    "its suppression list."
)


@dataclass(frozen=True, slots=True)
class Trial:
    """One trial. `shown` shows that a wait goes on; `about` begins what is said of the tenant."""

    sender: MailSender
    order: MailOrder
    mailbox: Mailbox | None
    prove: Prove
    about: str
    shown: Callable[[str], AbstractContextManager[object]] = nullcontext
    timing: Timing = USUAL

    def run(self) -> Iterator[Finding]:
        """Yields everything, as it is found; raises nothing of ours."""
        senders, sent = tuple[str, ...](), list[SentMail]()
        try:
            senders = yield from self._senders()
            for event in self.sender.send(self.order):
                if isinstance(event, SentMail):
                    sent.append(event)
                    yield from self._doubt(event)
                else:
                    yield replace(event, about=self.about)
        except TenantEmailError as error:
            yield from (replace(each, about=self.about) for each in failures("send", error))
        if not sent:
            return
        if self.mailbox is None:
            yield replace(unknown("mail", "nobody looked whether it arrived", _LOOK), about=self.about)
            return
        yield from self._look(self.mailbox, sent, senders)

    def _senders(self) -> Generator[Finding, None, tuple[str, ...]]:
        """Returns the configured senders; to send takes less than to look at them, so that it goes on without."""
        try:
            return self.sender.senders()
        except Unauthorized:
            raise
        except PlatformError as error:
            what = f"the sender that is configured is not known: {error.message}"
            yield replace(unknown("from", what, error.remedy), about=self.about)
            return ()

    def _doubt(self, mail: SentMail) -> Iterator[Finding]:
        if not mail.doubt:
            return
        what = f"nobody knows whether {mail.what} was sent: {mail.doubt}"
        if self.mailbox:
            yield replace(warning("send", what, "The mailbox decides, below."), about=self.about)
        else:
            remedy = "Look into the mailbox before you send another: it was not asked for again, and may have arrived."
            yield replace(problem("send", what, remedy), about=self.about)

    def _look(self, mailbox: Mailbox, sent: list[SentMail], senders: tuple[str, ...]) -> Iterator[Finding]:
        subjects = tuple(each.subject for each in sent if each.subject)
        wanted = Wanted(self.order.recipient, len(sent), subjects, senders)
        counted = "the mail" if wanted.count == 1 else f"{wanted.count} mails"
        try:
            with self.shown(f"waiting for {counted} in {mailbox.name}"):
                found = self._wait(mailbox, wanted)
        except TenantEmailError as error:
            yield replace(unknown("mail", error.message, error.remedy), about=self.about)
            return
        for number, arrived in enumerate(found, 1):
            about = f"{self.about}, mail {number} of {wanted.count}"
            for finding in self._judge(arrived, mailbox, senders):
                yield replace(finding, about=about)
        if missing := wanted.count - len(found):
            which = "the mail" if wanted.count == 1 else f"{missing} of {wanted.count} mails"
            what = f"{which} did not arrive in {redact_external(mailbox.name)} within {self.order.seconds:.0f} s"
            yield replace(problem("mail", what, _NOT_THERE), about=self.about)

    def _wait(self, mailbox: Mailbox, wanted: Wanted) -> list[Arrived]:
        found = list[Arrived]()

        def ask() -> list[Arrived] | NotYet:
            found[:] = pick(mailbox.arrivals(), wanted)
            return found if all_sure(found, wanted) else NotYet(f"{len(found)} of {wanted.count} are there")

        try:
            return Wait("mailbox", self.order.seconds, _LOOKS, timing=self.timing).until(ask)
        except TimedOutError:
            return found

    def _judge(self, arrived: Arrived, mailbox: Mailbox, senders: tuple[str, ...]) -> Iterator[Finding]:
        id_ = redact_external(arrived.mail.first("message-id")) or "without a Message-ID"
        if arrived.junk:
            what = f"{id_} arrived in {redact_external(arrived.junk)}: a filter took it for spam"
            yield problem("mail", what, "See what is said of it below, and the reasons in its source.")
        else:
            yield fine("mail", f"{id_} arrived in {redact_external(mailbox.name)}")
        yield from self.prove(arrived.mail, senders)
