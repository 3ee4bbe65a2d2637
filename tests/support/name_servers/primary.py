"""A name server as a DNS host is one: BIND serves a zone that dynamic updates (RFC 2136) change, each signed by a key.

It answers every question of a stack, and the local public DNS has the zone from it by zone transfer.
"""

from __future__ import annotations

import re
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import dns.query
import dns.rcode
import dns.rdatatype
import dns.tsigkeyring
import dns.update
import dns.zone

from support.name_servers.processes import RESOLVER, updatable
from tenant_email_local.dns_zone import ServedRecordSet, ServedZone
from tenant_email_local.ports import free_ports

if TYPE_CHECKING:
    from collections.abc import Generator
    from pathlib import Path

SECRET: Final = "Zm9yIGEgbmFtZSBzZXJ2ZXIgb2YgdGVzdHM="
WHOLE: Final = "whole"
KEYS: Final = {WHOLE: (SECRET, "zonesub ANY"), "no-mx": (SECRET, "zonesub CNAME TXT")}
"""The secret of each key, and what it may change."""

_OF_THE_ZONE: Final = ("SOA", "NS", "A")
_QUESTION: Final = re.compile(r"query: (\S+) IN (\S+) ")


@dataclass(frozen=True)
class Primary:
    """The server of one zone."""

    zone: str
    port: int
    folder: Path

    @property
    def address(self) -> str:
        """Where it answers, as TENANT_EMAIL_DNS has it."""
        return f"{RESOLVER}:{self.port}"

    def put(self, name: str, kind: str, value: str) -> None:
        """Has somebody else add a record; the value is as in a zone file."""
        update = self._update()
        update.add(f"{name}.", 60, kind, value)
        self._send(update)

    def drop(self, name: str, kind: str) -> None:
        """Has somebody else delete all records of a name and type."""
        update = self._update()
        update.delete(f"{name}.", kind)
        self._send(update)

    def sets(self) -> dict[tuple[str, str], list[str]]:
        """Returns the values of each name and type, those of the zone itself left out."""
        return {(each.name, each.type): sorted(each.values) for each in self.served().record_sets}

    def serial(self) -> int:
        """Returns how often the zone was changed."""
        return int(self._transferred().get_soa().serial)

    def served(self) -> ServedZone:
        """Returns the zone as the local public DNS serves it."""
        found = [
            ServedRecordSet(f"{name}".removesuffix("."), kind, rdataset.ttl, tuple(map(str, rdataset)))
            for name, rdataset in self._transferred().iterate_rdatasets()
            if (kind := dns.rdatatype.to_text(rdataset.rdtype)) not in _OF_THE_ZONE
        ]
        return ServedZone(self.zone, tuple(found))

    def questions(self) -> list[tuple[str, str]]:
        """Returns the names and types that it was asked for, transfers left out."""
        asked = _QUESTION.findall((self.folder / "log").read_text())
        return [(name, kind) for name, kind in asked if kind not in ("AXFR", "SOA")]

    def _transferred(self) -> dns.zone.Zone:
        messages = dns.query.xfr(RESOLVER, self.zone, port=self.port, relativize=False)
        return dns.zone.from_xfr(messages, relativize=False)

    def _update(self) -> dns.update.UpdateMessage:
        return dns.update.UpdateMessage(self.zone, keyring=dns.tsigkeyring.from_text({WHOLE: SECRET}))

    def _send(self, update: dns.update.UpdateMessage) -> None:
        reply = dns.query.tcp(update, RESOLVER, port=self.port, timeout=60)
        assert reply.rcode() == dns.rcode.NOERROR, reply


@contextmanager
def primary(folder: Path, zone: str) -> Generator[Primary]:
    """Runs the server; its zone has nothing yet."""
    folder.mkdir()
    (port,) = free_ports(1, [RESOLVER])
    text = f"$TTL 60\n@ SOA ns hostmaster 1 7200 900 1209600 60\n@ NS ns\nns A {RESOLVER}\n"
    with updatable(folder, port, (zone, text), KEYS):
        yield Primary(zone, port, folder)
