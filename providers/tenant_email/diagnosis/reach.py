"""Whether a tenant can be reached, whether it is the tenant that answers there, and whose clock is wrong."""

from __future__ import annotations

import socket
import ssl
import time
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from tenant_email.inputs.hosts import is_loopback
from tenant_email.net import clocks
from tenant_email.net.answers import Unusable, document_of
from tenant_email.platforms.survey import fine, problem, unknown, warning
from tenant_email.tenants.proxies import proxy_of
from tenant_email.tenants.tenant_url import reach_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tenant_email.findings import Finding
    from tenant_email.json_types import Json
    from tenant_email.net.transport import HttpReply
    from tenant_email.platforms.survey import Survey

_DAY: Final = 86_400.0
_SOON: Final = 14  # days
_PATIENCE: Final = 10.0  # seconds
_ERRORS: Final = 400
_OK: Final = 200


class Visit:
    """One visit to a tenant, without a credential.

    may_log_in: whether what answers there may be sent a secret; False until it answered, and for a page that stands in
    for the tenant.
    """

    def __init__(self, survey: Survey, title: str, clock: Callable[[], float] = time.time) -> None:
        self._survey, self._title, self._clock = survey, title, clock
        self._url = str(survey.connection.url)
        self._reply: HttpReply | None = None
        self._skew: float | None = None
        self.may_log_in = False

    def name(self) -> Iterable[Finding]:
        """Looks the host up, unless a proxy does."""
        host = urlsplit(self._url).hostname or ""
        if proxy := proxy_of(self._url):
            yield fine("dns", f"{host} is reached through the proxy {proxy.host}")
        elif not is_loopback(host):
            try:
                found = sorted({str(each[4][0]) for each in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)})
            except OSError as error:
                what = f"{host} has no address in DNS ({error.strerror or 'no answer'})"
                yield problem("dns", what, "Correct the url, or see that this machine can ask DNS.")
                return
            yield fine("dns", f"{host} is {', '.join(found[:4])}")

    def answer(self) -> Iterable[Finding]:
        """Asks for what anybody may see there."""
        began = self._clock()
        reply = self._reply = self._survey.client.visit(self._survey.greeting)
        self._skew = clocks.seconds_ahead(reply.headers, (began + self._clock()) / 2)
        self.may_log_in = True
        document, odd = _document(reply)
        if reply.status == _OK and not odd and self._survey.is_greeting(document):
            yield fine("answer", f"{self._url} answers as {self._title}")
            yield from self._survey.version(document)
            return
        what = f"{self._url}{self._survey.greeting} is not answered as {self._title} does: {odd or 'another document'}"
        if reply.status < _ERRORS:
            self.may_log_in = False
            remedy = "Correct the url, or have the proxy let this host through; no secret was sent there."
            yield problem("answer", f"{what} ({reply.status})", remedy)
        else:
            yield warning("answer", f"{what} ({reply.status})", "If the login works too, nothing is to be done.")

    def certificate(self) -> Iterable[Finding]:
        """Says until when the certificate is good; whether it is accepted the answer has shown."""
        parts = urlsplit(self._url)
        host, port = parts.hostname or "", parts.port or 443
        if parts.scheme != "https" or self._reply is None or proxy_of(self._url):
            return
        context = ssl.create_default_context()
        reach_of(self._survey.connection.url).authorities.load_into(context)
        try:
            with (
                socket.create_connection((host, port), timeout=_PATIENCE) as plain,
                context.wrap_socket(plain, server_hostname=host) as secured,
            ):
                until, version = str((secured.getpeercert() or {}).get("notAfter", "")), secured.version()
        except OSError:
            yield unknown("tls", "the certificate could not be looked at once more")
            return
        days = int((ssl.cert_time_to_seconds(until) - self._clock()) / _DAY) if until else 0
        if days < _SOON:
            yield warning("tls", f"the certificate of {host} ends in {days} days ({until})", "Have it renewed.")
        else:
            yield fine("tls", f"{version}, and the certificate of {host} is good for {days} days")

    def clock(self) -> Iterable[Finding]:
        """Holds this machine's clock against the tenant's."""
        if self._skew is None:
            yield unknown("clock", "the tenant's answers have no date to hold this machine's clock against")
            return
        bounds, skew = self._survey.clock, self._skew
        off = clocks.difference(skew)
        remedy = "Set the clock by NTP (timedatectl set-ntp true, or the virtual machine's host)."
        if skew > bounds.ahead or -skew > bounds.behind:
            yield problem("clock", f"{off}, and {bounds.why}", remedy)
        elif abs(skew) > clocks.AGREE:
            yield warning("clock", off, remedy)
        else:
            yield fine("clock", f"this machine's clock and the tenant's agree within {max(1.0, abs(skew)):.0f} s")


def _document(reply: HttpReply) -> tuple[Json, str]:
    """Returns the document of an answer, or why there is none."""
    try:
        return document_of(reply), ""
    except Unusable as odd:
        return None, str(odd)
