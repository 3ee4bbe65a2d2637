"""Servers that take what an emulated Logto tenant sends: SMTP without TLS, with and without a login, and HTTP."""

from __future__ import annotations

import logging
import re
import socket
from contextlib import ExitStack
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from typing import TYPE_CHECKING, Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from werkzeug.wrappers import Response

from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.server import Emulator, HttpAnswer
from tenant_email_local.ports import LOOPBACK, free_ports

if TYPE_CHECKING:
    from email.message import EmailMessage

    from werkzeug.wrappers import Request


logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own deprecations at every login

_CODE = re.compile(r"\b(?!000000)\d{6}\b")  # made anew each time; a test's own is all zeros


@dataclass
class Mail:
    """One message with its envelope, and whether its sender had logged in."""

    sender: str
    recipients: list[str]
    logged_in: bool
    message: EmailMessage = field(repr=False)

    def seen(self) -> dict[str, Any]:
        """Returns what two deliveries of the same mail have in common: no date, no id, no transfer encoding."""
        shown = {name: self.message.get_all(name) for name in ("From", "To", "Reply-To", "X-Tenant", "X-Multi")}
        body = str(self.message.get_content()).strip()
        return {
            "from": self.sender.strip("<>"),
            "to": self.recipients,
            "auth": self.logged_in,
            "subject": " ".join(str(self.message["Subject"]).split()),
            "type": self.message.get_content_type(),
            "body": _CODE.sub("code", body),
            **{name: [str(value) for value in values] for name, values in shown.items() if values},
        }


LOGIN = ("mailer", "canary-mailer-key")


class SmtpSink:
    """Takes mail without TLS; with logins it offers AUTH, and does not insist on it."""

    def __init__(self, *logins: tuple[str, str]) -> None:
        self.mails: list[Mail] = []
        self._logins = logins
        (self.port,) = free_ports(1)
        kwargs: dict[str, Any] = {"authenticator": self._authenticate, "auth_require_tls": False} if logins else {}
        self._controller = Controller(self, hostname=LOOPBACK, port=self.port, **kwargs)

    def __enter__(self) -> Self:
        self._controller.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._controller.stop()

    def _authenticate(self, _server: object, _session: object, _envelope: object, _kind: str, data: Any) -> AuthResult:
        asked = (data.login.decode(), data.password.decode()) if isinstance(data, LoginPassword) else None
        return AuthResult(success=asked in self._logins, handled=False)

    async def handle_DATA(self, _server: object, session: Session, envelope: Envelope) -> str:  # noqa: N802 - aiosmtpd
        """Keeps the message."""
        assert isinstance(envelope.content, bytes)
        message = message_from_bytes(envelope.content, policy=policy.default)
        mail = Mail(envelope.mail_from or "", list(envelope.rcpt_tos), bool(session.authenticated), message)
        self.mails.append(mail)
        return "250 OK"


class HttpSink(Emulator):
    """Takes posts; `refusal` is a text that it answers with 400."""

    def __init__(self) -> None:
        super().__init__()
        self.refusal = ""
        self.authorizations: list[str | None] = []

    def answer(self, request: Request) -> HttpAnswer:
        """Answers every post alike."""
        self.authorizations.append(request.headers.get("Authorization"))
        return HttpAnswer(400, self.refusal) if self.refusal else HttpAnswer(200, {})

    def fault_reply(self, status: int) -> HttpAnswer:
        """Answers a status without a body."""
        return HttpAnswer(status)

    def _response(self, reply: HttpAnswer) -> Response:
        """Writes a text as it is."""
        return Response(reply.document, reply.status) if isinstance(reply.document, str) else super()._response(reply)


class Sinks:
    """Runs one of each, and a server that never says a word; `delivery` leads the recorded ports to them."""

    def __init__(self) -> None:
        self.login, self.anonymous, self.http = SmtpSink(("user", "pass"), LOGIN), SmtpSink(), HttpSink()
        self._running = ExitStack()

    def __enter__(self) -> Self:
        silent = self._running.enter_context(socket.create_server((LOOPBACK, 0)))
        for sink in (self.login, self.anonymous, self.http):
            self._running.enter_context(sink)
        (closed,) = free_ports(1)
        ports = {2525: self.login.port, 2526: self.anonymous.port, 8096: silent.getsockname()[1], 2599: closed}
        self.delivery = Delivery(resolve=lambda host, port: (host, ports.get(port, port)))
        return self

    def __exit__(self, *_: object) -> None:
        self._running.close()

    def mails(self) -> list[Mail]:
        """Returns what came over SMTP since the last question, and forgets it."""
        found = [*self.login.mails, *self.anonymous.mails]
        self.login.mails.clear()
        self.anonymous.mails.clear()
        return found

    def clear(self) -> None:
        """Forgets what came so far."""
        self.mails()
        self.posts()

    def posts(self) -> list[Any]:
        """Returns what came over HTTP since the last question, and forgets it."""
        found = [call.request_json for call in self.http.calls]
        self.http.reset_calls()
        return found
