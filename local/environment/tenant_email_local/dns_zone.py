"""Holds zones and their record sets in Route 53's notation, and writes them as dnslib's resource records."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from dnslib import AAAA, CNAME, MX, NS, QTYPE, RR, SOA, TXT, A


@dataclass(frozen=True)
class ServedRecordSet:
    """One record set with its values in Route 53's notation (TXT quoted, MX with its preference)."""

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]


@dataclass(frozen=True)
class ServedZone:
    """One zone: its apex and its record sets, those of the apex included."""

    name: str
    record_sets: tuple[ServedRecordSet, ...] = ()


def plain(name: str) -> str:
    """Returns a name in lower case without its final dot."""
    return name.rstrip(".").lower()


def ancestors(name: str) -> list[str]:
    """Returns the names above a name, the closest first."""
    labels = name.split(".")
    return [".".join(labels[start:]) for start in range(1, len(labels))]


def within(name: str, parent: str) -> bool:
    """Returns whether a name is another or below it."""
    return name == parent or name.endswith("." + parent)


def txt_chunks(value: str) -> list[str]:
    r"""Returns the character strings of a TXT value written in Route 53's notation, `"a" "b\"c"`."""
    return [re.sub(r"\\(.)", r"\1", chunk) for chunk in re.findall(r'"((?:[^"\\]|\\.)*)"', value)]


def resource(record: ServedRecordSet, value: str) -> RR:
    """Returns one value of a record set as a resource record."""
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
