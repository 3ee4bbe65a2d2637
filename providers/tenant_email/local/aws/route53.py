"""Reads the zones of the local Route 53, as the public DNS knows them."""

from collections.abc import Iterator
from typing import Any

from moto.route53.models import route53_backends

from tenant_email.local.dns import RecordSet, Zone


def public_zones() -> Iterator[Zone]:
    """Yields every public zone of every account."""
    for account in list(route53_backends.values()):
        for partition in list(account.values()):
            for zone in list(partition.zones.values()):
                if not zone.private_zone:
                    yield Zone(_plain(zone.name), tuple(_record_set(record) for record in list(zone.rrsets)))


def _record_set(record: Any) -> RecordSet:
    # moto keeps the SOA it makes itself as a document and everything else as text
    stored: list[Any] = record.records or []
    values = tuple(value if isinstance(value, str) else str(value["Value"]) for value in stored)
    return RecordSet(_plain(record.name), str(record.type), int(record.ttl or 0), values)


def _plain(name: str) -> str:
    return name.rstrip(".").lower().replace("\\052", "*")
