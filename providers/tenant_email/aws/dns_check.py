"""Looks for records on every authoritative server of their zone, and says what is wrong with each.

The causes it tells apart are those that keep SES waiting for hours (contracts/aws_ses.md section 6, pains.md AWS A).
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from enum import StrEnum
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.resolver

from tenant_email.aws.dns_match import matches
from tenant_email.aws.dns_servers import Authorities, DnsSettings, Server, texts
from tenant_email.errors import foreign

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenant_email.aws.dns_records import DnsRecord

_WORKERS: Final = 16
_LONGEST_NAME: Final = 253  # RFC 1035 section 2.3.4, as text
_RESOLVER: Final = "the resolver of this machine"


class Status(StrEnum):
    """How one record stands at one server."""

    OK = "ok"
    ABSENT = "absent"
    WRONG_TYPE = "wrong_type"
    WRONG_VALUE = "wrong_value"
    DOUBLED_SUFFIX = "doubled_suffix"
    PROXIED = "proxied"
    SERVFAIL = "servfail"
    TIMEOUT = "timeout"
    LAME = "lame"
    UNDELEGATED = "undelegated"


_NO_ANSWER: Final = frozenset({Status.SERVFAIL, Status.TIMEOUT, Status.LAME, Status.UNDELEGATED})

_EXPLANATIONS: Final = {
    Status.OK: "{server} has it as wanted.",
    Status.ABSENT: "{server} has no such name, it should be {wanted}. Publish it in the zone that this server serves, "
    "or point the domain's registrar to the servers of the zone that has it.",
    Status.WRONG_TYPE: "{server} has {found} there, it should be {wanted}. Put the wanted record in its place.",
    Status.WRONG_VALUE: "{server} has {found}, it should be {wanted} and nothing else of its kind. Correct the value.",
    Status.DOUBLED_SUFFIX: "{server} has it at {found}, because the DNS host added the zone to a whole name. "
    "Enter the name as {relative}; it should be {wanted}.",
    Status.PROXIED: "{server} answers with {found}, it should be {wanted}. Turn off the proxy (the orange cloud) or "
    "the flattening for this name, or remove the wildcard that answers for it.",
    Status.SERVFAIL: "{server} failed to answer, it should be {wanted}. Look at the zone and its DNSSEC.",
    Status.TIMEOUT: "{server} did not answer in time, it should be {wanted}. Check that it runs and can be reached.",
    Status.LAME: "{server} is not authoritative for it, it should be {wanted}. The registrar names a server that "
    "does not serve the zone: set the name servers there to those of the zone.",
    Status.UNDELEGATED: "no name server serves the domain, it should be {wanted}. Register the domain, and set its "
    "name servers at the registrar to those of your zone.",
}


@dataclass(frozen=True, slots=True)
class RecordFinding:
    """What one server has for one record; `found` is in words, such as `CNAME other.example`."""

    record: DnsRecord
    status: Status
    server: str
    found: tuple[str, ...] = ()

    @property
    def wanted(self) -> str:
        """The record as it should be."""
        return f"{self.record.type} " + ", ".join(self.record.values)

    @property
    def ok(self) -> bool:
        """Tells whether there is nothing to do."""
        return self.status is Status.OK

    def explain(self) -> str:
        """Returns a sentence or two: which record, what is there, what should be, what to do."""
        return f"{self.record.name}: " + _EXPLANATIONS[self.status].format(
            server=self.server,
            found=foreign(", ".join(self.found)) or f"no {self.record.type} record",
            wanted=self.wanted,
            relative=self.record.zone_relative_name,
        )


def check_records(records: Sequence[DnsRecord], settings: DnsSettings | None = None) -> tuple[RecordFinding, ...]:
    """Returns one finding a record, in their order: the one that decides (see `decide`)."""
    return decide(survey(records, settings))


def survey(records: Sequence[DnsRecord], settings: DnsSettings | None = None) -> tuple[RecordFinding, ...]:
    """Returns a finding for each record at each of its servers, asked at the same time.

    Takes no longer than a few time-outs of `settings`, however many servers are dead.
    """
    authorities = Authorities(settings or DnsSettings())
    with ThreadPoolExecutor(_WORKERS) as pool:
        return tuple(chain.from_iterable(pool.map(partial(_everywhere, authorities), records)))


def decide(findings: Iterable[RecordFinding]) -> tuple[RecordFinding, ...]:
    """Returns one finding a record: what a server has wrong, else what a server has right, else why none answered.

    A dead or lame server among good ones does not keep SES from verifying, so it does not keep a stack waiting.
    """
    by_record: dict[DnsRecord, list[RecordFinding]] = {}
    for finding in findings:
        by_record.setdefault(finding.record, []).append(finding)
    return tuple(min(found, key=_weight) for found in by_record.values())


def _weight(finding: RecordFinding) -> int:
    if finding.status in _NO_ANSWER:
        return 2
    return 1 if finding.ok else 0


def _everywhere(authorities: Authorities, record: DnsRecord) -> list[RecordFinding]:
    try:
        servers = authorities.servers(record.name)
    except dns.exception.Timeout:
        return [RecordFinding(record, Status.TIMEOUT, _RESOLVER)]
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer, dns.resolver.NoRootSOA):
        servers = ()
    except dns.exception.DNSException:
        return [RecordFinding(record, Status.SERVFAIL, _RESOLVER)]
    if not servers:
        return [RecordFinding(record, Status.UNDELEGATED, _RESOLVER)]
    with ThreadPoolExecutor(len(servers)) as pool:
        return list(pool.map(partial(_look, authorities, record), servers))


def _look(authorities: Authorities, record: DnsRecord, server: Server) -> RecordFinding:
    try:
        status, found = _seen(authorities, record, server)
    except (dns.exception.Timeout, OSError):
        status, found = Status.TIMEOUT, ()
    except dns.exception.DNSException:
        status, found = Status.SERVFAIL, ()
    return RecordFinding(record, status, str(server), found)


def _seen(authorities: Authorities, record: DnsRecord, server: Server) -> tuple[Status, tuple[str, ...]]:
    reply = authorities.ask(server, record.name, record.type)
    if reply.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN, dns.rcode.REFUSED):
        return Status.SERVFAIL, ()
    if not reply.flags & dns.flags.AA:
        return Status.LAME, ()
    values = _values(reply, record.name, record.type)
    if not values and record.type != "CNAME" and _values(reply, record.name, "CNAME"):
        values = authorities.follow(record.name, record.type)
    if values:
        return (Status.OK if matches(record, values) else Status.WRONG_VALUE), _in_words(record.type, values)
    return _instead(authorities, record, server, reply)


def _instead(
    authorities: Authorities, record: DnsRecord, server: Server, reply: dns.message.Message
) -> tuple[Status, tuple[str, ...]]:
    """Finds what is there in place of a record that is not."""
    for zone in {_zone(record), *(str(rrset.name).removesuffix(".") for rrset in reply.authority)}:
        doubled = f"{record.name}.{zone}"
        if len(doubled) <= _LONGEST_NAME and _values(
            authorities.ask(server, doubled, record.type), doubled, record.type
        ):
            return Status.DOUBLED_SUFFIX, (doubled,)
    if reply.rcode() == dns.rcode.NXDOMAIN:
        return Status.ABSENT, ()
    found = {
        kind: _values(authorities.ask(server, record.name, kind), record.name, kind)
        for kind in ("CNAME", "A", "AAAA", "MX", "TXT")
    }
    proxied = record.type == "CNAME" and (found["A"] or found["AAAA"])
    words = tuple(word for kind, values in found.items() for word in _in_words(kind, values))
    return (Status.PROXIED if proxied else Status.WRONG_TYPE), words


def _values(reply: dns.message.Message, name: str, kind: str) -> tuple[str, ...]:
    rrset = reply.get_rrset(reply.answer, dns.name.from_text(name), dns.rdataclass.IN, dns.rdatatype.from_text(kind))
    return texts(rrset or ())


def _in_words(kind: str, values: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{kind} {value}" for value in values)


def _zone(record: DnsRecord) -> str:
    return record.name if record.zone_relative_name == "@" else record.name[len(record.zone_relative_name) + 1 :]
