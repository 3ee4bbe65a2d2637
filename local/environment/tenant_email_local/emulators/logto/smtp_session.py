"""A connection to an SMTP server with nodemailer's times to wait, and what it says when they are over.

Source: docs/contracts/logto.md#smtp-words.
"""

from __future__ import annotations

import re
import socket
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Self

from tenant_email_local.emulators.delivery import DeliveryFailed
from tenant_email_local.emulators.logto.smtp_tls import require_identity

if TYPE_CHECKING:
    import ssl
    from collections.abc import Generator, Mapping

_CONNECTION: Final = 120_000  # milliseconds, the library's default
_GREETING: Final = 30_000
_SOCKET: Final = 600_000  # of a socket on which nothing moves
_OWN_TLS_PORT: Final = 465
_LONGEST: Final = 10.0  # seconds that an emulator may take
_READY: Final = 220
_LARGEST: Final = 65_536  # bytes of a reply


@dataclass(frozen=True)
class Reply:
    """A server's answer; `text` has all its lines with their codes, as the library shows it."""

    text: str

    @property
    def code(self) -> int:
        """The number that it begins with, 0 where there is none."""
        found = re.match(r"\d{3}\b", self.text)
        return int(found[0]) if found else 0

    @property
    def ok(self) -> bool:
        """Whether it is a yes."""
        return self.text.startswith("2")


class SmtpSession:
    """A connection to the address that stands for the configured host."""

    def __init__(self, address: tuple[str, int], config: Mapping[str, Any], context: ssl.SSLContext) -> None:
        self._address, self._context, self._config = address, context, config
        self._connection, self._greeting, self._idle = (
            (config.get(name) or usual) / 1000
            for name, usual in (
                ("connectionTimeout", _CONNECTION),
                ("greetingTimeout", _GREETING),
                ("socketTimeout", _SOCKET),
            )
        )
        tls: dict[str, Any] = config.get("tls") or {}
        self._tls_name = tls.get("servername") or config.get("servername") or config["host"] or "localhost"
        self._socket: socket.socket | None = None
        self._received = b""
        self.secure = config.get("secure", int(config["port"]) == _OWN_TLS_PORT)  # the library's own default
        self.offers, self.does_esmtp = "", False
        self.own_name = re.sub(r"[\r\n]+", "", config.get("name") or socket.gethostname())

    def __enter__(self) -> Self:
        """Promises to hang up."""
        return self

    def __exit__(self, *_: object) -> None:
        """Hangs up, and does not ask what the server says to that."""
        if self._socket is not None:
            self._socket.close()

    def open(self) -> None:
        """Connects and takes the greeting."""
        local = (self._config["localAddress"], 0) if self._config.get("localAddress") else None
        if self._connection < 0:
            raise DeliveryFailed("Connection timeout")
        with _waiting("Connection timeout"):
            self._socket = socket.create_connection(self._address, _seconds(self._connection), local)
            if self.secure:
                self.turn_to_tls()
        sooner = self._greeting < self._idle
        self._connected.settimeout(_seconds(min(self._greeting, self._idle)))
        with _waiting("Greeting never received" if sooner else "Timeout", "Unexpected socket close"):
            hello = self._reply()
        if hello.code != _READY:
            raise DeliveryFailed(f"Invalid greeting. response={hello.text}: {hello.text}")

    def ask(self, command: str) -> Reply:
        """Returns the answer to a command."""
        return self._exchange(f"{command}\r\n".encode())

    def give(self, data: bytes) -> Reply:
        """Returns the answer to a message."""
        return self._exchange(re.sub(rb"(?m)^\.", b"..", data) + b"\r\n.\r\n")

    def turn_to_tls(self) -> None:
        """Goes on over TLS."""
        connection = self._context.wrap_socket(self._connected, server_hostname=self._tls_name)
        self._socket, self._received = connection, b""
        require_identity(connection, self._tls_name)

    @property
    def _connected(self) -> socket.socket:
        if self._socket is None:
            raise EOFError
        return self._socket

    def _exchange(self, data: bytes) -> Reply:
        self._connected.settimeout(_seconds(self._idle))
        with _waiting("Timeout"):
            self._connected.sendall(data)
            return self._reply()

    def _reply(self) -> Reply:
        """Reads on to a line that no other one follows; empty lines before it are none."""
        lines: list[str] = []
        while not lines or re.match(r"\d+-", lines[-1]):
            line = self._line()
            lines += [line] if line.strip() or lines else []
        return Reply("\n".join(lines))

    def _line(self) -> str:
        while b"\n" not in self._received and len(self._received) < _LARGEST:
            data = self._connected.recv(4096)
            if not data:
                raise EOFError
            self._received += data
        line, _, self._received = self._received.partition(b"\n")
        return line.removesuffix(b"\r").decode(errors="replace")


def _seconds(wanted: float) -> float:
    """Returns how long to wait: no time at all is no time-out to a socket, and nobody waits for ten minutes here."""
    return max(min(wanted, _LONGEST), 0.001)


@contextmanager
def _waiting(late: str, closed: str = "Connection closed unexpectedly") -> Generator[None]:
    try:
        yield
    except TimeoutError:
        raise DeliveryFailed(late) from None
    except EOFError:
        raise DeliveryFailed(closed) from None
