"""One request, and its answer within bounds: in time, in size, and to the host it was meant for.

A read time-out bounds each piece of an answer and so not the whole of it: a server that sends a byte a second holds a
client for ever. So a watch cuts the connection when the time for the whole answer is over, whatever it is in: the
handshake with a proxy, the status line, the headers or the body. What an answer unpacks to is counted, and no more of
it is unpacked than is taken.
"""

from __future__ import annotations

import http.client
import socket
import threading
import zlib
from contextlib import suppress
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Self, cast

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.timing import Timing

LARGEST: Final = 8 * 2**20  # bytes of an answer, unpacked; a list of connectors with their logos has 300,000
_SHORTEST: Final = 0.1  # seconds; a call begins its last try before its time is over
_NO_CONTENT: Final = 204  # it has no body, so that HTTP's library reads none, whatever comes (RFC 9110 section 15.3.5)
_PIECE: Final = 2**16  # bytes
_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_BROKEN: Final = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)
_UNPACKED: Final = ("gzip", "x-gzip", "deflate")


class NoAnswer(Exception):
    """Says why there is none; `sent`: the request, or a part of it, may have reached the server."""

    def __init__(self, why: str, *, sent: bool) -> None:
        super().__init__(why)
        self.sent = sent


class TooSlow(NoAnswer):
    """The time for the whole answer was over before its headers were there."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What a server answered; `flaw` says why `content` is not all of it, empty when it is."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    flaw: str = ""

    @property
    def content_type(self) -> str:
        """Returns the media type in small letters, without parameters; empty when none is given."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class Transport:
    """Sends requests to one tenant; safe to share between threads.

    It follows no redirect (a secret goes to the host it was given for and to no other), keeps no cookie, and takes no
    login from the user's .netrc.
    """

    def __init__(self, base: str, headers: Mapping[str, str], timing: Timing) -> None:
        self._base, self._timing = base, timing
        self._session = requests.Session()
        self._session.headers.update({**headers, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"})
        self._adapter = _Adapter(pool_maxsize=8)

    def exchange(
        self,
        method: str,
        path: str,
        body: Any,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        *,
        seconds: float,
    ) -> Reply:
        """Sends one request, `body` as bytes or as a form; raises NoAnswer when not even a status came back.

        `seconds` are left for the whole call.
        """
        request = requests.Request(
            method, self._base + path, data=body, params=params, headers=dict(headers), auth=_as_given
        )
        prepared = self._session.prepare_request(request)
        surroundings: Any = self._session.merge_environment_settings(self._base + path, {}, True, None, None)
        whole = max(min(self._timing.answer, seconds), _SHORTEST)
        timeout = (self._timing.connect, min(self._timing.read, whole))
        with _Watch(whole) as watch:
            try:
                response = self._adapter.send(prepared, timeout=timeout, **surroundings)
            except (
                requests.RequestException,
                urllib3.exceptions.HTTPError,
                http.client.HTTPException,
                OSError,
            ) as error:
                kind = TooSlow if watch.over else NoAnswer
                raise kind(watch.over or _reason(error, watch), sent=watch.may_be_sent) from None
            try:
                content, flaw = _content(response.raw)
                flaw = watch.complete() or flaw
            finally:
                response.close()
        return Reply(response.status_code, response.headers, content, flaw)


class _Watch:
    """Cuts the connection that a request of this thread uses when its time is over.

    `sends` is called as soon as the request may leave: from then on nobody knows what a failure means.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds, self._over, self._lock = seconds, False, threading.Lock()
        self._timer = threading.Timer(seconds, self._cut)
        self._timer.daemon = True
        self._connection: HTTPConnection | None = None
        self._socket: Any = None
        self._sent = False

    def __enter__(self) -> Self:
        self._token = _watch.set(self)
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        _watch.reset(self._token)

    @property
    def over(self) -> str:
        """Returns what is wrong when the time is over; empty while it is not."""
        return f"no whole answer within {round(self._seconds, 1):g} s" if self._over else ""

    @property
    def may_be_sent(self) -> bool:
        """Tells whether the request may have reached the server: also where the connection is none of ours."""
        return self._sent or self._connection is None

    def connects(self, connection: HTTPConnection) -> None:
        """Notes a connection that has no socket yet."""
        self._connection = connection

    def sends(self, connection: HTTPConnection) -> None:
        """Notes the socket of a connection, which the connection itself forgets while its answer is read."""
        with self._lock:
            self._connection, self._socket = connection, connection.sock
            if self._over:
                raise TimeoutError(self.over)
            self._sent = True

    def complete(self) -> str:
        """Ends the watch; returns what is wrong when it came too late."""
        with self._lock:
            self._socket = self._connection = None
            return self.over

    def _cut(self) -> None:
        with self._lock:
            self._over = True
            used = self._socket or (self._connection and self._connection.sock)
            # not SSLSocket's own shutdown, which takes the encryption away from under the thread that reads
            if isinstance(used, socket.socket):
                with suppress(OSError):
                    socket.socket.shutdown(used, socket.SHUT_RDWR)


_watch: ContextVar[_Watch | None] = ContextVar("watch", default=None)


class _Watched(HTTPConnection):
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


class _WatchedTls(_Watched, HTTPSConnection):
    """The same, over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = cast("Any", _Watched)


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = cast("Any", _WatchedTls)


class _Adapter(HTTPAdapter):
    """Makes watched connections, straight and through a proxy."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools of straight connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Makes the pools of a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs)
        if not proxy.lower().startswith("socks"):  # those have connections of their own, without which they go straight
            manager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}
        return manager


def _content(raw: Any) -> tuple[bytes, str]:
    """Reads a body, unpacked; returns (content, flaw)."""
    if raw.status == _NO_CONTENT and raw.headers.get("Content-Length", "0").strip() != "0":
        return b"", "content where none can be"
    encoding = raw.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding not in (*_UNPACKED, "identity", ""):
        return b"", "an answer in an encoding that was not offered"
    unpack = zlib.decompressobj(_GZIP_OR_ZLIB) if encoding in _UNPACKED else None
    content = bytearray()
    try:
        while piece := raw.read(_PIECE, decode_content=False):
            content += unpack.decompress(piece, LARGEST + 1 - len(content)) if unpack else piece
            if len(content) > LARGEST:
                return b"", f"an answer larger than {LARGEST // 2**20} MiB"
    except (*_BROKEN, ValueError, zlib.error):
        return bytes(content), "only a part of an answer"
    cut = unpack is not None and bool(content) and not unpack.eof
    return bytes(content), "only a part of an answer" if cut else ""


def _as_given(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Returns a request with the login it has: without a hook, an entry of the user's .netrc would replace it."""
    return request


def _reason(error: Exception, watch: _Watch) -> str:
    if watch.may_be_sent:
        return "there was no answer"
    if isinstance(error, requests.exceptions.SSLError):
        return "no connection (the TLS certificate is not accepted)"
    if isinstance(error, requests.exceptions.ProxyError):
        return "no connection (the proxy refuses it)"
    if isinstance(error, requests.ConnectTimeout):
        return "no connection (time-out)"
    return f"no connection ({'name not found' if 'NameResolutionError' in repr(error) else 'refused'})"
