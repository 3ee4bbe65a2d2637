"""A name server in this process that says what a test tells it, record by record, with signatures where it is asked."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

import dns.dnssec
import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ed25519
from dns.rdtypes.ANY.CNAME import CNAME

from tenant_email.aws.dns_authorities import Authorities
from tenant_email.aws.dns_servers import DnsSettings, NameServer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

    from dns.rdtypes.ANY.DNSKEY import DNSKEY
    from dns.rdtypes.ANY.DS import DS

    Set = tuple[dns.name.Name, dns.rdatatype.RdataType]
    Twist = Callable[[dns.message.Message], bytes | None]

_POLL = 0.1  # seconds
_HOUR = 3600
_MOST_ALIASES = 16


class Key:
    """A key of a zone."""

    def __init__(self) -> None:
        self.private = ed25519.Ed25519PrivateKey.generate()
        self.public: DNSKEY = dns.dnssec.make_dnskey(self.private.public_key(), "ED25519")

    def signer(self, zone: str, digest: str = "SHA256") -> DS:
        """Returns the DS record of it."""
        return dns.dnssec.make_ds(dns.name.from_text(zone), self.public, digest, validating=True)


def truncated(reply: dns.message.Message) -> bytes:
    """Cuts an answer short; there is no TCP."""
    reply.flags |= dns.flags.TC
    return reply.to_wire()


def garbage(reply: dns.message.Message) -> bytes:
    """Answers with what is no message."""
    return reply.to_wire()[:2] + b"\x84\x00\x00\x01\x00\x09\x00"


def without_edns(reply: dns.message.Message) -> bytes | None:
    """Does not answer to EDNS."""
    return None if reply.edns >= 0 else reply.to_wire()


def without_authority(reply: dns.message.Message) -> bytes:
    """Answers as one who has it from elsewhere."""
    reply.flags &= ~dns.flags.AA
    return reply.to_wire()


def referral(zone: str, *hosts: tuple[str, str]) -> Twist:
    """Refers to the servers of a zone further down, each a name and an address."""

    def refer(reply: dns.message.Message) -> bytes:
        reply.flags &= ~dns.flags.AA
        reply.answer.clear()
        reply.set_rcode(dns.rcode.NOERROR)
        names = [f"{host}." for host, _ in hosts]
        reply.authority.append(dns.rrset.from_text_list(dns.name.from_text(zone), 60, "IN", "NS", names))
        for host, address in hosts:
            kind = "AAAA" if ":" in address else "A"
            reply.additional.append(dns.rrset.from_text(dns.name.from_text(host), 60, "IN", kind, address))
        return reply.to_wire()

    return refer


def refusal(code: dns.rcode.Rcode) -> Twist:
    """Answers with a failure and nothing else."""

    def refuse(reply: dns.message.Message) -> bytes:
        reply.answer.clear()
        reply.set_rcode(code)
        return reply.to_wire()

    return refuse


def silence(_: dns.message.Message) -> None:
    """Does not answer."""


class ToldServer:
    """What one server says of each name and type, and how it twists single answers."""

    def __init__(self) -> None:
        self.sets: dict[Set, dns.rrset.RRset] = {}
        self.signatures: dict[Set, dns.rrset.RRset] = {}
        self.twists: dict[Set, Twist] = {}
        self.heard: list[dns.message.Message] = []

    def forget(self) -> None:
        """Ends all that was told."""
        for told in (self.sets, self.signatures, self.twists, self.heard):
            told.clear()

    def put(self, *lines: str) -> None:
        """Adds records, each a name, a type and a value."""
        for line in lines:
            name, kind, value = line.split(maxsplit=2)
            more = dns.rrset.from_text(dns.name.from_text(name), 60, "IN", kind, value)
            _add(self.sets, _set(name, kind), more)

    def drop(self, name: str, kind: str) -> dns.rrset.RRset:
        """Takes records out, and returns them."""
        return self.sets.pop(_set(name, kind))

    def records(self, name: str, kind: str) -> dns.rrset.RRset:
        """Returns what was told."""
        return self.sets[_set(name, kind)]

    def signature(self, name: str, kind: str) -> dns.rrset.RRset:
        """Returns what signs it."""
        return self.signatures[_set(name, kind)]

    def twist(self, name: str, kind: str, twist: Twist) -> None:
        """Has one answer changed before it is sent."""
        self.twists[_set(name, kind)] = twist

    def sign(self, name: str, kind: str, zone: str, key: Key, *, ends: float = _HOUR, begun: float = _HOUR) -> None:
        """Adds a signature of a set; `ends` is when, in seconds from now."""
        rrset = self.sets[_set(name, kind)]
        now = time.time()
        made = dns.dnssec.sign(
            rrset, key.private, dns.name.from_text(zone), key.public, inception=now - begun, expiration=now + ends
        )
        more = dns.rrset.from_rdata(rrset.name, 60, made)
        _add(self.signatures, _set(name, kind), more)

    def answer(self, asked: bytes) -> bytes | None:
        """Answers one question."""
        query = dns.message.from_wire(asked)
        self.heard.append(query)
        (question,) = query.question
        reply = dns.message.make_response(query)
        reply.flags |= dns.flags.AA
        name = question.name
        while found := self.sets.get((name, question.rdtype)) or self.sets.get((name, dns.rdatatype.CNAME)):
            reply.answer.append(found)
            if query.ednsflags & dns.flags.DO and (signed := self.signatures.get((name, found.rdtype))):
                reply.answer.append(signed)
            alias = next((each for each in _each(found) if isinstance(each, CNAME)), None)
            if found.rdtype == question.rdtype or alias is None or len(reply.answer) > _MOST_ALIASES:
                break
            name = alias.target
        if not reply.answer and question.name not in {name for name, _ in self.sets}:
            reply.set_rcode(dns.rcode.NXDOMAIN)
        twist = self.twists.get((question.name, question.rdtype), dns.message.Message.to_wire)
        return twist(reply)


class TwoServers:
    """Two servers at one port, told anew; the first is the machine's resolver as well."""

    def __init__(self, port: int, servers: list[ToldServer]) -> None:
        self.port, (self.first, self.second) = port, servers
        for server in servers:
            server.forget()
        self.settings = DnsSettings(resolver="127.0.0.1", port=port, timeout=0.2, lifetime=1.0)

    def server(self, name: str, address: str = "127.0.0.1") -> NameServer:
        """Returns one of them as a zone names it."""
        return NameServer(name, address, self.port)

    def authorities(self) -> Authorities:
        """Returns new ones, that remember nothing."""
        return Authorities(self.settings)


def _add(sets: dict[Set, dns.rrset.RRset], at: Set, more: dns.rrset.RRset) -> None:
    known = sets.setdefault(at, more)
    for each in _each(more):
        known.add(each)


def _each(rrset: dns.rrset.RRset) -> list[dns.rdata.Rdata]:
    return list(rrset)


def _set(name: str, kind: str) -> Set:
    return dns.name.from_text(name), dns.rdatatype.from_text(kind)


def _listeners(addresses: tuple[str, ...]) -> tuple[list[socket.socket], int]:
    """Binds one port at all of these addresses that is free for TCP too, where a test may listen itself."""
    while True:
        with socket.create_server((addresses[0], 0)) as reserved:
            port, bound = reserved.getsockname()[1], list[socket.socket]()
            try:
                for address in addresses:
                    bound.append(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
                    bound[-1].bind((address, port))
            except OSError:
                for listener in bound:
                    listener.close()
            else:
                return bound, port


@contextmanager
def told_servers(*addresses: str) -> Generator[tuple[int, list[ToldServer]]]:
    """Runs servers over UDP at these addresses, all at one port, which is given with them."""
    over, servers = threading.Event(), [ToldServer() for _ in addresses]

    def serve(listener: socket.socket, server: ToldServer) -> None:
        while not over.is_set():
            with suppress(OSError, dns.exception.DNSException):
                asked, sender = listener.recvfrom(4096)
                if (reply := server.answer(asked)) is not None:
                    listener.sendto(reply, sender)

    listeners, port = _listeners(addresses)
    threads: list[threading.Thread] = []
    for listener, server in zip(listeners, servers, strict=True):
        listener.settimeout(_POLL)
        threads.append(threading.Thread(target=serve, args=(listener, server), daemon=True))
    for thread in threads:
        thread.start()
    try:
        yield port, servers
    finally:
        over.set()
        for thread, listener in zip(threads, listeners, strict=True):
            thread.join()
            listener.close()
