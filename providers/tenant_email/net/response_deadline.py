"""Cuts the connection of a request when the time for its whole answer is over, whatever it is in.

A read timeout bounds each piece of an answer and so not the whole of it: a server that sends a byte a second holds a
client forever. It works for every client that is built on urllib3: for `requests`, and for botocore.
"""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from contextvars import ContextVar
from typing import Any, Self

from urllib3.connection import HTTPConnection


class Watch:
    """A watch that cuts the connection that a request of this thread uses when its time is over.

    `sends` is called as soon as the request may leave: from then on nobody knows what a failure means.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds, self._over, self._lock = seconds, False, threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._connection: HTTPConnection | None = None
        self._socket: object = None
        self._sent = False

    def __enter__(self) -> Self:
        self._token = _watch.set(self)
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        _watch.reset(self._token)

    @property
    def timeout_message(self) -> str:
        """What is wrong once the time is over; empty while it is not."""
        return f"no whole answer within {round(self._seconds, 1):g} s" if self._over else ""

    @property
    def may_be_sent(self) -> bool:
        """Returns whether the request may have reached the server: true also where the connection is none of ours."""
        return self._sent or self._connection is None

    def connects(self, connection: HTTPConnection) -> None:
        """Notes a connection that has no socket yet."""
        self._connection = connection

    def sends(self, connection: HTTPConnection) -> None:
        """Notes the socket of a connection, which the connection itself forgets while its answer is read."""
        with self._lock:
            self._connection, self._socket = connection, connection.sock
            if self._over:
                # The time was over while it connected: nothing has left yet, and nothing may leave now.
                raise TimeoutError
            self._sent = True

    def finish(self) -> str:
        """Ends the watch; returns the message of a timeout, empty when the answer came in time."""
        with self._lock:
            self._socket = self._connection = None
            return self.timeout_message

    def _cut(self) -> None:
        with self._lock:
            self._over = True
            used = self._socket or (self._connection and self._connection.sock)
            # not SSLSocket's own shutdown, which takes the encryption away from under the thread that reads
            if isinstance(used, socket.socket):
                with suppress(OSError):
                    socket.socket.shutdown(used, socket.SHUT_RDWR)


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


class Watched(HTTPConnection):
    """A connection that its request's watch can cut at any time."""

    def connect(self) -> None:
        """Connects, and lets the watch know."""
        if watch := _watch.get():
            watch.connects(self)
        super().connect()
        if watch:
            watch.sends(self)

    def request(self, *args: Any, **kwargs: Any) -> None:
        """Sends a request; over a connection that is there already it may have an effect from here on."""
        if (watch := _watch.get()) and self.sock is not None:
            watch.sends(self)
        super().request(*args, **kwargs)
