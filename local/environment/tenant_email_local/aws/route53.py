"""Reads the zones of the local Route 53, as the public DNS knows them.

Source: Route 53 Developer Guide, "Choosing between alias and non-alias records": an alias answers with the records of
its target, of the same type, and as what it is itself; "Choosing a routing policy".
"""

from collections.abc import Iterator
from typing import Any

from moto.route53.models import route53_backends

from tenant_email_local.dns_zone import ServedRecordSet, ServedZone

ALIAS_TTL = 60
ELSEWHERE = {"A": "192.0.2.53", "AAAA": "2001:db8::53"}  # for an alias of something that is not in this DNS


def public_zones() -> Iterator[ServedZone]:
    """Yields every public zone of every account."""
    for account in list(route53_backends.values()):
        for partition in list(account.values()):
            for zone in list(partition.zones.values()):
                if not zone.private_zone:
                    yield ServedZone(_plain(zone.name), tuple(_record_sets(list(zone.rrsets))))


def _record_sets(stored: list[Any]) -> Iterator[ServedRecordSet]:
    """Yields each name and type once: of the sets of a routing policy, one answers a query."""
    plain = {(_plain(record.name), str(record.type)): record for record in reversed(stored)}
    for (name, type_), record in plain.items():
        source = plain.get((_plain(record.alias_target["DNSName"]), type_)) if record.alias_target else record
        if source:
            yield ServedRecordSet(name, type_, int(record.ttl or ALIAS_TTL), _values(source))
        elif type_ in ELSEWHERE:
            yield ServedRecordSet(name, type_, ALIAS_TTL, (ELSEWHERE[type_],))


def _values(record: Any) -> tuple[str, ...]:
    # moto keeps the SOA it makes itself as a document and everything else as text
    stored: list[Any] = record.records or []
    return tuple(value if isinstance(value, str) else str(value["Value"]) for value in stored)


def _plain(name: str) -> str:
    return name.rstrip(".").lower().replace("\\052", "*")
