"""Asks the machine's resolver: for the closest zone above a name, the addresses of its servers, and last resorts."""

from __future__ import annotations

import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Final, TypeVar

import dns.exception
import dns.flags
import dns.name
import dns.rdata
import dns.resolver

from tenant_email.aws.dns_servers import NameServer, texts

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tenant_email.aws.dns_servers import Clock, DnsSettings

Records = tuple[dns.name.Name, list[dns.rdata.Rdata]]
"""The name that an alias led to, and the records there."""

T = TypeVar("T")
R = TypeVar("R")

TOP: Final = 2
"""How many labels a top-level domain has, the root among them."""

_WORKERS: Final = 16
_DISCARD: Final = 9  # any port


@dataclass(frozen=True, slots=True)
class Cut:
    """A zone and its servers, with the addresses that a referral gives."""

    zone: dns.name.Name
    hosts: tuple[str, ...]
    glue: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])


class Resolver:
    """The machine's resolver, for one check: it remembers what it heard."""

    def __init__(self, settings: DnsSettings, clock: Clock) -> None:
        self._settings, self._clock = settings, clock
        self._cuts: dict[dns.name.Name, Cut | dns.exception.DNSException | None] = {}
        self._lock = Lock()
        # dnspython's own cache takes NXDOMAIN for all of a name, even where only the target of an alias is absent
        self._answers: dict[tuple[dns.name.Name, str, bool], Records] = {}

    def resolve(self, name: str, kind: str) -> tuple[str, ...]:
        """Returns what the machine's resolver says, aliases followed; nothing where there is nothing.

        Raises:
            dns.exception.DNSException: it gives no answer.
        """
        return texts(self.records(dns.name.from_text(name), kind)[1])

    def closest(self, name: dns.name.Name) -> Cut | None:
        """Returns the closest zone that the resolver knows, looked for from the top, as far down as it gets."""
        closest: Cut | None = None
        failure: dns.exception.DNSException | None = None
        for labels in range(TOP, len(name.labels) + 1):
            found = self._cut(name.split(labels)[1])
            if isinstance(found, dns.exception.DNSException):
                failure = found
                if closest or isinstance(found, dns.exception.Timeout):
                    break  # what lies below is known to the servers of the zone above
            else:
                closest = found or closest
        if closest is None and failure is not None:
            raise failure
        return closest

    def servers(self, cut: Cut) -> tuple[NameServer, ...]:
        """Returns the servers of a zone, those without an address among them."""
        found = map_in_parallel(partial(self._addresses, cut.glue), cut.hosts)
        return tuple(dict.fromkeys(server for servers in found for server in servers))

    def records(self, name: dns.name.Name, kind: str, *, unchecked: bool = False) -> Records:
        """Asks the resolver, once; `unchecked` wants what it holds back because its DNSSEC is broken."""
        question = (name, kind, unchecked)
        if question not in self._answers:
            self._answers[question] = self._resolve(name, kind, unchecked=unchecked)
        return self._answers[question]

    def _resolve(self, name: dns.name.Name, kind: str, *, unchecked: bool) -> Records:
        resolver = dns.resolver.Resolver(configure=self._settings.resolver is None)
        if self._settings.resolver:
            resolver.nameservers = [self._settings.resolver]
            resolver.port = self._settings.resolver_port or self._settings.port
        if unchecked:
            resolver.flags = dns.flags.RD | dns.flags.CD
        lifetime = self._clock.at_most(self._settings.lifetime)
        try:
            answer = resolver.resolve(name, kind, raise_on_no_answer=False, lifetime=lifetime)
        except dns.resolver.NXDOMAIN:
            return name, []
        return answer.canonical_name, list(answer.rrset or ())

    def _cut(self, zone: dns.name.Name) -> Cut | dns.exception.DNSException | None:
        """Returns a zone's servers; None for a name that is not a zone, the failure where the resolver has one."""
        with self._lock:
            if zone not in self._cuts:
                self._cuts[zone] = self._ask_for_cut(zone)
            return self._cuts[zone]

    def _ask_for_cut(self, zone: dns.name.Name) -> Cut | dns.exception.DNSException | None:
        try:
            canonical, found = self.records(zone, "NS")
        except dns.exception.DNSException as error:
            return error
        # an alias leads to the servers of another name
        return Cut(zone, tuple(sorted(texts(found)))) if found and canonical == zone else None

    def _addresses(self, glue: dict[str, tuple[str, ...]], host: str) -> list[NameServer]:
        """Returns a server's IPv4 addresses, or its IPv6 addresses where it has no other that can be reached."""
        found: tuple[str, ...] = ()
        for kind in ("A", "AAAA"):
            try:
                more = _of_kind(kind, glue.get(host.lower(), ())) or self.resolve(host, kind)
            except dns.exception.DNSException:
                break  # one dead name among the servers is no reason not to ask the others
            found = more if any(map(_has_way, more)) else found or more
            if any(map(_has_way, found)):
                break
        return [NameServer(host, address, self._settings.port) for address in found] or [NameServer(host, "")]


def _of_kind(kind: str, addresses: Sequence[str]) -> tuple[str, ...]:
    return tuple(address for address in addresses if (":" in address) is (kind == "AAAA"))


def _has_way(address: str) -> bool:
    """Returns whether this machine has a route there: many have no IPv6, some have nothing else."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:  # which a system without IPv6 does not make
            probe.connect((address, _DISCARD))  # of UDP, this sends nothing
    except OSError:
        return False
    return True


def map_in_parallel(function: Callable[[T], R], items: Sequence[T]) -> list[R]:
    """Returns the function's results for all items, found at the same time."""
    if not items:
        return []
    with ThreadPoolExecutor(min(len(items), _WORKERS)) as pool:
        return list(pool.map(function, items))
