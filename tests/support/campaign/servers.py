"""Where the test mails of trials arrive: one mail server and one hook for each process, which last as long as it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from tenant_email.local.emulators.delivery import Delivery
from tenant_email.local.emulators.server import Emulator, Reply
from tenant_email.local.smtp import LOOPBACK, SmtpServer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


class _Hook(Emulator):
    """Takes whatever is posted to it."""

    def answer(self, request: Request) -> Reply:
        """Answers that all is well."""
        return Reply(200, {"message": "taken"})

    def fault_reply(self, status: int) -> Reply:
        """Answers a status."""
        return Reply(status)


@cache
def hook() -> str:
    """Returns the URL of the hook."""
    server = _Hook()
    server.__enter__()
    return server.url


@cache
def delivery() -> Delivery:
    """Returns the way to the mail server, whatever host a configuration names; any login is right there."""
    server = SmtpServer(lambda _username, _password: True, hosts=("smtp.one.example", "smtp.two.example"))
    server.__enter__()
    return Delivery(resolve=lambda _host, _port: (LOOPBACK, server.port), ca_file=server.ca_file)
