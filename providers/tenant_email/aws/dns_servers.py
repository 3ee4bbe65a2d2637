"""Name servers, where questions go, and one question to one server.

A recursive resolver would do for a mail system, not for a diagnosis: it hides which server lacks a record, and it
remembers for minutes that a record was not there.
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.rcode

from tenant_email.inputs.hosts import is_address, is_loopback
from tenant_email.waiting import Deadline

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_VARIABLE: Final = "TENANT_EMAIL_DNS"
_DNS: Final = 53
_UDP_PAYLOAD: Final = 1232  # what passes everywhere without fragments (DNS flag day 2020)
# A server from before EDNS answers so to it (RFC 6891 section 7), and resolvers ask it again without.
_BEFORE_EDNS: Final = frozenset({dns.rcode.FORMERR, dns.rcode.NOTIMP})
_NO_WAY: Final = frozenset(
    {errno.ENETUNREACH, errno.EHOSTUNREACH, errno.EADDRNOTAVAIL, errno.EAFNOSUPPORT, errno.EPERM, errno.EACCES}
)


class Silence(StrEnum):
    """Why a server gave no answer; the values are those of `dns_check.Status`."""

    SERVFAIL = "servfail"
    TIMEOUT = "timeout"
    LAME = "lame"
    NAMELESS = "nameless"
    TRUNCATED = "truncated"
    UNREACHABLE = "unreachable"
    NO_EDNS = "no_edns"


class NoAnswerError(Exception):
    """A server gave no answer that can be used."""

    def __init__(self, cause: Silence) -> None:
        super().__init__(cause.value)
        self.cause = cause


@dataclass(frozen=True, slots=True)
class NameServer:
    """One authoritative server; `address` is empty when its name leads to none."""

    name: str
    address: str
    port: int = _DNS

    def __str__(self) -> str:
        if not self.address:
            return self.name
        return f"{self.name} ({self.address})" if self.port == _DNS else f"{self.name} ({self.address}:{self.port})"


@dataclass(frozen=True, slots=True)
class DnsSettings:
    """Where questions go; by default to the machine's resolver and on from there, to port 53.

    `resolver` is the address of the recursive resolver, `port` that of every server and `resolver_port` that of the
    resolver where it is another; `only` sends all questions to one server. Times are seconds: `timeout` for one
    question, `lifetime` for one question to the resolver, `budget` for a whole check whatever the servers do.
    """

    resolver: str | None = None
    port: int = _DNS
    only: NameServer | None = None
    timeout: float = 2.0
    lifetime: float = 5.0
    budget: float = 20.0
    resolver_port: int | None = None

    @classmethod
    def from_environ(cls, environ: Mapping[str, str]) -> DnsSettings:
        """Reads TENANT_EMAIL_DNS, such as 127.0.0.1:5353.

        Raises:
            ValueError: it is not an address and port of this machine; other servers are never asked by order of a
                variable, because what they say decides whether a tenant is switched.
        """
        if not (text := environ.get(_VARIABLE, "").strip()):
            return cls()
        address, _, port = text.rpartition(":")
        address = address.strip("[]")
        if not (is_address(address) and is_loopback(address) and port.isdecimal()):
            raise ValueError(f"{_VARIABLE}={text} is not a loopback address with a port, such as 127.0.0.1:5353")
        return cls(resolver=address, port=int(port), only=NameServer(_VARIABLE, address, int(port)))


class Clock:
    """What is left of the time for a whole check."""

    def __init__(self, budget: float) -> None:
        self._deadline = Deadline(budget)

    def at_most(self, seconds: float) -> float:
        """Returns a timeout that ends no later than the check.

        Raises:
            dns.exception.Timeout: nothing is left.
        """
        if self._deadline.is_over:
            raise dns.exception.Timeout
        return min(seconds, self._deadline.left)


def ask(
    server: NameServer, name: str, kind: str, settings: DnsSettings, clock: Clock, *, signed: bool
) -> dns.message.Message:
    """Asks one server as resolvers do: with EDNS, without it if the server says so, over TCP when the answer is short.

    `signed` asks for the DNSSEC signatures too.

    Raises:
        NoAnswerError: there is no answer, with the reason.
    """
    if not server.address:
        raise NoAnswerError(Silence.NAMELESS)
    question = _Question(server, name, kind, settings, clock, signed)
    try:
        reply = question.send(edns=True)
    except NoAnswerError as error:
        if error.cause is not Silence.TIMEOUT:
            raise
        # a packet may have been lost; or the server, or what stands before it, drops EDNS as no resolver forgives
        question.send(edns=False)
        try:
            return question.send(edns=True)
        except NoAnswerError:
            raise NoAnswerError(Silence.NO_EDNS) from None
    if reply.rcode() == dns.rcode.BADVERS:
        raise NoAnswerError(Silence.NO_EDNS)
    return question.send(edns=False) if reply.rcode() in _BEFORE_EDNS else reply


@dataclass(frozen=True, slots=True)
class _Question:
    """One question to one server."""

    server: NameServer
    name: str
    kind: str
    settings: DnsSettings
    clock: Clock
    signed: bool

    def send(self, *, edns: bool) -> dns.message.Message:
        """Returns the answer, with the real reason where there is none."""
        query = dns.message.make_query(
            self.name,
            self.kind,
            use_edns=edns,
            want_dnssec=edns and self.signed,
            payload=_UDP_PAYLOAD if edns else None,
        )
        query.flags &= ~dns.flags.RD
        try:
            return _exchange(query, self.server, self.clock.at_most(self.settings.timeout), self.clock)
        except dns.exception.Timeout:
            raise NoAnswerError(Silence.TIMEOUT) from None
        except dns.exception.DNSException:
            raise NoAnswerError(Silence.SERVFAIL) from None
        except OSError as error:
            raise NoAnswerError(Silence.UNREACHABLE if error.errno in _NO_WAY else Silence.TIMEOUT) from None


def _exchange(query: dns.message.Message, server: NameServer, timeout: float, clock: Clock) -> dns.message.Message:
    reply = dns.query.udp(query, server.address, timeout=timeout, port=server.port, ignore_unexpected=True)
    if not reply.flags & dns.flags.TC:
        return reply
    try:
        return dns.query.tcp(query, server.address, timeout=clock.at_most(timeout), port=server.port)
    except (dns.exception.DNSException, OSError, EOFError):
        raise NoAnswerError(Silence.TRUNCATED) from None


def texts(values: Iterable[object]) -> tuple[str, ...]:
    """Returns record values as they are compared: TXT chunks joined, host names without their final dot."""
    return tuple(_text(value) for value in values)


def _text(value: object) -> str:
    if chunks := getattr(value, "strings", None):
        return b"".join(chunks).decode(errors="replace")
    return str(value).removesuffix(".")
