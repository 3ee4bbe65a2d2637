"""A proxy of our own in front of a tenant: it hands every request on, and plays a fault at the one it was set on.

Plain sockets, one request a connection. A fault sees the request, may let it have its effect, and writes whatever it
likes into the client's connection, or nothing.
"""

from __future__ import annotations

import select
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Callable

LOOPBACK: Final = "127.0.0.1"
_RESET: Final = struct.pack("ii", 1, 0)  # SO_LINGER: closing sends RST
_ACCEPT_EVERY: Final = 0.02  # seconds between two looks whether to stop


@dataclass(frozen=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def raw(self) -> bytes:
        """Returns all of it."""
        return self.head + self.body

    @property
    def alone(self) -> bytes:
        """Returns all of it, as the only request of its connection."""
        lines = [line for line in self.head.split(b"\r\n") if not line.lower().startswith(b"connection:")]
        return b"\r\n".join([lines[0], b"Connection: close", *lines[1:]]) + self.body

    def header(self, name: str) -> str:
        """Returns a header's value, or an empty text."""
        for line in self.head.decode("latin-1").split("\r\n")[1:]:
            key, _, value = line.partition(":")
            if key.lower() == name.lower():
                return value.strip()
        return ""


@dataclass(frozen=True)
class Said:
    """An answer as the tenant gave it."""

    status: int
    head: bytes = field(repr=False)
    body: bytes = field(repr=False)

    @property
    def raw(self) -> bytes:
        """Returns all of it."""
        return self.head + self.body


class Conversation:
    """What a fault has in its hands: one request, the connection that it came by, and the tenant behind."""

    def __init__(self, connection: socket.socket, asked: Asked, proxy: Proxy) -> None:
        self.asked, self.elsewhere = asked, proxy.elsewhere
        self._connection, self._proxy = connection, proxy

    def forward(self) -> Said:
        """Hands the request on, so that it has its effect; returns the answer, of which the client knows nothing."""
        return self._proxy.forward(self.asked)

    def send(self, data: bytes) -> None:
        """Writes to the client."""
        self._connection.sendall(data)

    def send_for_ever(self, chunk: bytes, times: int) -> None:
        """Writes a chunk again and again, until the client has had enough."""
        with suppress(OSError):
            for _ in range(times):
                self._connection.sendall(chunk)

    def drip(self, data: bytes, every: float) -> None:
        """Writes one byte at a time, seconds apart, for as long as the client lets that happen."""
        end = time.monotonic() + self._proxy.patience
        with suppress(OSError):
            for at in range(len(data)):
                self._connection.sendall(data[at : at + 1])
                if self._gone(every):
                    return
                if time.monotonic() > end:
                    self._proxy.outlasted = True
                    return
            self._connection.shutdown(socket.SHUT_WR)

    def stay_silent(self) -> None:
        """Keeps the connection open without a word, until the client leaves."""
        if not self._gone(self._proxy.patience):
            self._proxy.outlasted = True

    def reset(self) -> None:
        """Breaks the connection off."""
        self._connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        self._connection.close()

    def _gone(self, seconds: float) -> bool:
        ready, _, _ = select.select([self._connection], [], [], seconds)
        return bool(ready) and not self._connection.recv(1)


def call_to(method: str, path: str) -> Callable[[Asked], bool]:
    """Returns what recognizes a call."""
    return lambda asked: (asked.method, asked.path) == (method, path)


@dataclass
class Armed:
    """A fault in waiting: at which call of a run it plays, and whether only there or from there on.

    `at` recognizes the call, of which the first `skip` go through. With `refuses` the door closes after that call.
    """

    at: Callable[[Asked], bool]
    skip: int
    play: Callable[[Conversation], None] | None
    persistent: bool
    refuses: bool = False
    played: int = 0

    def takes(self, asked: Asked) -> bool:
        """Returns whether the fault plays at this request."""
        if not self.at(asked):
            return False
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.played and not self.persistent:
            return False
        self.played += 1
        return True


class Proxy:
    """Stands in front of a tenant while its `with` block runs."""

    def __init__(self, patience: float = 5.0) -> None:
        """Takes the seconds that a client may wait for one answer before it counts as hanging."""
        self.patience = patience
        self.upstream = 0
        self.elsewhere = ""
        self.armed: Armed | None = None
        self.outlasted = False
        self.asked: list[tuple[str, str]] = []
        self.tokens: set[str] = set()
        self._lock = threading.Lock()
        self._listener: socket.socket | None = None
        self._running = True

    @property
    def url(self) -> str:
        """Returns the origin that clients use."""
        return f"http://{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        self._listener = socket.create_server((LOOPBACK, 0), backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._running = False
        self._thread.join()
        self.close_door()

    def arm(self, armed: Armed | None) -> None:
        """Sets a fault, or none; forgets what was asked before."""
        with self._lock:
            self.armed, self.outlasted, self.asked = armed, False, []
        self.open_door()

    def close_door(self) -> None:
        """Refuses every connection from now on."""
        with self._lock:
            if self._listener:
                self._listener.close()
            self._listener = None

    def open_door(self) -> None:
        """Takes connections again, at the same port."""
        with self._lock:
            if self._listener is None:
                self._listener = socket.create_server((LOOPBACK, self.port), backlog=64)

    def forward(self, asked: Asked) -> Said:
        """Asks the tenant."""
        with socket.create_connection((LOOPBACK, self.upstream)) as upstream:
            upstream.sendall(asked.alone)
            data = b"".join(iter(lambda: upstream.recv(65536), b""))
        head, _, body = data.partition(b"\r\n\r\n")
        return Said(int(head.split(b" ", 2)[1]), head + b"\r\n\r\n", body)

    def _accept(self) -> None:
        while self._running:
            listener = self._listener
            try:
                ready = listener and select.select([listener], [], [], _ACCEPT_EVERY)[0]
                if not (listener and ready):
                    time.sleep(0 if listener else 0.001)
                    continue
                connection, _ = listener.accept()
            except (OSError, ValueError):  # the door was closed meanwhile
                continue
            threading.Thread(target=self._serve, args=(connection,), daemon=True).start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            asked = _read(connection)
            if asked is None:
                return
            play = self._decide(asked)
            conversation = Conversation(connection, asked, self)
            if play:
                play(conversation)
                return
            said = self.forward(asked)
            self._close_before_next(asked)
            conversation.send(said.raw)

    def _decide(self, asked: Asked) -> Callable[[Conversation], None] | None:
        with self._lock:
            self.asked.append((asked.method, asked.path))
            if token := asked.header("Authorization").partition(" ")[2]:
                self.tokens.add(token)
            armed = self.armed
            return armed.play if armed and not armed.refuses and armed.takes(asked) else None

    def _close_before_next(self, asked: Asked) -> None:
        """Closes the door once the call before the one that is to be refused was answered."""
        armed = self.armed
        if armed and armed.refuses and armed.takes(asked):
            self.close_door()


def _read(connection: socket.socket) -> Asked | None:
    """Returns a whole request; None when the client left."""
    data = b""
    while b"\r\n\r\n" not in data:
        piece = connection.recv(65536)
        if not piece:
            return None
        data += piece
    head, _, body = data.partition(b"\r\n\r\n")
    method, target, _ = head.split(b"\r\n")[0].decode("latin-1").split(" ")
    asked = Asked(method, target.partition("?")[0], head + b"\r\n\r\n", b"")
    length = int(asked.header("Content-Length") or 0)
    while len(body) < length:
        piece = connection.recv(65536)
        if not piece:
            return None
        body += piece
    return Asked(asked.method, asked.path, asked.head, body)
