"""Finds the authoritative servers of a name and asks each of them.

A recursive resolver would do for a mail system, not for a diagnosis: it hides which server lacks a record, and it
remembers for minutes that a record was not there.
"""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.flags
import dns.message
import dns.query
import dns.resolver

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_VARIABLE: Final = "TENANT_EMAIL_DNS"
_DNS: Final = 53
_LABELS_OF_A_TLD: Final = 2  # the root is the second
_TRIES: Final = 2  # UDP loses packets


@dataclass(frozen=True, slots=True)
class Server:
    """One authoritative server."""

    name: str
    address: str
    port: int = _DNS

    def __str__(self) -> str:
        return f"{self.name} ({self.address})" if self.port == _DNS else f"{self.name} ({self.address}:{self.port})"


@dataclass(frozen=True, slots=True)
class DnsSettings:
    """Where questions go; by default to the machine's resolver and on from there, to port 53.

    `resolver` is the address of the recursive resolver, `port` that of every server; `only` sends all questions to one
    server. Times are seconds: `timeout` for one question, `lifetime` for one walk of the resolver.
    """

    resolver: str | None = None
    port: int = _DNS
    only: Server | None = None
    timeout: float = 2.0
    lifetime: float = 5.0

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
        if not _is_loopback(address) or not port.isdecimal():
            raise ValueError(f"{_VARIABLE}={text} is not a loopback address with a port such as 127.0.0.1:5353")
        return cls(resolver=address, port=int(port), only=Server(_VARIABLE, address, int(port)))


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


class Authorities:
    """Finds servers and asks them; for one check, as it remembers what the resolver said."""

    def __init__(self, settings: DnsSettings) -> None:
        self._settings = settings
        self._cache = dns.resolver.LRUCache()

    def servers(self, name: str) -> tuple[Server, ...]:
        """Returns the servers that hold a name, found by zone cut, name servers and their addresses.

        There are none when the closest zone is a top-level domain: then nobody serves the domain itself.

        Raises:
            dns.exception.DNSException: the delegation cannot be followed.
        """
        if self._settings.only:
            return (self._settings.only,)
        resolver = self._resolver()
        zone = dns.resolver.zone_for_name(name, resolver=resolver)
        if len(zone.labels) <= _LABELS_OF_A_TLD:
            return ()
        hosts = sorted(str(host.target) for host in resolver.resolve(zone, "NS"))
        return tuple(server for host in hosts for server in self._addresses(resolver, host))

    def ask(self, server: Server, name: str, kind: str) -> dns.message.Message:
        """Asks one server without recursion, over TCP when the answer is long.

        Raises:
            dns.exception.Timeout: no answer, after a second try.
            OSError: no way to the server.
        """
        query = dns.message.make_query(name, kind, use_edns=True)
        query.flags &= ~dns.flags.RD
        for attempt in range(1, _TRIES + 1):
            try:
                answer, _ = dns.query.udp_with_fallback(
                    query, server.address, timeout=self._settings.timeout, port=server.port, ignore_unexpected=True
                )
            except dns.exception.Timeout:
                if attempt == _TRIES:
                    raise
            else:
                return answer
        raise AssertionError  # the loop returns or raises

    def follow(self, name: str, kind: str) -> tuple[str, ...]:
        """Returns what a name means to a mail system, aliases followed; nothing when it means nothing."""
        try:
            answer = self._resolver().resolve(name, kind, raise_on_no_answer=False)
        except dns.exception.DNSException:
            return ()
        return texts(answer.rrset or ())

    def _addresses(self, resolver: dns.resolver.Resolver, host: str) -> tuple[Server, ...]:
        """Returns a server's IPv4 addresses, or its IPv6 addresses when it has no other: many machines have no IPv6."""
        for kind in ("A", "AAAA"):
            try:
                answer = resolver.resolve(host, kind, raise_on_no_answer=False)
            except (dns.resolver.NXDOMAIN, dns.resolver.NoNameservers):
                return ()  # one dead name among the servers is no reason not to ask the others
            if found := texts(answer.rrset or ()):
                return tuple(Server(host.rstrip("."), address, self._settings.port) for address in found)
        return ()

    def _resolver(self) -> dns.resolver.Resolver:
        resolver = dns.resolver.Resolver(configure=self._settings.resolver is None)
        if self._settings.resolver:
            resolver.nameservers, resolver.port = [self._settings.resolver], self._settings.port
        resolver.lifetime, resolver.cache = self._settings.lifetime, self._cache
        return resolver


def texts(values: Iterable[object]) -> tuple[str, ...]:
    """Returns record values as they are compared: TXT chunks joined, host names without their final dot."""
    return tuple(_text(value) for value in values)


def _text(value: object) -> str:
    if chunks := getattr(value, "strings", None):
        return b"".join(chunks).decode(errors="replace")
    return str(value).removesuffix(".")
