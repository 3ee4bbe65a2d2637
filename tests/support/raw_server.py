"""A server that answers with bytes of a test's own, at a pace of its own: what no HTTP library would send."""

from __future__ import annotations

import re
import socket
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator


class RawServer:
    """Answers each connection with the pieces that a script yields; counts the requests."""

    def __init__(self, script: Callable[[], Iterable[bytes]], pause: float = 0.0) -> None:
        self._script, self._pause, self._stop = script, pause, threading.Event()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.requests: list[bytes] = []

    @property
    def url(self) -> str:
        """Returns where it listens."""
        return f"http://127.0.0.1:{self._listener.getsockname()[1]}"

    def serve(self) -> None:
        """Answers until it is stopped."""
        while True:
            with suppress(OSError):
                connection, _ = self._listener.accept()
                threading.Thread(target=self._answer, args=(connection,), daemon=True).start()
                continue
            return

    def _answer(self, connection: socket.socket) -> None:
        with connection, suppress(OSError):
            self.requests.append(_request(connection))
            for piece in self._script():
                connection.sendall(piece)
                if self._stop.wait(self._pause):
                    return

    def stop(self) -> None:
        """Ends all answers."""
        self._stop.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()


def _request(connection: socket.socket) -> bytes:
    """Reads a request whole: a connection that is closed with some of it unread is reset, and its answer lost."""
    data = b""
    while piece := connection.recv(65536):
        data += piece
        head, ended, body = data.partition(b"\r\n\r\n")
        announced = re.search(rb"\r\ncontent-length: (\d+)", head, re.IGNORECASE)
        if ended and len(body) >= int(announced[1] if announced else 0):
            break
    return data


@contextmanager
def raw_server(script: Callable[[], Iterable[bytes]], pause: float = 0.0) -> Iterator[RawServer]:
    """Serves a script on loopback; `pause` is in seconds, after each piece."""
    server = RawServer(script, pause)
    thread = threading.Thread(target=server.serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join()
