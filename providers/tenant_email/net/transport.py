"""One request, and its answer within bounds: in time, in size, and to the host it was meant for.

A watch (response_deadline.py) cuts the connection when the time for the whole answer is over, whatever it is in: the
handshake with a proxy, the status line, the headers or the body. What an answer unpacks to is counted, and no more of
it is unpacked than is taken.
"""

from __future__ import annotations

import http.client
import ssl
import zlib
from base64 import b64encode
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

import requests
import urllib3
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.util.ssl_ import create_urllib3_context

from tenant_email.inputs.hosts import is_localhost_name
from tenant_email.net.response_deadline import Watch, Watched
from tenant_email.net.unconnected import explain
from tenant_email.tenants.authorities import of_environment
from tenant_email.tenants.proxies import PROXY_URL, proxy_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.tenants.authorities import Authorities
    from tenant_email.timing import Timing

LARGEST: Final = 8 * 2**20  # bytes of an answer, unpacked; a list of connectors with their logos has 300,000
SHORTEST: Final = 0.1  # seconds; a call begins its last try before its time is over
_NO_CONTENT: Final = 204  # it has no body, so that HTTP's library reads none, whatever comes (RFC 9110 section 15.3.5)
_AFTER_THE_WATCH: Final = 1.0  # seconds
PIECE: Final = 2**16  # bytes
_GZIP_OR_ZLIB: Final = zlib.MAX_WBITS | 32
_BROKEN: Final = (requests.RequestException, urllib3.exceptions.HTTPError, http.client.HTTPException, OSError)
_NEVER_SENT: Final = (requests.exceptions.InvalidSchema, requests.exceptions.InvalidProxyURL)  # no use of a proxy
_UNPACKED: Final = ("gzip", "x-gzip", "deflate")


class NoAnswer(Exception):
    """Why there is no answer.

    sent: the request, or a part of it, may have reached the server. remedy: what to do, where that is known here.
    """

    def __init__(self, why: str, *, sent: bool, remedy: str = "") -> None:
        super().__init__(why)
        self.sent, self.remedy = sent, remedy


class TooSlow(NoAnswer):
    """The time for the whole answer was over before its headers were there."""


@dataclass(frozen=True, slots=True)
class HttpReply:
    """What a server answered; `flaw` says why `content` is not all of it, empty when it is."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)
    flaw: str = ""

    @property
    def content_type(self) -> str:
        """Returns the media type in small letters, without parameters; empty when none is given."""
        return self.headers.get("Content-Type", "").partition(";")[0].strip().lower()


class HttpTransport:
    """The requests to one server; safe to share between threads.

    It follows no redirect (a secret goes to the host it was given for and to no other), keeps no cookie, and takes no
    login from the user's .netrc. `authorities` signed the server's certificate; without, those of the environment.
    """

    def __init__(
        self, base: str, headers: Mapping[str, str], timing: Timing, authorities: Authorities | None = None
    ) -> None:
        self._base, self._timing = base, timing
        self._authorities = of_environment() if authorities is None else authorities
        self._session = requests.Session()
        self._session.headers.update({**headers, "Accept": "application/json", "Accept-Encoding": "gzip, deflate"})
        trusted = self._authorities
        self._adapter = _Adapter(_tls(trusted, trusted.stamps()) if base.startswith("https:") else None)

    def exchange(
        self,
        method: str,
        path: str,
        body: bytes | Mapping[str, str] | None,
        params: Mapping[str, str] | None,
        headers: Mapping[str, str],
        *,
        seconds: float,
    ) -> HttpReply:
        """Sends one request, `body` as bytes or as a form; raises NoAnswer when not even a status came back.

        `seconds` are left for the whole call.
        """
        request = requests.Request(
            method, self._base + path, data=body, params=params, headers=dict(headers), auth=_keep_login
        )
        prepared = self._session.prepare_request(request)
        proxy = proxy_of(self._base)
        if proxy.flaw:
            raise NoAnswer(f"no connection ({proxy.variable} {proxy.flaw})", sent=False, remedy=PROXY_URL)
        way: Any = {"stream": True, "proxies": {urlsplit(self._base).scheme: proxy.url} if proxy else {}}
        # Two bounds: of one answer, so that a slow tenant is repeated, and of the whole call, so that it ends.
        whole = max(min(self._timing.answer, seconds), SHORTEST)
        # of two that end together the watch must win, which knows how long it was
        timeout = (self._timing.connect, min(self._timing.read, whole + _AFTER_THE_WATCH))
        with Watch(whole) as watch:
            try:
                response = self._adapter.send(prepared, timeout=timeout, **way)
            except _BROKEN as error:
                if watch.timeout_message:
                    raise TooSlow(watch.timeout_message, sent=watch.may_be_sent) from None
                if watch.may_be_sent and not isinstance(error, _NEVER_SENT):
                    raise NoAnswer("there was no answer", sent=True) from None
                why, remedy = explain(error, self._base, self._authorities, proxy)
                raise NoAnswer(f"no connection ({why})", sent=False, remedy=remedy) from None
            try:
                content, flaw = _content(response.raw)
                flaw = watch.finish() or flaw
            finally:
                response.close()
        return HttpReply(response.status_code, response.headers, content, flaw)


class _Plain(Watched):
    """A connection that goes to this machine for each name below `localhost`, whatever a resolver says of it."""

    def connect(self) -> None:
        """Connects."""
        if is_localhost_name(self.host):
            self._dns_host = "localhost"
        super().connect()


class _WatchedTls(_Plain, HTTPSConnection):
    """The same, over TLS."""


class _Pool(HTTPConnectionPool):
    ConnectionCls = cast("Any", _Plain)


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = cast("Any", _WatchedTls)


@lru_cache(maxsize=16)  # one for all tenants: to read the public list takes longer than most calls
def _tls(authorities: Authorities, _stamps: tuple[tuple[int, int], ...]) -> ssl.SSLContext:
    """Returns TLS with who proves to be the server, by these authorities."""
    context = create_urllib3_context(cert_reqs=ssl.CERT_REQUIRED)
    authorities.load_into(context)
    return context


class _Adapter(HTTPAdapter):
    """A maker of watched connections, straight and through a proxy; both with the same TLS."""

    def __init__(self, tls: ssl.SSLContext | None) -> None:
        self._tls = tls
        super().__init__(pool_maxsize=8)

    def cert_verify(self, conn: Any, url: str, verify: Any, cert: Any) -> None:
        """Leaves the authorities to the context: requests would add the public ones to it."""
        conn.cert_reqs = ssl.CERT_REQUIRED

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Makes the pools of straight connections."""
        super().init_poolmanager(*args, **kwargs, ssl_context=self._tls)
        self.poolmanager.pool_classes_by_scheme = {"http": _Pool, "https": _TlsPool}

    def proxy_headers(self, proxy: str) -> dict[str, str]:
        """Returns the login of a proxy, in UTF-8 as curl sends it; requests knows Latin-1 only."""
        user, password = requests.utils.get_auth_from_url(proxy)
        login = b64encode(f"{user}:{password}".encode()).decode()
        return {"Proxy-Authorization": f"Basic {login}"} if user else {}

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        """Makes the pools of a proxy."""
        manager = super().proxy_manager_for(proxy, **kwargs, ssl_context=self._tls, proxy_ssl_context=self._tls)
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
        while piece := raw.read(PIECE, decode_content=False):
            content += unpack.decompress(piece, LARGEST + 1 - len(content)) if unpack else piece
            if len(content) > LARGEST:
                return b"", f"an answer larger than {LARGEST // 2**20} MiB"
    except (*_BROKEN, ValueError, zlib.error):
        return bytes(content), "only part of an answer"
    cut = unpack is not None and bool(content) and not unpack.eof
    return bytes(content), "only part of an answer" if cut else ""


def _keep_login(request: requests.PreparedRequest) -> requests.PreparedRequest:
    """Returns a request with the login it has: without a hook, an entry of the user's .netrc would replace it."""
    return request
