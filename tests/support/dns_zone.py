"""Zones for the local name server, and a second name server on another loopback address."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from dnslib.server import DNSLogger, DNSServer
from dnslib.zoneresolver import ZoneResolver

from tenant_email.local.dns import RecordSet, Zone

if TYPE_CHECKING:
    from collections.abc import Generator

    from tenant_email.local.dns import DnsServer


def serve(dns: DnsServer, *record_sets: tuple[str, str, list[str]], zone: str = "acme.example") -> None:
    """Makes the server serve one zone with these sets of name, type and values, and nothing else."""
    served = Zone(zone, tuple(RecordSet(name, kind, 60, tuple(values)) for name, kind, values in record_sets))
    dns.zones = lambda: [served]


@contextmanager
def zone_server(zone: str, address: str, port: int) -> Generator[None]:
    """Serves a zone file over UDP."""
    quiet = DNSLogger("-request,-reply,-truncated,-error")
    server = DNSServer(ZoneResolver(zone), address=address, port=port, logger=quiet)
    server.start_thread()
    try:
        yield
    finally:
        server.stop()
        server.server.server_close()
