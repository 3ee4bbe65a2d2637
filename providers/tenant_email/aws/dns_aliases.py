"""Follows a name to its values, through CNAME and DNAME, in one message and from zone to zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import dns.exception
import dns.message
import dns.name
import dns.rdataclass
import dns.rdatatype

from tenant_email.aws.dns_records import LONGEST_NAME
from tenant_email.aws.dns_servers import texts

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email.aws.dns_authorities import Authorities

_MOST_ALIASES: Final = 12
_STRANGER: Final = "no-such-name-tenant-email"


@dataclass(frozen=True, slots=True)
class AliasChain:
    """The aliases from a name on, each the target of the one before, and the values at their end."""

    aliases: tuple[str, ...] = ()
    values: tuple[str, ...] = ()


def values(message: dns.message.Message, name: str, kind: str) -> tuple[str, ...]:
    """Returns the values that an answer has at exactly this name."""
    rrset = message.get_rrset(
        message.answer, dns.name.from_text(name), dns.rdataclass.IN, dns.rdatatype.from_text(kind)
    )
    return texts(rrset or ())


def chain(message: dns.message.Message, name: str, kind: str) -> AliasChain:
    """Returns the way from a name as far as one answer tells it (a server makes a CNAME of a DNAME)."""
    aliases: list[str] = []
    while len(aliases) < _MOST_ALIASES:
        here = aliases[-1] if aliases else name
        if kind != "CNAME" and (found := values(message, here, kind)):
            return AliasChain(tuple(aliases), found)
        match values(message, here, "CNAME"):
            case (target,) if target not in aliases:
                aliases.append(target)
            case _:
                break
    return AliasChain(tuple(aliases))


def by_wildcard(found: AliasChain, name: str, look: Callable[[str], AliasChain | None]) -> bool:
    """Returns whether a name beside this one, which nobody entered, has the same; servers turn the order of values."""
    stranger = f"{_STRANGER}.{name.partition('.')[2]}"
    if len(stranger) > LONGEST_NAME or (other := look(stranger)) is None:
        return False
    return other.aliases == found.aliases and sorted(other.values) == sorted(found.values)


def follow(authorities: Authorities, begun: AliasChain, kind: str, until: str = "") -> AliasChain:
    """Returns the whole way, each further zone asked in turn; it ends at the alias `until` as well."""
    while begun.aliases and not begun.values and len(begun.aliases) < _MOST_ALIASES and until not in _lower(begun):
        more = _next(authorities, begun.aliases[-1], kind)
        if not more.values and (not more.aliases or {*_lower(more)} & {*_lower(begun)}):
            break
        begun = AliasChain((*begun.aliases, *more.aliases), more.values)
    return begun


def _next(authorities: Authorities, name: str, kind: str) -> AliasChain:
    try:
        said = authorities.ask_all(name, kind)
        reply = next((reply for reply in said.replies if reply.message), None)
        if reply is not None and reply.message is not None:
            return chain(reply.message, name, kind)
        # no server of that zone can be asked from here: then the machine's resolver may know
        found = authorities.resolve(name, kind)
    except dns.exception.DNSException:
        return AliasChain()
    return AliasChain(found) if kind == "CNAME" else AliasChain((), found)


def _lower(found: AliasChain) -> tuple[str, ...]:
    return tuple(alias.lower() for alias in found.aliases)
