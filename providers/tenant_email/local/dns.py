"""Serves the DNS zones of the local Route 53 on 127.0.0.1, over UDP and TCP.

It stands for the public DNS: authoritative answers for every zone that exists now, and the few service hosts
that a stack names. A test can make any name fail in the ways contracts/aws_ses.md section 6 lists.
"""

import re
import threading
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Self

from dnslib import AAAA, CNAME, MX, NS, QTYPE, RCODE, RR, SOA, TXT, A, DNSRecord
from dnslib.dns import DNSError
from dnslib.server import DNSHandler, DNSLogger, TCPServer, UDPServer
from dnslib.server import DNSServer as Listener

Fault = Literal["servfail", "timeout", "lame"]

LOOPBACK = "127.0.0.1"
NAME_SERVERS = ("ns1.local.", "ns2.local.")
APEX = {"NS": NAME_SERVERS, "SOA": ("ns1.local. hostmaster.local. 1 7200 900 1209600 60",)}
SMTP_HOST = re.compile(r"email-smtp\.[a-z0-9-]+\.amazonaws\.com")
BIND_ATTEMPTS = 20
POLL_SECONDS = 0.05


@dataclass(frozen=True)
class RecordSet:
    """Holds one record set with its values in Route 53's notation (TXT quoted, MX with its preference)."""

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class Zone:
    """Holds one zone: its apex and its record sets, those of the apex included."""

    name: str
    record_sets: tuple[RecordSet, ...] = ()


Zones = Callable[[], Iterable[Zone]]


class DnsServer:
    """Runs the server as a context manager; `address` is what TENANT_EMAIL_DNS takes."""

    def __init__(self, zones: Zones = tuple, port: int = 0) -> None:
        self.zones = zones
        self._resolver = _Resolver(self)
        self._overrides: dict[str, tuple[RecordSet, ...]] = {}
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
        self._overrides[_plain(name)] = tuple(
            RecordSet(_plain(name), type_, 60, tuple(values)) for type_, values in (records or {}).items()
        )

    def fail(self, name: str, fault: Fault) -> None:
        """Makes a name fail; "lame" makes the whole zone refuse, as a server that was never told of it."""
        self._faults[_plain(name)] = fault

    def restore(self, name: str) -> None:
        """Ends the override and the fault of a name."""
        self._overrides.pop(_plain(name), None)
        self._faults.pop(_plain(name), None)

    def fault(self, name: str) -> Fault | None:
        """Returns the fault set for a name, or the lameness of a zone above it."""
        if name in self._faults:
            return self._faults[name]
        return next(("lame" for above in _ancestors(name) if self._faults.get(above) == "lame"), None)

    def zone_of(self, name: str) -> Zone | None:
        """Returns the closest zone that contains the name."""
        zones = {_plain(zone.name): zone for zone in self.zones()}
        return next((zones[above] for above in (name, *_ancestors(name)) if above in zones), None)

    def records(self, zone: Zone) -> list[RecordSet]:
        """Returns a zone's record sets after the overrides, with SOA and name servers even when it lists none."""
        apex = _plain(zone.name)
        kept = [
            RecordSet(_plain(record.name), record.type, record.ttl, record.values)
            for record in zone.record_sets
            if _plain(record.name) not in self._overrides
        ]
        present = {record.type for record in kept if record.name == apex}
        kept += [RecordSet(apex, type_, 900, APEX[type_]) for type_ in APEX.keys() - present]
        replaced = (sets for name, sets in self._overrides.items() if name == apex or name.endswith("." + apex))
        return kept + [record for sets in replaced for record in sets]

    def is_local_host(self, name: str) -> bool:
        """Tells whether a name is a service of this machine: an SMTP endpoint or a zone's name server."""
        if SMTP_HOST.fullmatch(name) or f"{name}." in NAME_SERVERS:
            return True
        targets = (value for zone in self.zones() for value in _values(zone, "NS"))
        return any(_plain(target) == name for target in targets)


class _Resolver:
    """Answers one query for dnslib's listeners, which ask for no more than `resolve`."""

    def __init__(self, server: DnsServer) -> None:
        self._server = server

    def resolve(self, request: DNSRecord, handler: DNSHandler) -> DNSRecord:
        """Answers with the records, NODATA, NXDOMAIN, or the fault that was asked for."""
        del handler
        reply = request.reply(aa=0, ra=0)
        name = _plain(str(request.q.qname))
        fault = self._server.fault(name)
        if fault == "timeout":
            raise DNSError(name)  # the listener then sends nothing
        if fault is not None:
            reply.header.rcode = RCODE.SERVFAIL if fault == "servfail" else RCODE.REFUSED
            return reply
        type_ = str(QTYPE[request.q.qtype])  # pyright: ignore[reportUnknownArgumentType] - dnslib is untyped
        return _Answer(self._server, reply, type_).fill(name)


@dataclass
class _Answer:
    """Builds one reply; a CNAME is followed as far as the local zones reach."""

    server: DnsServer
    reply: DNSRecord
    type: str
    seen: set[str] = field(default_factory=set[str])

    def fill(self, name: str) -> DNSRecord:
        self.seen.add(name)
        zone = self.server.zone_of(name)
        if zone is None:
            return self._outside(name)
        self.reply.header.aa = 1
        records = self.server.records(zone)
        at_name = [record for record in records if record.name == name]
        alias = next((record for record in at_name if record.type == "CNAME"), None)
        if alias and self.type not in ("CNAME", "ANY"):
            return self._follow(alias)
        self._add([record for record in at_name if self.type in (record.type, "ANY")])
        if not self.reply.rr:
            self._nothing(zone, exists=any(_within(record.name, name) for record in records))
        return self.reply

    def _outside(self, name: str) -> DNSRecord:
        if self.server.is_local_host(name):
            self.reply.header.aa = 1
            if self.type == "A":
                self._add([RecordSet(name, "A", 60, (LOOPBACK,))])
        elif not self.reply.rr:
            self.reply.header.rcode = RCODE.NXDOMAIN
        return self.reply

    def _follow(self, alias: RecordSet) -> DNSRecord:
        self._add([alias])
        target = _plain(alias.values[0])
        return self.reply if target in self.seen else self.fill(target)

    def _add(self, records: Iterable[RecordSet]) -> None:
        for record in records:
            for value in record.values:
                self.reply.add_answer(_resource(record, value))

    def _nothing(self, zone: Zone, *, exists: bool) -> None:
        if not exists:
            self.reply.header.rcode = RCODE.NXDOMAIN
        apex = _plain(zone.name)
        records = self.server.records(zone)
        soa = next(record for record in records if record.type == "SOA" and record.name == apex)
        self.reply.add_auth(_resource(soa, soa.values[0]))


def _listen(resolver: _Resolver, port: int) -> tuple[Any, Any]:
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


def _resource(record: RecordSet, value: str) -> RR:
    build = _DATA.get(record.type)
    if build is None:
        return RR.fromZone(f"{record.name}. {record.ttl} IN {record.type} {value}")[0]
    return RR(record.name + ".", getattr(QTYPE, record.type), ttl=record.ttl, rdata=build(value))


def _mx(value: str) -> MX:
    preference, host = value.split()
    return MX(host, int(preference))


def _soa(value: str) -> SOA:
    primary, mailbox, *times = value.split()
    return SOA(primary, mailbox, tuple(int(number) for number in times))


def _txt(value: str) -> TXT:
    return TXT([chunk.encode() for chunk in txt_chunks(value)])


_DATA: dict[str, Callable[[str], Any]] = {
    "A": A,
    "AAAA": AAAA,
    "CNAME": CNAME,
    "NS": NS,
    "MX": _mx,
    "SOA": _soa,
    "TXT": _txt,
}


def txt_chunks(value: str) -> list[str]:
    r"""Returns the character strings of a TXT value written in Route 53's notation, `"a" "b\"c"`."""
    return [re.sub(r"\\(.)", r"\1", chunk) for chunk in re.findall(r'"((?:[^"\\]|\\.)*)"', value)]


def _values(zone: Zone, type_: str) -> Iterator[str]:
    return (value for record in zone.record_sets if record.type == type_ for value in record.values)


def _plain(name: str) -> str:
    return name.rstrip(".").lower()


def _ancestors(name: str) -> list[str]:
    labels = name.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]


def _within(name: str, parent: str) -> bool:
    return name == parent or name.endswith("." + parent)
