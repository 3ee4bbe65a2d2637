"""Finds the servers that hold a name, and what each of them says of it.

The machine's resolver leads to the closest zone that it knows; from there the servers' own referrals do. So neither a
record that is an alias nor a zone that the resolver cannot follow hides where a name is held.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset

from tenant_email.aws.dns_resolver import TOP, Cut, Resolver, at_once
from tenant_email.aws.dns_servers import Clock, NoAnswerError, Server, Silence, ask, texts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.dns_servers import DnsSettings

_MOST_REFERRALS: Final = 8
# A server that is silent in one of these ways was reached all the same.
_HEARD: Final = frozenset({Silence.LAME, Silence.SERVFAIL, Silence.NO_EDNS, Silence.TRUNCATED})
_ENOUGH: Final = 3  # servers of the zone above, of which one answers


@dataclass(frozen=True, slots=True)
class Reply:
    """What one server answered, or why it did not."""

    server: Server
    message: dns.message.Message | None = None
    silence: Silence | None = None

    @property
    def authoritative(self) -> bool:
        """Tells whether the server answered for a zone of its own."""
        return self.message is not None and bool(self.message.flags & dns.flags.AA)


@dataclass(frozen=True, slots=True)
class Said:
    """What every server of a name's zone said; `zone` is None where nobody is known to serve the name.

    `reached` tells whether any server at all could be asked, those of the zone above included.
    """

    zone: dns.name.Name | None
    replies: tuple[Reply, ...]
    reached: bool = True

    @property
    def above_all_domains(self) -> bool:
        """Tells whether the zone is a top-level domain or the root: then nobody serves the domain itself."""
        return self.zone is not None and len(self.zone.labels) <= TOP


class Authorities:
    """Finds servers and asks them; for one check, as it remembers what the resolver said."""

    def __init__(self, settings: DnsSettings) -> None:
        self.settings, self._clock = settings, Clock(settings.budget)
        self._resolver = Resolver(settings, self._clock)
        self.recursive = self._resolver.recursive

    def ask(self, server: Server, name: str, kind: str, *, signed: bool = False) -> dns.message.Message:
        """Asks one server, see `dns_servers.ask`."""
        return ask(server, name, kind, self.settings, self._clock, signed=signed)

    def everywhere(self, name: str, kind: str) -> Said:
        """Asks every server that holds a name; where none of them answers, those of the zone's delegation too.

        Raises:
            dns.exception.DNSException: the resolver fails, so that no server is known.
        """
        if self.settings.only:
            return Said(None, (_settled(self._one(name, kind, self.settings.only)),))
        wanted = dns.name.from_text(name)
        cut = self._resolver.closest(wanted)
        for _ in range(_MOST_REFERRALS):
            if cut is None:
                break
            replies = self._all(self._resolver.servers(cut), name, kind)
            below = next(filter(None, (_referral(reply, cut.zone, wanted) for reply in replies)), None)
            if below is None or any(reply.authoritative for reply in replies):
                return self._said(cut, replies, name, kind)
            cut = below
        return Said(None, ())

    def delegation_signers(self, zone: dns.name.Name) -> list[Any]:
        """Returns the DS records of a zone, as the zone above has them: none where it is not signed.

        Where no server above can be asked the resolver is, which may hide them; nothing is then validated.
        """
        try:
            above = self._resolver.closest(zone.parent())
            for server in self._resolver.servers(above)[:_ENOUGH] if above else ():
                reply = self._one(str(zone), "DS", server)
                if reply.message is not None and reply.authoritative:
                    return list(rrset_of(reply.message, zone, dns.rdatatype.DS) or ())
            return self._resolver.records(zone, "DS", unchecked=True)[1]
        except dns.exception.DNSException:
            return []

    def _said(self, cut: Cut, replies: list[Reply], name: str, kind: str) -> Said:
        settled = [_settled(reply) for reply in replies]
        if any(reply.message for reply in settled):
            return Said(cut.zone, tuple(settled))
        reached = any(reply.silence in _HEARD for reply in settled)
        if (above := self._resolver.closest(cut.zone.parent()) if cut.zone.labels[:-1] else None) is None:
            return Said(cut.zone, tuple(settled), reached)
        of_zone = self._all(self._resolver.servers(above), str(cut.zone), "NS")
        reached = reached or any(reply.message or reply.silence in _HEARD for reply in of_zone)
        if any(reply.authoritative and _is_absent(reply) for reply in of_zone):
            return Said(above.zone, tuple(map(_settled, of_zone)))
        delegation = next(filter(None, (_referral(reply, above.zone, cut.zone) for reply in of_zone)), None)
        if delegation is None:
            return Said(cut.zone, tuple(settled), reached)
        asked = {reply.server.address for reply in settled}
        others = [server for server in self._resolver.servers(delegation) if server.address not in asked]
        more = map(_settled, self._all(others, name, kind))
        return Said(cut.zone, (*settled, *more), reached)

    def _all(self, servers: Sequence[Server], name: str, kind: str) -> list[Reply]:
        return at_once(partial(self._one, name, kind), servers)

    def _one(self, name: str, kind: str, server: Server) -> Reply:
        try:
            message = self.ask(server, name, kind)
        except NoAnswerError as error:
            return Reply(server, silence=error.cause)
        if message.rcode() in (dns.rcode.REFUSED, dns.rcode.NOTAUTH):
            return Reply(server, silence=Silence.LAME)
        if message.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            return Reply(server, silence=Silence.SERVFAIL)
        return Reply(server, message)


def rrset_of(
    message: dns.message.Message, name: dns.name.Name, kind: dns.rdatatype.RdataType, covers: Any = dns.rdatatype.NONE
) -> dns.rrset.RRset | None:
    """Returns the records of an answer at exactly this name; `covers` is what signatures are of."""
    return message.get_rrset(message.answer, name, dns.rdataclass.IN, kind, covers)


def _is_absent(reply: Reply) -> bool:
    return reply.message is not None and reply.message.rcode() == dns.rcode.NXDOMAIN


def _settled(reply: Reply) -> Reply:
    """Returns the reply, without what a server says that has the zone from elsewhere: it may be a memory."""
    if reply.message is None or reply.authoritative:
        return reply
    return replace(reply, message=None, silence=Silence.LAME)


def _referral(reply: Reply, zone: dns.name.Name, wanted: dns.name.Name) -> Cut | None:
    """Returns the zone further down that a server refers to."""
    message = reply.message
    if message is None or reply.authoritative or message.answer:
        return None
    for rrset in message.authority:
        down = rrset.name != zone and rrset.name.is_subdomain(zone) and wanted.is_subdomain(rrset.name)
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
