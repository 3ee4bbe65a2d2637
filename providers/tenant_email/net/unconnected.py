"""Why there is no connection to a server, and what to do: TLS, a proxy, its name or its address."""

from __future__ import annotations

import re
import ssl
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

import requests

from tenant_email.errors import redact_external

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.tenants.authorities import Authorities
    from tenant_email.tenants.proxies import Proxy

_TUNNEL: Final = re.compile(r"Tunnel connection failed: (\d{3})")
_IN_CLEAR: Final = ("WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG")
_DEEPEST: Final = 12


def explain(error: Exception, url: str, authorities: Authorities, proxy: Proxy) -> tuple[str, str]:
    """Returns (why, what to do, empty where nothing is known of it) for a connection to a url that failed."""
    # requests wraps urllib3, which wraps ssl and socket, each in its own way: the reason is somewhere in there.
    chain = list(_chain(error))
    host = urlsplit(url).hostname or ""
    for each in chain:
        if isinstance(each, ssl.SSLCertVerificationError):
            what = redact_external(each.verify_message)
            return f"the TLS certificate is not accepted: {what}", authorities.explain(each.verify_code, host)
    if proxy and isinstance(error, (requests.exceptions.ProxyError, requests.exceptions.InvalidProxyURL)):
        return _of_proxy(" ".join(map(str, chain)), proxy, host)
    if proxy and isinstance(error, requests.exceptions.InvalidSchema):
        return f"the proxy {proxy.host} speaks SOCKS", "Run: pip install pysocks; or set HTTPS_PROXY to an HTTP proxy."
    for each in chain:
        if isinstance(each, ssl.SSLError):
            return _of_tls(each, url)
    through = f" through the proxy {proxy.host}" if proxy else ""
    if isinstance(error, requests.ConnectTimeout):
        return f"timeout{through}", ""
    return f"{'name not found' if 'NameResolutionError' in repr(error) else 'refused'}{through}", ""


def _of_proxy(text: str, proxy: Proxy, host: str) -> tuple[str, str]:
    found = _TUNNEL.search(text)
    if found:
        return f"the proxy {proxy.host} refuses the connection with {found[1]}", proxy.explain(found[1], host)
    return f"the proxy {proxy.host} cannot be reached", proxy.explain("", host)


def _of_tls(error: ssl.SSLError, url: str) -> tuple[str, str]:
    reason = (error.reason or "the handshake ended").replace("_", " ").lower()
    if any(part in (error.reason or "") for part in _IN_CLEAR):
        return f"TLS fails: {reason}", "The server speaks no TLS there: correct the port of the url, or its scheme."
    return f"TLS fails: {reason}", f"{url} needs TLS 1.2 or newer, with what this machine's OpenSSL accepts."


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    """Yields an error and what it was made of: libraries keep that as an argument, a reason, a cause or a context."""
    waiting: list[BaseException | None] = [error]
    seen: list[BaseException] = []
    while waiting and len(seen) < _DEEPEST:
        each = waiting.pop(0)
        if each is None or any(each is other for other in seen):
            continue
        seen.append(each)
        yield each
        waiting += [part for part in (*each.args, getattr(each, "reason", None)) if isinstance(part, BaseException)]
        waiting += [each.__cause__, each.__context__]
