"""What public DNS has at the names of records to come: at the zone's own servers, else by the machine's resolver.

Unlike `dns_check`, which says what is wrong with records that should be there, it judges nothing. What a wildcard
answers is not at the name: a record of its own takes its place there (RFC 4592 section 2.2.1).
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import dns.exception

from tenant_email.aws.dns_aliases import AliasChain, by_wildcard, chain, follow
from tenant_email.aws.dns_authorities import Authorities
from tenant_email.aws.dns_match import differs, host, same_kind
from tenant_email.aws.dns_resolver import map_in_parallel
from tenant_email.aws.dns_servers import NoAnswerError, Silence

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.dns_authorities import ZoneReplies
    from tenant_email.aws.dns_records import DnsRecord
    from tenant_email.aws.dns_servers import DnsSettings


@dataclass(frozen=True, slots=True)
class Standing:
    """What stands at a record's name.

    aliases: the CNAMEs from the name on. values: those of the record's type, at the end of the aliases. serves: they do
    what the record is for. in_the_way: which of them a reader takes for the same kind of record, right or wrong.
    by_wildcard: the name itself has nothing, and a wildcard answers for it. answered: somebody answered; else nothing
    is known. zone: the zone that holds the name; empty where that is not known.
    """

    record: DnsRecord
    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()
    serves: bool = False
    in_the_way: tuple[str, ...] = ()
    by_wildcard: bool = False
    answered: bool = True
    zone: str = field(default="", compare=False)

    @property
    def absent(self) -> bool:
        """Returns whether the name has nothing of the record's type, nor an alias that would stand in its way."""
        return self.answered and not self.values and not self.aliases

    def __str__(self) -> str:
        kind = self.record.type
        shown = [f"CNAME {alias}" for alias in self.aliases]
        return ", ".join(shown + [f"{kind} {value!r}" if kind == "TXT" else f"{kind} {value}" for value in self.values])


def find_standing(records: Sequence[DnsRecord], settings: DnsSettings) -> tuple[Standing, ...]:
    """Returns what stands at each record's name, in their order; within the `budget` of `settings`."""
    return tuple(map_in_parallel(partial(_look, Authorities(settings)), records))


def _look(authorities: Authorities, record: DnsRecord) -> Standing:
    try:
        said = authorities.ask_all(record.name, record.type)
        zone = str(said.zone or "").removesuffix(".").lower()
        found = _at(authorities, record.name, record, said)

        def look(name: str) -> AliasChain | None:
            return _at(authorities, name, record, authorities.ask_all(name, record.type))

        if found is not None and (found.aliases or found.values) and by_wildcard(found, record.name, look):
            return Standing(record, by_wildcard=True, zone=zone)
    except (dns.exception.DNSException, NoAnswerError):
        return Standing(record, answered=False)
    if found is None:
        return Standing(record, answered=False, zone=zone)
    values = found.values or (found.aliases[-1:] if record.type == "CNAME" else ())
    aliases = found.aliases[:-1] if record.type == "CNAME" else found.aliases
    standing = Standing(record, aliases, values, zone=zone)
    if not values:
        return standing
    serves = differs(record, values, partial(_resolve, authorities)) is None
    return replace(standing, serves=serves, in_the_way=tuple(same_kind(record, values)))


def _at(authorities: Authorities, name: str, record: DnsRecord, said: ZoneReplies) -> AliasChain | None:
    """Returns the way from a name, by the first server that has anything; None where nobody answers."""
    kind = record.type
    ways = [chain(reply.message, name, kind) for reply in said.replies if reply.message is not None]
    if ways:
        begun = next((way for way in ways if way.aliases or way.values), ways[0])
        return follow(authorities, begun, kind, host(record.values[0]) if kind == "CNAME" else "")
    if not said.replies or all(reply.silence is Silence.NAMELESS for reply in said.replies):
        return AliasChain()  # nobody serves the domain yet, so that nothing stands there
    values = authorities.resolve(name, kind)
    return AliasChain(values) if kind == "CNAME" else AliasChain((), values)


def _resolve(authorities: Authorities, name: str, kind: str) -> Sequence[str]:
    try:
        return authorities.resolve(name, kind)
    except dns.exception.DNSException:
        raise LookupError from None
