"""Looks one name up in one zone: an answer, an alias, a referral, no data, or no such name.

Sources: RFC 1034 section 4.3.2 (the algorithm: what is below a delegation is not the zone's to answer), RFC 4592
(wildcards; an empty non-terminal exists), RFC 2308 (the SOA of a negative answer and its TTL), RFC 4035 section
3.1.4.1 (DS belongs to the zone above).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from tenant_email_local.dns_zone import ServedRecordSet, ancestors, plain, within

ADDRESSES = ("A", "AAAA")


@dataclass(frozen=True)
class ZoneAnswer:
    """What a zone says of a name; `exists` is False for NXDOMAIN, `delegated` makes it a referral."""

    answer: tuple[ServedRecordSet, ...] = ()
    authority: tuple[ServedRecordSet, ...] = ()
    additional: tuple[ServedRecordSet, ...] = ()
    exists: bool = True
    delegated: bool = False

    @property
    def alias(self) -> str:
        """Returns where the name points when all that it has is a CNAME, or ""."""
        only = self.answer[0] if len(self.answer) == 1 else None
        return plain(only.values[0]) if only and only.type == "CNAME" else ""


def look_up(apex: str, records: Sequence[ServedRecordSet], name: str, type_: str) -> ZoneAnswer:
    """Returns what the zone of this apex says of a name at or below it; names are plain."""
    cut = delegation(apex, records, name)
    if cut and not (type_ == "DS" and cut == name):
        servers = [record for record in records if record.name == cut and record.type == "NS"]
        return ZoneAnswer(authority=tuple(servers), additional=addresses(records, servers), delegated=True)
    at_name = _at(apex, records, name)
    if at_name is None:
        return ZoneAnswer(authority=_negative(apex, records), exists=False)
    aliases = [record for record in at_name if record.type == "CNAME"]
    if aliases and type_ not in ("CNAME", "ANY"):
        return ZoneAnswer(answer=(aliases[0],))
    answer = tuple(record for record in at_name if type_ in (record.type, "ANY"))
    if not answer:
        return ZoneAnswer(authority=_negative(apex, records))
    return ZoneAnswer(answer=answer, additional=addresses(records, answer))


def delegation(apex: str, records: Iterable[ServedRecordSet], name: str) -> str:
    """Returns the topmost name below the apex, and at or above the name, that has name servers of its own, or ""."""
    cuts = {record.name for record in records if record.type == "NS" and record.name != apex}
    path = [each for each in reversed((name, *ancestors(name))) if within(each, apex) and each in cuts]
    return path[0] if path else ""


def addresses(records: Iterable[ServedRecordSet], pointing: Iterable[ServedRecordSet]) -> tuple[ServedRecordSet, ...]:
    """Returns the addresses that the zone has for the hosts of NS and MX records: glue, where they are below a cut."""
    hosts = {plain(value.split()[-1]) for record in pointing if record.type in ("NS", "MX") for value in record.values}
    return tuple(record for record in records if record.name in hosts and record.type in ADDRESSES)


def _at(apex: str, records: Sequence[ServedRecordSet], name: str) -> list[ServedRecordSet] | None:
    """Returns the record sets of a name, those of the wildcard that covers it, or None when there is no such name."""
    at_name = [record for record in records if record.name == name]
    if at_name or any(within(record.name, name) for record in records):
        return at_name
    for encloser in ancestors(name):
        if any(within(record.name, encloser) for record in records):
            covering = [record for record in records if record.name == f"*.{encloser}"]
            return [replace(record, name=name) for record in covering] or None
        if encloser == apex:
            break
    return None


def _negative(apex: str, records: Iterable[ServedRecordSet]) -> tuple[ServedRecordSet, ...]:
    soa = next(record for record in records if record.type == "SOA" and record.name == apex)
    minimum = int(soa.values[0].split()[-1])
    return (replace(soa, ttl=min(soa.ttl, minimum)),)
