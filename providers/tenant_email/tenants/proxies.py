"""The proxy that the environment names for a url (HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY), without its login.

This machine itself is reached straight, whatever the variables say: no proxy has the same localhost.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, unquote, urlsplit

from tenant_email.inputs.hosts import ascii_host, is_loopback
from tenant_email.redaction.secrets import register

PROXY_URL: Final = (
    "Write it as http://user:password@proxy.example:3128; in the password / is %2F, # is %23, ? is %3F and @ is %40."
)
_NOT_AUTHENTICATED: Final = "407"
_SCHEMES: Final = ("http", "https", "socks4", "socks4a", "socks5", "socks5h")


@dataclass(frozen=True, slots=True)
class Proxy:
    """One proxy; `url` may hold a login, `host` is what may be shown of it, `variable` what names it.

    flaw: why it is no proxy, with nothing of it shown; empty when it is one.
    """

    url: str = field(repr=False)
    host: str
    variable: str = "HTTPS_PROXY"
    flaw: str = ""

    def __bool__(self) -> bool:
        return bool(self.url)

    def explain(self, status: str, server: str) -> str:
        """Returns what to do when it does not connect to a server; `status` is its answer, empty without one."""
        if status == _NOT_AUTHENTICATED:
            wanted = f"Set the credentials that {self.host} requires in {self.variable}"
            return f"{wanted}: http://user:password@{self.host}."
        straight = f"or add {server} to NO_PROXY, if it can be reached without the proxy."
        if status:
            return f"Have {self.host} allow {server}, {straight}"
        return f"Correct {self.variable}, which names {self.host}, {straight}"


NONE: Final = Proxy("", "")


def variables(scheme: str) -> tuple[str, ...]:
    """Returns the variables that may name the proxy of a scheme's urls, the first that is set counts."""
    return f"{scheme}_proxy", f"{scheme.upper()}_PROXY", "all_proxy", "ALL_PROXY"


def proxy_of(url: str) -> Proxy:
    """Returns the proxy for a url; its password is masked from now on."""
    from requests.utils import get_environ_proxies, select_proxy  # noqa: PLC0415 - a preview asks only of a wrong one

    parts = urlsplit(url)
    if is_loopback(parts.hostname or ""):
        return NONE
    found = (select_proxy(url, get_environ_proxies(url)) or "").strip()
    if not found:
        return NONE
    named = (name for name in variables(parts.scheme) if os.environ.get(name, "").strip() == found)
    variable = next(named, NONE.variable)
    if flaw := flaw_of(found):
        return Proxy(found, "", variable, flaw)
    proxy = _split(found)
    if proxy.password:
        register(proxy.password)
        register(unquote(proxy.password))
    return Proxy(found, proxy.netloc.rpartition("@")[2], variable)


def flaw_of(text: str) -> str:
    """Returns why a text is no proxy, without a word of it: what stands in the wrong place may be a password."""
    try:
        parts = _split(text.strip())
        host, port = ascii_host(parts.hostname or ""), parts.port
    except ValueError:
        return "is not the url of a proxy"
    beside = parts.path.strip("/") or parts.query or parts.fragment
    return "" if host and port != 0 and parts.scheme in _SCHEMES and not beside else "is not the url of a proxy"


def _split(text: str) -> SplitResult:
    return urlsplit(text if "://" in text else f"http://{text}")
