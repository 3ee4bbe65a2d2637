"""Finds the servers that hold a name, and what each of them says of it.

The machine's resolver leads to the closest zone that it knows; from there the servers' own referrals do. So neither a
record that is an alias nor a zone that the resolver cannot follow hides where a name is held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdata
import dns.rdataclass
import dns.rdatatype
import dns.rrset
from dns.rdtypes.ANY.DS import DS

from tenant_email.aws.dns_resolver import TOP, Cut, Resolver, map_in_parallel
from tenant_email.aws.dns_servers import Clock, NameServer, NoAnswerError, Silence, ask, texts

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tenant_email.aws.dns_servers import DnsSettings

_MOST_REFERRALS: Final = 8
# A server that is silent in one of these ways was reached all the same.
_HEARD: Final = frozenset({Silence.LAME, Silence.SERVFAIL, Silence.NO_EDNS, Silence.TRUNCATED})
_ENOUGH: Final = 3  # servers of the zone above, of which one answers


@dataclass(frozen=True, slots=True)
class DnsReply:
    """What one server answered, or why it did not."""

    server: NameServer
    message: dns.message.Message | None = None
    silence: Silence | None = None

    @property
    def authoritative(self) -> bool:
        """Returns whether the server answered for a zone of its own."""
        return self.message is not None and bool(self.message.flags & dns.flags.AA)


@dataclass(frozen=True, slots=True)
class ZoneReplies:
    """What every server of a name's zone said; `zone` is None where nobody is known to serve the name.

    `reached` tells whether any server at all could be asked, those of the zone above included.
    """

    zone: dns.name.Name | None
    replies: tuple[DnsReply, ...]
    reached: bool = True

    @property
    def above_all_domains(self) -> bool:
        """Returns whether the zone is a top-level domain or the root: then nobody serves the domain itself."""
        return self.zone is not None and len(self.zone.labels) <= TOP


class Authorities:
    """A finder of servers, which it asks; for one check, because it remembers what the resolver said."""

    def __init__(self, settings: DnsSettings) -> None:
        self.settings, self._clock = settings, Clock(settings.budget)
        self._resolver = Resolver(settings, self._clock)
        self.resolve = self._resolver.resolve

    def ask(self, server: NameServer, name: str, kind: str, *, signed: bool = False) -> dns.message.Message:
        """Asks one server, see `dns_servers.ask`."""
        return ask(server, name, kind, self.settings, self._clock, signed=signed)

    def ask_all(self, name: str, kind: str) -> ZoneReplies:
        """Asks every server that holds a name; where none of them answers, those of the zone's delegation too.

        Raises:
            dns.exception.DNSException: the resolver fails, so that no server is known.
        """
        if self.settings.only:
            return ZoneReplies(None, (_authoritative_only(self._ask_one(name, kind, self.settings.only)),))
        desired = dns.name.from_text(name)
        cut = self._resolver.closest(desired)
        for _ in range(_MOST_REFERRALS):
            if cut is None:
                break
            replies = self._ask_all(self._resolver.servers(cut), name, kind)
            below = next(filter(None, (_referral(reply, cut.zone, desired) for reply in replies)), None)
            if below is None or any(reply.authoritative for reply in replies):
                return self._zone_replies(cut, replies, name, kind)
            cut = below
        return ZoneReplies(None, ())

    def delegation_signers(self, zone: dns.name.Name) -> list[DS]:
        """Returns the DS records of a zone, as the zone above has them: none where it is not signed.

        Where no server above can be asked the resolver is, which may hide them; nothing is then validated.
        """
        try:
            above = self._resolver.closest(zone.parent())
            for server in self._resolver.servers(above)[:_ENOUGH] if above else ():
                reply = self._ask_one(str(zone), "DS", server)
                if reply.message is not None and reply.authoritative:
                    return _signers(rrset_of(reply.message, zone, dns.rdatatype.DS) or ())
            return _signers(self._resolver.records(zone, "DS", unchecked=True)[1])
        except dns.exception.DNSException:
            return []

    def _zone_replies(self, cut: Cut, replies: list[DnsReply], name: str, kind: str) -> ZoneReplies:
        settled = [_authoritative_only(reply) for reply in replies]
        if any(reply.message for reply in settled):
            return ZoneReplies(cut.zone, tuple(settled))
        reached = any(reply.silence in _HEARD for reply in settled)
        if (above := self._resolver.closest(cut.zone.parent())) is None:
            return ZoneReplies(cut.zone, tuple(settled), reached)
        of_zone = self._ask_all(self._resolver.servers(above), str(cut.zone), "NS")
        reached = reached or any(reply.message or reply.silence in _HEARD for reply in of_zone)
        if any(reply.authoritative and _is_absent(reply) for reply in of_zone):
            return ZoneReplies(above.zone, tuple(map(_authoritative_only, of_zone)))
        delegation = next(filter(None, (_referral(reply, above.zone, cut.zone) for reply in of_zone)), None)
        if delegation is None:
            return ZoneReplies(cut.zone, tuple(settled), reached)
        asked = {reply.server.address for reply in settled}
        others = [server for server in self._resolver.servers(delegation) if server.address not in asked]
        more = map(_authoritative_only, self._ask_all(others, name, kind))
        return ZoneReplies(cut.zone, (*settled, *more))

    def _ask_all(self, servers: Sequence[NameServer], name: str, kind: str) -> list[DnsReply]:
        return map_in_parallel(partial(self._ask_one, name, kind), servers)

    def _ask_one(self, name: str, kind: str, server: NameServer) -> DnsReply:
        try:
            message = self.ask(server, name, kind)
        except NoAnswerError as error:
            return DnsReply(server, silence=error.cause)
        if message.rcode() in (dns.rcode.REFUSED, dns.rcode.NOTAUTH):
            return DnsReply(server, silence=Silence.LAME)
        if message.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            return DnsReply(server, silence=Silence.SERVFAIL)
        return DnsReply(server, message)


def rrset_of(
    message: dns.message.Message,
    name: dns.name.Name,
    kind: dns.rdatatype.RdataType,
    covers: dns.rdatatype.RdataType = dns.rdatatype.NONE,
) -> dns.rrset.RRset | None:
    """Returns the records of an answer at exactly this name; `covers` is what signatures are of."""
    return message.get_rrset(message.answer, name, dns.rdataclass.IN, kind, covers)


def _signers(records: Iterable[dns.rdata.Rdata]) -> list[DS]:
    return [record for record in records if isinstance(record, DS)]


def _is_absent(reply: DnsReply) -> bool:
    return reply.message is not None and reply.message.rcode() == dns.rcode.NXDOMAIN


def _authoritative_only(reply: DnsReply) -> DnsReply:
    """Returns the reply, without what a server says that has the zone from elsewhere: it may be a memory."""
    if reply.message is None or reply.authoritative:
        return reply
    return replace(reply, message=None, silence=Silence.LAME)


def _referral(reply: DnsReply, zone: dns.name.Name, desired: dns.name.Name) -> Cut | None:
    """Returns the zone further down that a server refers to."""
    message = reply.message
    if message is None or reply.authoritative or message.answer:
        return None
    for rrset in message.authority:
        down = rrset.name != zone and rrset.name.is_subdomain(zone) and desired.is_subdomain(rrset.name)
        if rrset.rdtype == dns.rdatatype.NS and down:
            return Cut(rrset.name, tuple(sorted(texts(rrset))), _glue(message))
    return None


def _glue(message: dns.message.Message) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for rrset in message.additional:
        if rrset.rdtype in (dns.rdatatype.A, dns.rdatatype.AAAA):
            found[_plain(rrset.name)] = (*found.get(_plain(rrset.name), ()), *texts(rrset))
    return found


def _plain(name: dns.name.Name) -> str:
    return str(name).removesuffix(".").lower()
