"""The url of a tenant: what is one, under a path too, and how else the tenant is reached."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import SplitResult, quote, urlsplit

from tenant_email.inputs.hosts import ascii_host, is_address, is_loopback, normal_ipv6
from tenant_email.tenants.authorities import Authorities, of_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.timing import Timing

_DEFAULT_PORTS: Final = {"https": 443, "http": 80}
_PATH: Final = re.compile(r"(?:/(?:[A-Za-z0-9._~!$&'()*+,;=:@-]|%[0-9A-Fa-f]{2})+)*")  # RFC 3986
_NO_SLASHES: Final = re.compile(r"https?:(?!//)", re.IGNORECASE)  # `https:/acme.example` is no host named `https`
_STEP: Final = re.compile(r"/(?:\.|%2e){1,2}(?:/|$)", re.IGNORECASE)  # to another path, however it is written
_ANSWER: Final = 30.0  # seconds; what `timeout` is in place of


class ClearText(ValueError):
    """The url is of plain http, and the host is not this machine."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How a tenant is reached, in addition to its url.

    token_url: where the login goes; empty for the url itself. authorities: whom its certificates must be signed by.
    timeout: seconds for one answer; None for the usual time. settings: how a message names a setting, as `tokenUrl`.
    hear: is told what each login was granted, None where that is not said.
    """

    token_url: str = ""
    authorities: Authorities = field(default_factory=of_environment)
    timeout: float | None = None
    settings: Callable[[str], str] = field(default=lambda name: f"{name} of the tenant", repr=False, compare=False)
    hear: Callable[[frozenset[str] | None], None] = field(default=lambda _: None, repr=False, compare=False)

    def token_endpoint(self, url: str, path: str) -> str:
        """Returns where a login with this path goes.

        A token url may be the whole address, which ends in the path's last word, or what the path is appended to.
        """
        if not self.token_url:
            return url + path
        words, given = path.removeprefix("/").split("/"), urlsplit(self.token_url).path
        # Users paste the whole token endpoint from a console as often as the base of it: both mean the same.
        if given.rpartition("/")[2] == words[-1]:
            return self.token_url
        beginnings = (words[:length] for length in range(len(words), 0, -1))  # the longest first
        common = next((part for part in beginnings if given.endswith("/" + "/".join(part))), list[str]())
        return "/".join([self.token_url, *words[len(common) :]])

    def bound(self, timing: Timing) -> Timing:
        """Returns how long a client waits: in proportion to what the tenant's setting allows for an answer."""
        if self.timeout is None:
            return timing
        # All of them by one factor: the repeats of a slow tenant need more time in all, too.
        factor = self.timeout / _ANSWER
        usual = type(timing)()
        return replace(
            timing,
            connect=usual.connect * factor,
            read=usual.read * factor,
            answer=usual.answer * factor,
            total=usual.total * factor,
        )


class TenantUrl(str):
    """A tenant's url, which takes along how the tenant is reached.

    A platform gives its client the url; what else an entry says of the way comes with it, so that no platform has to
    hand it on.
    """

    __slots__ = ("reach",)

    reach: Reach

    def __new__(cls, url: str, reach: Reach) -> Self:
        """Returns the url."""
        made = super().__new__(cls, url)
        made.reach = reach
        return made


def reach_of(url: str) -> Reach:
    """Returns how the tenant of a url is reached."""
    return url.reach if isinstance(url, TenantUrl) else Reach()


@lru_cache(maxsize=64)  # a host resolves the tenant of each of its resources, several times
def normal_url(text: str, *, allow_http: bool = False) -> tuple[str, str]:
    """Returns (url without a trailing slash, host with path and a port that is not the default).

    A bare domain, as AUTH0_DOMAIN has it, means https. White space around it is left out, a name outside ASCII is
    written as DNS has it, an IPv6 address as RFC 5952 has it.

    Raises:
        ClearText: it is http, although the management secret travels over it: that is for loopback, or `allow_http`.
        ValueError: it is no url; the message says what is wrong with it.
    """
    text = text.strip()
    parts = _split(text if "://" in text else f"https://{text}")
    host, path = (parts.hostname or "").rstrip("."), parts.path.rstrip("/")
    if parts.scheme not in _DEFAULT_PORTS or not host or _NO_SLASHES.match(text):
        msg = "is not an https url"
        raise ValueError(msg)
    beside = parts.username or parts.password or parts.query or parts.fragment
    if beside or not text.isprintable() or _STEP.search(path) or not _PATH.fullmatch(path):
        msg = "must be a scheme, a host and optionally a path, without user or query"
        raise ValueError(msg)
    port, host = _port(parts), normal_ipv6(ascii_host(host))
    if parts.scheme == "http" and not (allow_http or is_loopback(host)):
        msg = "must begin with https://, because credentials travel over it"
        raise ClearText(msg)
    if not host or ("[" in parts.netloc) != (":" in host):
        msg = "is not an https url of a host"
        raise ValueError(msg)
    shown = f"[{host}]" if ":" in host else host
    if port not in {None, _DEFAULT_PORTS[parts.scheme]}:
        shown = f"{shown}:{port}"
    return f"{parts.scheme}://{shown}{path}", f"{shown}{path}"


# The words of urllib's own errors quote the text: in `https://user:pass/word@host` it takes `pass` for a port.


def _split(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
    except ValueError:
        msg = "is not an https url of a host"
        raise ValueError(msg) from None
    if is_address(parts.netloc) and ":" in parts.netloc:
        msg = "has an IPv6 address without brackets, as in https://[2001:db8::1]:8443"
        raise ValueError(msg)
    return parts


def _port(parts: SplitResult) -> int | None:
    try:
        port = parts.port
    except ValueError:
        port = 0
    if port == 0:
        msg = "has a port that is not a number from 1 to 65535"
        raise ValueError(msg)
    return port


def id_part(host: str) -> str:
    """Returns a host as it stands in an id, whose parts have slashes between them: a path's own are encoded."""
    return quote(host, safe=":[]") if "/" in host else host
