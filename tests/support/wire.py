"""A client without a network: what it sends is noted, and what it gets is scripted."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from tenant_email.net.client import Client, Token
from tenant_email.net.transport import HttpReply, NoAnswer
from tenant_email.platforms.auth0.dialect import Auth0Dialect
from tenant_email.redaction.secrets import Secret
from tenant_email.timing import Timing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.net.client import ApiDialect

JSON: Final = {"Content-Type": "application/json"}
MOST_SENT: Final = 2_000  # no test has as many: what repeats a request without end shall fail, and not hang
BASE: Final = "https://it.example"


class Plain(Auth0Dialect):
    """Auth0's words, without its remedies."""

    def remedy(self, request: str, status: int, code: str, text: str) -> str:
        """Knows none."""
        return ""


@dataclass
class Wire:
    """Stands where requests leave: answers one scripted reply after the other, the last one forever, and keeps time.

    `takes` are the seconds that each exchange takes.
    """

    script: Sequence[HttpReply | NoAnswer]
    takes: float = 0.0
    sent: list[tuple[str, str, Any, Any, dict[str, str], float]] = field(default_factory=list)
    slept: list[float] = field(default_factory=list)
    logins: int = 0
    lifetime: float = 100.0
    now: float = 1000.0

    def exchange(self, method: str, path: str, body: Any, params: Any, headers: Any, *, seconds: float) -> HttpReply:
        """Notes a request and answers it."""
        self.sent.append((method, path, body, params, dict(headers), seconds))
        assert len(self.sent) < MOST_SENT
        self.now += self.takes
        answer, *rest = self.script
        self.script = rest or [answer]
        if isinstance(answer, NoAnswer):
            raise answer
        return answer

    def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.slept.append(seconds)
        self.now += seconds

    def login(self, client: Client) -> Token:
        """Gives a token, each with a number."""
        self.logins += 1
        return Token(Secret(f"canary-token-{self.logins}"), client.clock() + self.lifetime)

    def client(self, dialect: ApiDialect | None = None, **more: Any) -> Client:
        """Returns a client over this wire."""
        timing = Timing(sleep=self.sleep, clock=lambda: self.now, now=lambda: self.now, total=90)
        client = Client("it", BASE, dialect or Plain(), self.login, timing=timing, **more)
        client._transport = self  # type: ignore[assignment] # noqa: SLF001 - its place
        return client


def reply(status: int = 200, document: Any = None, headers: dict[str, str] | None = None, flaw: str = "") -> HttpReply:
    """Returns an answer in JSON."""
    content = b"" if status == 204 else json.dumps({} if document is None else document).encode()
    return HttpReply(status, {**JSON, **(headers or {})}, content, flaw)
