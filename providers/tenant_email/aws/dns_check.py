"""Looks for records on every authoritative server of their zone, and says what is wrong with each.

The causes it tells apart are those that keep SES waiting for hours (docs/contracts/aws_ses.md#dns-checks).
What a record is judged by is what a mail system makes of it: aliases followed, SPF evaluated, DNSSEC validated.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from itertools import chain as joined
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.message
import dns.rcode

from tenant_email.aws.dns_aliases import AliasChain, by_wildcard, chain, follow, values
from tenant_email.aws.dns_authorities import Authorities
from tenant_email.aws.dns_findings import NO_ANSWER, RecordFinding, Status
from tenant_email.aws.dns_match import differs, host
from tenant_email.aws.dns_records import LONGEST_NAME
from tenant_email.aws.dns_resolver import map_in_parallel
from tenant_email.aws.dns_servers import DnsSettings, NoAnswerError
from tenant_email.aws.dns_signatures import validation_failure

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenant_email.aws.dns_authorities import DnsReply, ZoneReplies
    from tenant_email.aws.dns_records import DnsRecord
    from tenant_email.aws.dns_servers import NameServer

__all__ = ["RecordFinding", "Status", "check_records", "decide", "survey"]

_RESOLVER: Final = "this machine's resolver"


def check_records(records: Sequence[DnsRecord], settings: DnsSettings | None = None) -> tuple[RecordFinding, ...]:
    """Returns one finding a record, in their order: the one that decides (see `decide`)."""
    return decide(survey(records, settings))


def survey(records: Sequence[DnsRecord], settings: DnsSettings | None = None) -> tuple[RecordFinding, ...]:
    """Returns a finding for each record at each of its servers, asked at the same time.

    Takes no longer than the `budget` of `settings`, however many servers are dead.
    """
    authorities = Authorities(settings or DnsSettings())
    return tuple(joined.from_iterable(map_in_parallel(partial(_check_record, authorities), records)))


def decide(findings: Iterable[RecordFinding]) -> tuple[RecordFinding, ...]:
    """Returns one finding a record: what a server has wrong, else what a server has right, else why none answered.

    A dead or lame server among good ones does not keep SES from verifying, so it does not keep a stack waiting.
    """
    by_record: dict[DnsRecord, list[RecordFinding]] = {}
    for finding in findings:
        by_record.setdefault(finding.record, []).append(finding)
    return tuple(min(found, key=_weight) for found in by_record.values())


def _weight(finding: RecordFinding) -> int:
    if finding.status in NO_ANSWER:
        return 3
    if finding.status is Status.BOGUS:
        return 2  # a validating resolver asks the next server, as it does of one that is dead
    return 1 if finding.ok else 0


def _check_record(authorities: Authorities, record: DnsRecord) -> list[RecordFinding]:
    try:
        said = authorities.ask_all(record.name, record.type)
    except dns.exception.Timeout:
        return [RecordFinding(record, Status.TIMEOUT, _RESOLVER)]
    except dns.exception.DNSException:
        return [RecordFinding(record, Status.SERVFAIL, _RESOLVER)]
    look = _RecordCheck(authorities, record, said)
    findings = map_in_parallel(look.at, said.replies)
    if _is_undelegated(findings, said):
        return [RecordFinding(record, Status.UNDELEGATED, _RESOLVER)]
    if _is_blocked_here(findings, said) and (known := look.ask_resolver()):
        return [*findings, known]
    return findings


def _is_undelegated(findings: Sequence[RecordFinding], said: ZoneReplies) -> bool:
    """Returns whether the domain leads to no server: none is named, none has an address, or the registry knows none."""
    statuses = {each.status for each in findings}
    return statuses <= {Status.NAMELESS} or (said.above_all_domains and statuses <= {Status.ABSENT, Status.WRONG_TYPE})


def _is_blocked_here(findings: Sequence[RecordFinding], said: ZoneReplies) -> bool:
    """Returns whether nobody answered for a reason that may lie with this machine: its resolver may know better."""
    silent = {each.status for each in findings}
    closed = Status.TIMEOUT in silent and not said.reached
    return silent <= NO_ANSWER and (closed or bool(silent & {Status.UNREACHABLE, Status.TRUNCATED}))


@dataclass(frozen=True, slots=True)
class _RecordCheck:
    """The look at one record, at each of its servers."""

    authorities: Authorities
    record: DnsRecord
    said: ZoneReplies

    def at(self, reply: DnsReply) -> RecordFinding:
        """Returns the finding about one server."""
        if reply.message is None:
            status = Status(reply.silence or Status.SERVFAIL)
            return RecordFinding(self.record, status, str(reply.server))
        try:
            finding = self._judge_reply(reply.server, reply.message)
        except NoAnswerError as error:
            finding = RecordFinding(self.record, Status(error.cause), "")
        return replace(finding, server=str(reply.server))

    def ask_resolver(self) -> RecordFinding | None:
        """Returns what the machine's resolver has, where no server can be asked from here; absence says nothing."""
        try:
            begun = AliasChain(self.authorities.resolve(self.record.name, "CNAME"))
            way = follow(self.authorities, begun, self.record.type, self._until)
            if not way.aliases:
                way = AliasChain((), self.authorities.resolve(self.record.name, self.record.type))
        except dns.exception.DNSException:
            return None
        return replace(found, server=_RESOLVER) if (found := self._judge(way)) else None

    @property
    def _until(self) -> str:
        return host(self.record.values[0]) if self.record.type == "CNAME" else ""

    def _judge_reply(self, server: NameServer, message: dns.message.Message) -> RecordFinding:
        record = self.record
        way = follow(self.authorities, chain(message, record.name, record.type), record.type, self._until)
        found = self._judge(way)
        if found and found.ok:
            return self._validate(found, server, way)
        if doubled := self._find_doubled_suffix(server, message):
            return RecordFinding(record, Status.DOUBLED_SUFFIX, "", (doubled,))
        return found or self._find_other_records(server, message, way)

    def _judge(self, way: AliasChain) -> RecordFinding | None:
        """Judges the values at the end of the way; None where there are none."""
        record = self.record
        ends = way.values or (way.aliases[-1:] if record.type == "CNAME" else ())
        if not ends:
            return None
        why = differs(record, ends, self._lookup)
        if why is None:
            return RecordFinding(record, Status.OK, "", _in_words(record.type, ends))
        words = (*_in_words("CNAME", way.aliases), *_in_words(record.type, way.values))
        return RecordFinding(record, Status.WRONG_VALUE, "", words, why)

    def _validate(self, found: RecordFinding, server: NameServer, way: AliasChain) -> RecordFinding:
        """Turns what is right into what nobody sees, where DNSSEC is broken on the way to it."""
        try:
            why = self._validation_failure(server, way)
        except dns.exception.DNSException:
            return found  # no server of an alias is known any more
        return replace(found, status=Status.BOGUS, why=why) if why else found

    def _validation_failure(self, server: NameServer, way: AliasChain) -> str:
        record, why = self.record, ""
        if self.said.zone is not None:
            why = validation_failure(self.authorities, self.said.zone, server, record.name, record.type)
        for alias in way.aliases:
            if why or alias.lower() == self._until:
                break
            said = self.authorities.ask_all(alias, record.type)
            answered = next((reply.server for reply in said.replies if reply.message), None)
            if said.zone is not None and answered is not None:
                why = validation_failure(self.authorities, said.zone, answered, alias, record.type)
        return why

    def _lookup(self, name: str, kind: str) -> Sequence[str]:
        try:
            return self.authorities.resolve(name, kind)
        except dns.exception.DNSException:
            raise LookupError(f"DNS did not answer for {name}") from None

    def _find_doubled_suffix(self, server: NameServer, message: dns.message.Message) -> str:
        """Returns the name under which the record is when its zone was added to a whole name."""
        record = self.record

        def look(name: str) -> AliasChain:
            return AliasChain((), values(self.authorities.ask(server, name, record.type), name, record.type))

        zones = [_zone(record), *(str(rrset.name).removesuffix(".") for rrset in message.authority)]
        zones += [str(self.said.zone).removesuffix(".")] if self.said.zone else []
        for doubled in dict.fromkeys(f"{record.name}.{zone}" for zone in zones if zone):
            if len(doubled) > LONGEST_NAME:
                continue
            found = look(doubled)
            right = found.values and differs(record, found.values, self._lookup) is None
            # A wildcard has every name, and so does not say that anybody entered this one.
            if right and not by_wildcard(found, doubled, look):
                return doubled
        return ""

    def _find_other_records(self, server: NameServer, message: dns.message.Message, way: AliasChain) -> RecordFinding:
        """Finds what is there in place of a record that is not."""
        record = self.record
        if message.rcode() == dns.rcode.NXDOMAIN and not way.aliases:
            return RecordFinding(record, Status.ABSENT, "")
        found = {
            kind: values(self.authorities.ask(server, record.name, kind), record.name, kind)
            for kind in ("CNAME", "A", "AAAA", "MX", "TXT")
        }
        proxied = record.type == "CNAME" and (found["A"] or found["AAAA"])
        words = tuple(word for kind, each in found.items() for word in _in_words(kind, each))
        return RecordFinding(record, Status.PROXIED if proxied else Status.WRONG_TYPE, "", words)


def _in_words(kind: str, found: Iterable[str]) -> tuple[str, ...]:
    return tuple(f"{kind} {value}" for value in found)


def _zone(record: DnsRecord) -> str:
    return record.name if record.zone_relative_name == "@" else record.name[len(record.zone_relative_name) + 1 :]
