"""The proxy that the environment names for a url (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY), without its login.

This machine itself is reached straight, whatever the variables say: no proxy has the same localhost.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final
from urllib.parse import unquote, urlsplit

from requests.utils import get_environ_proxies, select_proxy

from tenant_email.inputs.hosts import is_loopback
from tenant_email.redaction.secrets import register

_NOT_AUTHENTICATED: Final = "407"


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy; `url` may hold a login, `host` is what may be shown of it."""

    url: str = field(repr=False)
    host: str

    def __bool__(self) -> bool:
        return bool(self.url)

    def explain(self, status: str, server: str) -> str:
        """Returns what to do when it does not connect to a server; `status` is its answer, empty without one."""
        if status == _NOT_AUTHENTICATED:
            return f"Set the credentials that {self.host} requires in HTTPS_PROXY: http://user:password@{self.host}."
        straight = f"or add {server} to NO_PROXY, if it can be reached without the proxy."
        if status:
            return f"Have {self.host} allow {server}, {straight}"
        return f"Correct HTTPS_PROXY, which names {self.host}, {straight}"


NONE: Final = Proxy("", "")


def proxy_of(url: str) -> Proxy:
    """Returns the proxy for a url; its password is masked from now on."""
    if is_loopback(urlsplit(url).hostname or ""):
        return NONE
    found = select_proxy(url, get_environ_proxies(url))
    if not found:
        return NONE
    parts = urlsplit(found if "://" in found else f"http://{found}")
    if parts.password:
        register(parts.password)
        register(unquote(parts.password))
    host = parts.netloc.rpartition("@")[2]
    return Proxy(found, host)
