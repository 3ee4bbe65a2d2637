"""A TLS server before a plain one, and a proxy with a login: what stands between a user and a tenant."""

from __future__ import annotations

import base64
import re
import socket
import threading
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Generator

_PIECE: Final = 65536


def _copy(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while piece := source.recv(_PIECE):
            target.sendall(piece)
    with suppress(OSError):
        target.shutdown(socket.SHUT_WR)


def join(one: socket.socket, other: socket.socket) -> None:
    """Copies between two connections until both are done."""
    back = threading.Thread(target=_copy, args=(other, one), daemon=True)
    back.start()
    _copy(one, other)
    back.join()


@contextmanager
def listening(answer: Callable[[socket.socket], None]) -> Generator[int]:
    """Answers each connection to a port of loopback; yields the port."""
    listener = socket.create_server(("127.0.0.1", 0))

    def answer_one(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            answer(connection)

    def serve() -> None:
        with suppress(OSError):
            while True:
                connection, _ = listener.accept()
                threading.Thread(target=answer_one, args=(connection,), daemon=True).start()

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1]
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@contextmanager
def tls_front(context: ssl.SSLContext, port: int) -> Generator[int]:
    """Serves a plain server of this machine by TLS; yields the port."""

    def answer(connection: socket.socket) -> None:
        with (
            context.wrap_socket(connection, server_side=True) as secured,
            socket.create_connection(("127.0.0.1", port)) as plain,
        ):
            join(secured, plain)

    with listening(answer) as own:
        yield own


@dataclass
class ConnectProxy:
    """A proxy that takes CONNECT alone, whatever the name, to one server; `login` is what it wants, empty for none."""

    port: int = 0
    target: int = 0
    login: str = ""
    refuses: bool = False
    asked: list[str] = field(default_factory=list[str])

    def answer(self, connection: socket.socket) -> None:
        """Answers one connection."""
        head = b""
        while b"\r\n\r\n" not in head:
            head += connection.recv(_PIECE)
        line, _, headers = head.decode("latin-1").partition("\r\n")
        self.asked.append(line)
        given = re.search(r"(?im)^proxy-authorization: basic (\S+)", headers)
        if self.login and (not given or base64.b64decode(given[1]).decode() != self.login):
            connection.sendall(b"HTTP/1.1 407 Who are you\r\nContent-Length: 0\r\n\r\n")
        elif self.refuses or not line.startswith("CONNECT "):
            connection.sendall(b"HTTP/1.1 403 No\r\nContent-Length: 0\r\n\r\n")
        else:
            connection.sendall(b"HTTP/1.1 200 Connected\r\n\r\n")
            with socket.create_connection(("127.0.0.1", self.target)) as server:
                join(connection, server)


@contextmanager
def connect_proxy(target: int, *, login: str = "", refuses: bool = False) -> Generator[ConnectProxy]:
    """Runs a proxy to a port of this machine."""
    proxy = ConnectProxy(target=target, login=login, refuses=refuses)
    with listening(proxy.answer) as proxy.port:
        yield proxy
