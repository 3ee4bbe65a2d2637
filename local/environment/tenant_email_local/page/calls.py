"""The calls that the servers of a machine received: the last ones, in order, with their bodies as they came."""

from __future__ import annotations

import threading
from collections import deque
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.page.bodies import learn, shown_headers, shown_message, shown_query
from tenant_email_local.page.texts import on_one_line

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tenant_email_local.exchanges import Exchange, Watch
    from tenant_email_local.page.masking import Secrets

KEPT: Final = 2000
KEPT_BYTES: Final = 64_000_000
_LONGEST_PATH: Final = 300


@dataclass(frozen=True, slots=True)
class Call:
    """One exchange under its number."""

    number: int
    server: str
    exchange: Exchange

    @property
    def size(self) -> int:
        """The bytes of its bodies."""
        return len(self.exchange.request_body) + len(self.exchange.response_body)


class Calls:
    """A log of the last calls; taking one costs the server that answers no more than an append."""

    def __init__(self, secrets: Secrets, *, kept: int = KEPT, kept_bytes: int = KEPT_BYTES) -> None:
        self._secrets = secrets
        self._kept, self._kept_bytes = kept, kept_bytes
        self._calls: deque[Call] = deque()
        self._size = 0
        self._last = 0
        self._learned = 0
        self._lock = threading.Lock()

    def of(self, server: str, then: Callable[[], None] | None = None) -> Watch:
        """Returns what takes the calls of a server; `then` is called after each."""

        def take(exchange: Exchange) -> None:
            self._take(server, exchange)
            if then:
                then()

        return take

    @property
    def last(self) -> int:
        """The number of the last call, 0 before the first."""
        return self._last

    def forgotten(self) -> int:
        """Returns how many calls are no longer kept."""
        with self._lock:
            return self._last - len(self._calls)

    def after(self, number: int) -> list[dict[str, Any]]:
        """Returns the calls after a number as a list shows them: without bodies."""
        return [self._listed(call) for call in self._since(number)]

    def get(self, number: int) -> dict[str, Any] | None:
        """Returns one call with its bodies, or None where it is not kept."""
        self.learn()
        with self._lock:
            found = next((call for call in self._calls if call.number == number), None)
        return self._whole(found) if found else None

    def learn(self) -> None:
        """Notes the secrets of the calls that came since it was last asked to."""
        for call in self._since(self._learned):
            exchange = call.exchange
            learn(self._secrets, exchange.request_body, exchange.request_headers, exchange.path)
            learn(self._secrets, exchange.response_body, exchange.response_headers, exchange.path)
            shown_headers(self._secrets, exchange.request_headers)
            self._learned = max(self._learned, call.number)

    def _take(self, server: str, exchange: Exchange) -> None:
        with self._lock:
            self._last += 1
            call = Call(self._last, server, exchange)
            self._calls.append(call)
            self._size += call.size
            while len(self._calls) > self._kept or (self._size > self._kept_bytes and len(self._calls) > 1):
                self._size -= self._calls.popleft().size

    def _since(self, number: int) -> Iterable[Call]:
        with self._lock:
            return [call for call in self._calls if call.number > number]

    def _listed(self, call: Call) -> dict[str, Any]:
        exchange = call.exchange
        path = on_one_line(self._secrets.text(exchange.path))
        return {
            "number": call.number,
            "server": call.server,
            "method": on_one_line(exchange.method),
            "path": path if len(path) <= _LONGEST_PATH else f"{path[:_LONGEST_PATH]}…",
            "query": on_one_line(shown_query(self._secrets, exchange.query))[:_LONGEST_PATH],
            "operation": on_one_line(exchange.operation),
            "status": exchange.status,
            "at": exchange.at,
            "seconds": exchange.seconds,
        }

    def _whole(self, call: Call) -> dict[str, Any]:
        exchange = call.exchange
        request, response = (
            shown_message(self._secrets, body, headers, exchange.path, sent=is_sent)
            for body, headers, is_sent in (
                (exchange.request_body, exchange.request_headers, True),
                (exchange.response_body, exchange.response_headers, False),
            )
        )
        return {**self._listed(call), "request": request, "response": response}
