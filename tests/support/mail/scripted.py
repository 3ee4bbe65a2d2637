"""A mail server that says what a test wants it to, at the pace that it wants."""

from __future__ import annotations

import itertools
import socket
import struct
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    import ssl
    from collections.abc import Iterable, Iterator, Mapping
    from io import BufferedIOBase

    Said = bytes | float | None
    Script = Iterable[Said]

_USUAL: Final[Mapping[str, bytes]] = {
    "EHLO": b"250-test\r\n250 AUTH LOGIN PLAIN\r\n",
    "HELO": b"250 test\r\n",
    "STARTTLS": b"502 5.5.1 not here\r\n",
    "AUTH": b"235 welcome\r\n",
    "MAIL": b"250 ok\r\n",
    "RCPT": b"250 ok\r\n",
    "DATA": b"354 go on\r\n",
    ".": b"250 taken\r\n",
    "RSET": b"250 ok\r\n",
    "NOOP": b"250 ok\r\n",
    "USER": b"334 UGFzc3dvcmQ6\r\n",
    "*": b"501 cancelled\r\n",
    "QUIT": b"221 bye\r\n",
}
RESET: Final = -1.0
"""As a pause: the connection is reset instead."""


@dataclass(frozen=True)
class Forever:
    """A script without an end: these pieces, again and again."""

    pieces: tuple[bytes | float, ...]

    def __iter__(self) -> Iterator[bytes | float]:
        return itertools.cycle(self.pieces)


@dataclass(frozen=True)
class Lines:
    """What a server says: bytes as they are, after each other; a number is a pause in seconds, None the end.

    greeting: what it says first. replies: by verb, in place of the usual ones; under TLS those of `secured` go first.
    tls_first: TLS from the first byte. cut: the handshake is not answered, the connection ends instead.
    """

    greeting: Script = (b"220 test ESMTP\r\n",)
    replies: Mapping[str, Script] = field(default_factory=dict[str, "Script"])
    secured: Mapping[str, Script] = field(default_factory=dict[str, "Script"])
    tls_first: bool = False
    cut: bool = False


class Scripted:
    """Serves `lines` on loopback until it is left; `heard` are the lines that clients sent."""

    def __init__(self, lines: Lines, context: ssl.SSLContext | None = None, host: str = "127.0.0.1") -> None:
        self._lines, self._context, self._stop = lines, context, threading.Event()
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        self._listener = socket.create_server((host, 0), family=family, backlog=64)
        self.port: int = self._listener.getsockname()[1]
        self.heard: list[bytes] = []

    def __enter__(self) -> Self:
        threading.Thread(target=self._serve, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()

    def _serve(self) -> None:
        while not self._stop.is_set():
            with suppress(OSError):
                connection, _ = self._listener.accept()
                threading.Thread(target=self._converse, args=(connection,), daemon=True).start()

    def _converse(self, connection: socket.socket) -> None:
        with suppress(OSError):
            if self._lines.tls_first:
                connection = self._secured(connection)
            if not self._say(connection, self._lines.greeting):
                connection.close()
                return
            with connection.makefile("rb") as file:
                turns_to_tls = self._answer(connection, file, secured=self._lines.tls_first)
            if turns_to_tls:
                connection = self._secured(connection)
                with connection.makefile("rb") as file:
                    self._answer(connection, file, secured=True)
            connection.shutdown(socket.SHUT_RDWR)
        connection.close()

    def _secured(self, connection: socket.socket) -> socket.socket:
        if self._context is None or self._lines.cut:
            raise OSError
        return self._context.wrap_socket(connection, server_side=True)

    def _answer(self, connection: socket.socket, file: BufferedIOBase, *, secured: bool) -> bool:
        """Answers commands; tells whether the client now begins with TLS."""
        dialogue: list[str] = []  # what the next lines are, where they are no commands
        for line in file:
            self.heard.append(line)
            verb = dialogue.pop(0) if dialogue else line.strip().partition(b" ")[0].decode("latin-1").upper()
            if verb == "AUTH" and line.upper().strip() == b"AUTH LOGIN" and "AUTH" not in self._lines.replies:
                dialogue = ["USER", "AUTH"]
                self._say(connection, (b"334 VXNlcm5hbWU6\r\n",))
                continue
            if verb not in _USUAL:
                continue  # a line of a message
            script = (self._lines.secured.get(verb) if secured else None) or self._lines.replies.get(verb)
            if not self._say(connection, script or (_USUAL[verb],)) or verb == "QUIT":
                return False
            if verb == "STARTTLS" and "STARTTLS" in self._lines.replies:
                return True
        return False

    def _say(self, connection: socket.socket, script: Script) -> bool:
        """Says a script; tells whether the conversation goes on."""
        for piece in script:
            if piece is None or self._stop.is_set():
                return False
            if piece == RESET:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                return False
            if isinstance(piece, bytes):
                connection.sendall(piece)
            else:
                time.sleep(piece)
        return True
