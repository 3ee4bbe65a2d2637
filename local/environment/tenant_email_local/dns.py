"""Serves the DNS zones of the local Route 53 on 127.0.0.1, over UDP and TCP.

It stands for the public DNS: authoritative answers for every zone that exists now, and the few service hosts
that a stack names. A test can make any name fail in the ways docs/contracts/aws_ses.md#dns-checks lists.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from dnslib import CLASS, EDNS0, OPCODE, QTYPE, RCODE, RR
from dnslib.dns import DNSError
from dnslib.server import DNSHandler, DNSLogger, TCPServer, UDPServer
from dnslib.server import DNSServer as Listener

from tenant_email_local.dns_zone import ServedRecordSet, ServedZone, ancestors, plain, resource
from tenant_email_local.ports import LOOPBACK
from tenant_email_local.zone_lookup import look_up

Fault = Literal["servfail", "timeout", "lame"]

NAME_SERVERS = ("ns1.local.", "ns2.local.")
APEX = {"NS": NAME_SERVERS, "SOA": ("ns1.local. hostmaster.local. 1 7200 900 1209600 60",)}
SMTP_HOST = re.compile(r"email-smtp\.[a-z0-9-]+\.amazonaws\.com")
BIND_ATTEMPTS = 20
PLAIN_BYTES = 512
UDP_BYTES = 1232
SERVFAIL, NOTIMP, REFUSED, BADVERS = 2, 4, 5, 16
LOW_BITS = 15  # of an RCODE are in the header, the rest is in the OPT record (RFC 6891 section 6.1.3)
EXTENDED_SHIFT = 24
POLL_SECONDS = 0.05


Zones = Callable[[], Iterable[ServedZone]]


class DnsServer:
    """The server as a context manager; `address` is what TENANT_EMAIL_DNS takes."""

    def __init__(self, zones: Zones = tuple, port: int = 0) -> None:
        self.zones = zones
        self.services: Zones = tuple  # zones of service providers, such as SES's keys
        self._resolver = _ZoneResolver(self)
        self._overrides: dict[str, tuple[ServedRecordSet, ...]] = {}
        self._faults: dict[str, Fault] = {}
        self._listeners = _listen(self._resolver, port)
        self.port: int = self._listeners[0].server.server_address[1]
        self.address = f"{LOOPBACK}:{self.port}"

    def __enter__(self) -> Self:
        for listener in self._listeners:
            # the default interval makes every stop wait half a second
            threading.Thread(target=listener.server.serve_forever, args=(POLL_SECONDS,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        for listener in self._listeners:
            listener.stop()
            listener.server.server_close()

    def override(self, name: str, records: Mapping[str, Sequence[str]] | None = None) -> None:
        """Replaces all that the zones say of a name by `records` (type to values); none make it absent."""
        self._overrides[plain(name)] = tuple(
            ServedRecordSet(plain(name), type_, 60, tuple(values)) for type_, values in (records or {}).items()
        )

    def fail(self, name: str, fault: Fault) -> None:
        """Makes a name fail; "lame" makes the whole zone refuse, as a server that does not have it."""
        self._faults[plain(name)] = fault

    def restore(self, name: str) -> None:
        """Ends the override and the fault of a name."""
        self._overrides.pop(plain(name), None)
        self._faults.pop(plain(name), None)

    def fault(self, name: str) -> Fault | None:
        """Returns the fault set for a name, or the lameness of a zone above it."""
        if name in self._faults:
            return self._faults[name]
        return next(("lame" for above in ancestors(name) if self._faults.get(above) == "lame"), None)

    def zone_of(self, name: str) -> ServedZone | None:
        """Returns the closest zone that contains the name."""
        zones = {plain(zone.name): zone for zone in (*self.services(), *self.zones())}
        return next((zones[above] for above in (name, *ancestors(name)) if above in zones), None)

    def records(self, zone: ServedZone) -> list[ServedRecordSet]:
        """Returns a zone's record sets after the overrides, with SOA and name servers even when it lists none."""
        apex = plain(zone.name)
        kept = [
            ServedRecordSet(plain(record.name), record.type, record.ttl, record.values)
            for record in zone.record_sets
            if plain(record.name) not in self._overrides
        ]
        present = {record.type for record in kept if record.name == apex}
        kept += [ServedRecordSet(apex, type_, 900, APEX[type_]) for type_ in APEX.keys() - present]
        replaced = (sets for name, sets in self._overrides.items() if name == apex or name.endswith("." + apex))
        return kept + [record for sets in replaced for record in sets]

    def is_local_host(self, name: str) -> bool:
        """Returns whether a name is a service of this machine: an SMTP endpoint or a zone's name server."""
        if SMTP_HOST.fullmatch(name) or f"{name}." in NAME_SERVERS:
            return True
        targets = (value for zone in self.zones() for value in _values(zone, "NS"))
        return any(plain(target) == name for target in targets)


class _ZoneResolver:
    """Answers one query for dnslib's listeners, which ask for no more than `resolve`."""

    def __init__(self, server: DnsServer) -> None:
        self._server = server

    def resolve(self, request: Any, handler: DNSHandler) -> Any:
        """Answers with the records, a referral, NODATA, NXDOMAIN, or the fault that was asked for."""
        reply = request.reply(aa=0, ra=0)
        name = plain(str(request.q.qname))
        fault = self._server.fault(name)
        if fault == "timeout":
            raise DNSError(name)  # the listener then sends nothing
        edns: Any = next((record for record in request.ar if record.rtype == QTYPE.OPT), None)
        if edns:
            reply.add_ar(EDNS0(udp_len=UDP_BYTES))
        if refused := _refusal(request, fault, edns):
            reply.header.rcode = refused & LOW_BITS
            if edns:
                reply.ar[0].ttl = refused >> LOW_BITS.bit_length() << EXTENDED_SHIFT
            return reply
        type_ = str(QTYPE[request.q.qtype])  # pyright: ignore[reportUnknownArgumentType] - dnslib is untyped
        _ReplyBuilder(self._server, reply, type_).fill(name)
        return _fitting(reply, int(edns.edns_len) if edns else 0) if handler.protocol == "udp" else reply


def _refusal(request: Any, fault: "Fault | None", edns: Any) -> int:
    """Returns the RCODE, extended where EDNS has one, of a query that no zone answers, or 0."""
    if request.header.opcode != OPCODE.QUERY:
        return NOTIMP
    if edns and edns.edns_ver > 0:
        return BADVERS
    if request.q.qclass != CLASS.IN or fault == "lame":
        return REFUSED
    return SERVFAIL if fault == "servfail" else 0


def _fitting(reply: Any, offered: int) -> Any:
    """Returns the reply, or none of its records and the flag that sends the asker to TCP (RFC 6891 section 6.2.3)."""
    if len(reply.pack()) <= min(max(offered, PLAIN_BYTES), UDP_BYTES if offered else PLAIN_BYTES):
        return reply
    reply.header.tc = 1
    reply.rr, reply.auth = [], []
    reply.ar = [record for record in reply.ar if record.rtype == QTYPE.OPT]
    return reply


@dataclass
class _ReplyBuilder:
    """A builder of one reply; a CNAME is followed as far as the local zones reach."""

    server: DnsServer
    reply: Any
    type: str
    seen: set[str] = field(default_factory=set[str])

    def fill(self, name: str) -> None:
        self.seen.add(name)
        zone = self._zone(name)
        if zone is None:
            self._outside(name)
            return
        found = look_up(plain(zone.name), self.server.records(zone), name, self.type)
        # the flag speaks of the name that was asked for, which is the first one
        self.reply.header.aa = 1 if self.reply.rr or not found.delegated else 0
        self._add(self.reply.add_answer, found.answer)
        if found.alias and self.type not in ("CNAME", "ANY"):
            if found.alias not in self.seen:
                self.fill(found.alias)
            return
        self._add(self.reply.add_auth, found.authority)
        self._add(self.reply.add_ar, found.additional)
        if not found.exists:
            self.reply.header.rcode = RCODE.NXDOMAIN

    def _zone(self, name: str) -> ServedZone | None:
        """Returns the zone that answers: for DS at an apex it is the zone above, when that is here."""
        zone = self.server.zone_of(name)
        if self.type == "DS" and zone and plain(zone.name) == name and "." in name:
            return self.server.zone_of(ancestors(name)[0]) or zone
        return zone

    def _outside(self, name: str) -> None:
        if self.server.is_local_host(name):
            self.reply.header.aa = 1
            if self.type == "A":
                self._add(self.reply.add_answer, [ServedRecordSet(name, "A", 60, (LOOPBACK,))])
        elif not self.reply.rr:
            self.reply.header.rcode = RCODE.NXDOMAIN

    def _add(self, add: Callable[[RR], None], records: Iterable[ServedRecordSet]) -> None:
        for record in records:
            for value in record.values:
                add(resource(record, value))


def _listen(resolver: _ZoneResolver, port: int) -> tuple[Any, Any]:
    """Binds UDP and TCP to one port; a free UDP port may be taken for TCP, so it tries again."""
    quiet = DNSLogger("-request,-reply,-truncated,-error")
    for attempt in range(BIND_ATTEMPTS):
        udp = Listener(resolver, LOOPBACK, port, logger=quiet, server=UDPServer)
        bound = int(udp.server.server_address[1])  # pyright: ignore[reportUnknownArgumentType] - as above
        try:
            tcp = Listener(resolver, LOOPBACK, bound, logger=quiet, server=TCPServer)
        except OSError:
            udp.server.server_close()
            if port or attempt == BIND_ATTEMPTS - 1:
                raise
        else:
            return udp, tcp
    raise AssertionError


def _values(zone: ServedZone, type_: str) -> Iterator[str]:
    return (value for record in zone.record_sets if record.type == type_ for value in record.values)
