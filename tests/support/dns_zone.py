"""Zones for the local name server, and a second name server on another loopback address."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from dnslib.dns import DNSError
from dnslib.server import DNSLogger, DNSServer
from dnslib.zoneresolver import ZoneResolver

from tenant_email_local import dns_zone as local

if TYPE_CHECKING:
    from collections.abc import Generator

    from tenant_email_local.dns import DnsServer


def serve(dns: DnsServer, *record_sets: tuple[str, str, list[str]], zone: str = "acme.example") -> None:
    """Makes the server serve one zone with these sets of name, type and values, and nothing else."""
    served = local.ServedZone(
        zone, tuple(local.ServedRecordSet(name, kind, 60, tuple(values)) for name, kind, values in record_sets)
    )
    dns.zones = lambda: [served]


class _Cache:
    """Answers what a zone says, but as one who has it from elsewhere."""

    def __init__(self, zone: str) -> None:
        self._zone: Any = ZoneResolver(zone)

    def resolve(self, request: Any, handler: Any) -> Any:
        """Answers without authority."""
        reply = self._zone.resolve(request, handler)
        reply.header.aa = 0
        return reply


class ShortAnswers:
    """Answers that the rest is to be had over TCP, which it does not serve."""

    def resolve(self, request: Any, handler: Any) -> Any:
        """Answers with the TC flag alone."""
        reply = request.reply(aa=1)
        reply.header.tc = 1
        return reply


class NoEdns:
    """Does not answer questions with EDNS."""

    def __init__(self, zone: str) -> None:
        self._zone: Any = ZoneResolver(zone)

    def resolve(self, request: Any, handler: Any) -> Any:
        """Answers others alone."""
        if request.ar:
            raise DNSError  # the listener then sends nothing
        return self._zone.resolve(request, handler)


Zone = str | ShortAnswers | NoEdns


@contextmanager
def zone_server(
    zone: str | ShortAnswers | NoEdns, address: str, port: int, *, authoritative: bool = True
) -> Generator[None]:
    """Serves a zone file over UDP alone."""
    quiet = DNSLogger("-request,-reply,-truncated,-error")
    resolver: Any = zone
    if isinstance(zone, str):
        resolver = ZoneResolver(zone) if authoritative else _Cache(zone)
    server = DNSServer(resolver, address=address, port=port, logger=quiet)
    server.start_thread()
    try:
        yield
    finally:
        server.stop()
        server.server.server_close()
