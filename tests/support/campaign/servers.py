"""Where the test emails of trials arrive: one mail server and one hook for each process, which last as long as it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.delivery import Delivery
from tenant_email_local.emulators.server import Emulator, HttpAnswer
from tenant_email_local.ports import LOOPBACK
from tenant_email_local.smtp import SmtpServer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request


class AlwaysFine(Emulator):
    """Answers every request with 200 and one document."""

    def __init__(self, document: dict[str, Any]) -> None:
        super().__init__()
        self._document = document

    def answer(self, request: Request) -> HttpAnswer:
        """Answers as if all were well."""
        return HttpAnswer(200, self._document)

    def fault_reply(self, status: int) -> HttpAnswer:
        """Answers a status."""
        return HttpAnswer(status)


@cache
def hook() -> str:
    """Returns the URL of the hook."""
    server = AlwaysFine({"message": "taken"})
    server.__enter__()
    return server.url


@cache
def delivery() -> Delivery:
    """Returns the way to the mail server, whatever host a configuration names; any login is right there."""
    server = SmtpServer(lambda _username, _password: True, hosts=("smtp.one.example", "smtp.two.example"))
    server.__enter__()
    return Delivery(resolve=lambda _host, _port: (LOOPBACK, server.port), ca_file=server.ca_file)
