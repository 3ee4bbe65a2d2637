"""An SMTP server on loopback that takes mail as a provider does: over TLS, after a login."""

from __future__ import annotations

import asyncio
import logging
import tempfile
import threading
import time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Self, cast
from weakref import WeakSet

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from tenant_email_local.ca import CertificateAuthority
from tenant_email_local.exchanges import Exchange
from tenant_email_local.inbox import Inbox, Received, parse_mail
from tenant_email_local.ports import LOOPBACK

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Sequence

    from tenant_email_local.exchanges import Watch

    Authenticate = Callable[[str, str], bool]
    Finish = Callable[[Received], Received | str]

AMAZON_SES: Final = "email-smtp.*.amazonaws.com"

logging.getLogger("mail.log").setLevel(logging.ERROR)  # aiosmtpd warns of its own deprecations at every login


class SmtpServer:
    """A server with STARTTLS on `port` and implicit TLS on `tls_port`; AUTH LOGIN and PLAIN, no mail without a login.

    `authenticate(username, password)` decides about a login. `finish(received)` makes of a message what its recipients
    get, as SES signs it, with those whom it reaches; or refuses it at the end of DATA with a text, as SES does when IAM
    denies the sender.
    `directory` keeps the authority's certificate across runs; without it both last as long as the server.
    """

    def __init__(
        self,
        authenticate: Authenticate,
        hosts: Sequence[str] = (LOOPBACK, "localhost", AMAZON_SES),
        *,
        port: int = 0,
        tls_port: int = 0,
        directory: Path | None = None,
        finish: Finish | None = None,
    ) -> None:
        self.port = port
        self.tls_port = tls_port
        self.inbox = Inbox()
        self._temporary = None if directory else tempfile.TemporaryDirectory(prefix="tenant-email-ca-")
        authority = CertificateAuthority(directory or Path(self._temporary.name if self._temporary else ""))
        self.ca_file = authority.ca_file
        self._context = authority.server_context(hosts)
        self._handler = _Handler(authenticate, finish, self.inbox, self._show)
        self.watch: Watch | None = None
        """Is shown each login and each mail, accepted or not."""
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="smtp", daemon=True)
        self._listeners: list[asyncio.Server] = []
        self._protocols: WeakSet[SMTP] = WeakSet()

    def __enter__(self) -> Self:
        self._thread.start()
        self.port = self._call(self._listen(self.port))
        self.tls_port = self._call(self._listen(self.tls_port, self._context))
        return self

    def __exit__(self, *_: object) -> None:
        self._call(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        if self._temporary:
            self._temporary.cleanup()

    def _show(self, verb: str, about: str, answer: str, seconds: float) -> None:
        """Shows a login or a mail to who watches."""
        if self.watch:
            status = int(answer[:3])
            at = time.time() - seconds
            text = (("Content-Type", "text/plain"),)
            self.watch(
                Exchange("smtp", verb, about, status, at, seconds, response_headers=text, response_body=answer.encode())
            )

    def _call(self, work: Any) -> Any:
        """Runs a coroutine in the server's thread and returns its result."""
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _listen(self, port: int, implicit_tls: ssl.SSLContext | None = None) -> int:
        """Opens one listener and returns its port."""
        factory = partial(self._protocol, starttls=implicit_tls is None)
        listener = await self._loop.create_server(factory, LOOPBACK, port, ssl=implicit_tls)
        self._listeners.append(listener)
        return cast("int", listener.sockets[0].getsockname()[1])

    def _protocol(self, *, starttls: bool) -> SMTP:
        """Returns the protocol of one connection; aiosmtpd counts only STARTTLS as TLS, hence the two settings."""
        protocol = SMTP(
            self._handler,
            hostname="localhost",
            ident="tenant-email local SMTP",
            enable_SMTPUTF8=True,
            tls_context=self._context if starttls else None,
            auth_require_tls=starttls,
            authenticator=self._handler.authenticate,
            loop=self._loop,
        )
        self._protocols.add(protocol)
        return protocol

    async def _close(self) -> None:
        """Stops listening and drops what is still connected."""
        for listener in self._listeners:
            listener.close()
        for protocol in list(self._protocols):
            if protocol.transport is not None:
                cast("asyncio.WriteTransport", protocol.transport).abort()
        tasks = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await asyncio.sleep(0)  # an aborted transport closes its socket in the loop's next round


class _Handler:
    """Answers the SMTP commands that are a decision of ours; aiosmtpd finds the hooks by their names."""

    def __init__(
        self,
        authenticate: Authenticate,
        finish: Finish | None,
        inbox: Inbox,
        show: Callable[[str, str, str, float], None],
    ) -> None:
        self._show = show
        self._authenticate = authenticate
        self._finish = finish
        self._inbox = inbox

    def authenticate(
        self, _server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: LoginPassword
    ) -> AuthResult:
        """Decides about a login; only the username stays with the session."""
        username, began = data.login.decode(errors="replace"), time.perf_counter()
        accepted = self._authenticate(username, data.password.decode(errors="replace"))
        answer = "235 Authentication successful" if accepted else "535 Authentication Credentials Invalid"
        self._show("AUTH", username, answer, time.perf_counter() - began)
        if accepted:
            return AuthResult(success=True, auth_data=username)
        return AuthResult(success=False, handled=False, message=answer)

    async def handle_MAIL(
        self, _server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        """Refuses a sender that has not logged in."""
        if not session.authenticated:
            return "530 Authentication required"
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 Ok"

    async def handle_DATA(self, _server: SMTP, session: Session, envelope: Envelope) -> str:
        """Takes a message, or refuses it."""
        began = time.perf_counter()
        answer = self._take(session, envelope)
        about = f"{envelope.mail_from} → {', '.join(envelope.rcpt_tos)}"
        self._show("DATA", about, answer, time.perf_counter() - began)
        return answer

    def _take(self, session: Session, envelope: Envelope) -> str:
        """Keeps the message as its recipients get it, unless it is refused."""
        raw = cast("bytes", envelope.content)  # text only with decode_data, which is off
        received = Received(
            mail_from=envelope.mail_from or "",
            rcpt_to=tuple(envelope.rcpt_tos),
            username=str(session.auth_data),
            message=parse_mail(raw),
            raw=raw,
        )
        finished = self._finish(received) if self._finish else received
        if isinstance(finished, str):
            return f"554 {finished}"
        if finished.rcpt_to:
            self._inbox.add(finished)
        return "250 Ok"
