r"""What stands in a Route 53 zone at a record's name, and what a change makes of it: pure.

A record of ours is one value of a set of values. Beside it may stand what others put there, such as another text
next to SPF, and that stays. What contradicts it is taken out only when that was asked for, and then noted as it was.
Every change deletes a set with the values that were seen, so that Route 53 refuses it when they are others by then
(API reference of ChangeResourceRecordSets, DELETE).
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_match import host, matches, same_kind
from tenant_email.aws.dns_records import route53_value

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.dns_records import DnsRecord
    from tenant_email.errors import PlatformError
    from tenant_email.json_types import Props, PropsView

_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED: Final = re.compile(r"\\(\d{3}|.)")
_CNAME: Final = "CNAME"
# What DNSSEC puts next to a CNAME (RFC 4034) is not a contradiction.
_BESIDE_ANYTHING: Final = frozenset({"RRSIG", "NSEC"})


@dataclass(frozen=True, slots=True)
class RecordSet:
    """A record set as Route 53 holds it: values in its notation; `special` says what else than plain values it has.

    `special` is such as "an alias of d111.cloudfront.net", "one of several by its routing policy (blue)" or "a
    delegation to ns1.other.example".
    """

    name: str
    type: str
    ttl: int
    values: tuple[str, ...]
    special: str = ""

    def texts(self) -> list[str]:
        """Returns the values as DNS holds them, TXT unquoted and joined."""
        return [plain_value(self.type, value) for value in self.values]

    def without(self, texts: Sequence[str]) -> RecordSet:
        """Returns the set with these values taken out."""
        return replace(self, values=tuple(v for v in self.values if plain_value(self.type, v) not in texts))

    def only(self, texts: Sequence[str]) -> RecordSet:
        """Returns the set with only these of its values."""
        return replace(self, values=tuple(v for v in self.values if plain_value(self.type, v) in texts))

    def to_props(self) -> Props:
        """Returns the set as a resource output."""
        return {"name": self.name, "type": self.type, "ttl": self.ttl, "values": list(self.values)}

    @classmethod
    def from_props(cls, props: PropsView) -> RecordSet:
        """Reads an output back."""
        return cls(props["name"], props["type"], int(props["ttl"]), tuple(props["values"]))

    def __str__(self) -> str:
        held = self.special or ", ".join(repr(text) if self.type == "TXT" else text for text in self.texts())
        return f"{self.type} {held}"


@dataclass(frozen=True, slots=True)
class RecordSetChange:
    """One change batch: sets that go, as they were seen, and sets that come; `before` is what it takes from others."""

    deletes: tuple[RecordSet, ...]
    creates: tuple[RecordSet, ...]
    before: tuple[RecordSet, ...] = ()


def plain_value(kind: str, value: str) -> str:
    r"""Returns a value as DNS holds it: TXT without quotes, `\"` and `\055` resolved, its chunks joined."""
    if kind != "TXT":
        return value
    return "".join(_ESCAPED.sub(_character, chunk) for chunk in _QUOTED.findall(value))


def _character(match: re.Match[str]) -> str:
    written = match[1]
    return chr(int(written, 8)) if len(written) > 1 else written


def delegation(sets: Sequence[RecordSet]) -> RecordSet | None:
    """Returns the NS set by which a zone gives this name, and all below it, to other servers; a zone's own is none."""
    if any(each.type == "SOA" for each in sets):
        return None
    found = next((each for each in sets if each.type == "NS"), None)
    return found and replace(found, special=f"a delegation to {', '.join(map(host, found.texts()))}")


def contradictions(record: DnsRecord, sets: Sequence[RecordSet], mine: str | None = None) -> tuple[RecordSet, ...]:
    """Returns what stands in the record's way, each set cut down to that; `mine`, our own earlier value, does not."""
    found: list[RecordSet] = []
    given_away = delegation(sets)
    for each in sets:
        if each.type == record.type:
            theirs = [text for text in same_kind(record, each.texts()) if not _is(record, text, mine)]
            if each.special or theirs:
                found.append(each if each.special else each.only(theirs))
        elif given_away and each.type == given_away.type:
            found.append(given_away)
        elif _CNAME in (each.type, record.type) and each.type not in _BESIDE_ANYTHING:
            found.append(each)
    return tuple(found)


def serves(record: DnsRecord, sets: Sequence[RecordSet]) -> bool:
    """Returns whether what is there does what the record is for."""
    own = _of_type(record, sets)
    return own is not None and not own.special and matches(record, own.texts())


def holds(record: DnsRecord, sets: Sequence[RecordSet], mine: str) -> bool:
    """Returns whether our own value is there, whatever else is there."""
    own = _of_type(record, sets)
    return own is not None and not own.special and any(_is(record, text, mine) for text in own.texts())


def put(record: DnsRecord, sets: Sequence[RecordSet], mine: str | None = None) -> RecordSetChange:
    """Returns the change after which the record is there; it takes the place of `mine` and of all contradictions."""
    taken, own = contradictions(record, sets, mine), _of_type(record, sets)
    gone = [text for each in taken if each.type == record.type for text in each.texts()]
    kept: tuple[str, ...] = ()
    if own is not None:
        gone += [text for text in own.texts() if _is(record, text, mine)]
        kept = own.without(gone).values
    (value,) = record.values
    # Others' values share this set, and its TTL with it: that stays theirs while one of them is there.
    ttl = own.ttl if own is not None and kept else record.ttl
    new = RecordSet(f"{record.name.lower()}.", record.type, ttl, (*kept, route53_value(record.type, value)))
    others = tuple(each for each in taken if each.type != record.type)
    return RecordSetChange((*((own,) if own is not None else ()), *others), (new,), taken)


def take(
    record: DnsRecord, sets: Sequence[RecordSet], mine: str, before: Sequence[RecordSet]
) -> RecordSetChange | None:
    """Returns the change that takes our value out and brings back what it replaced; None when it is not there.

    What stands there by now of the same kind is someone's later choice, and keeps what was replaced from returning.
    """
    own = _of_type(record, sets)
    if own is None or not holds(record, sets, mine):
        return None
    kept = own.without([text for text in own.texts() if _is(record, text, mine)])
    free = not same_kind(record, kept.texts())
    returning = [value for each in before if free and each.type == record.type for value in each.values]
    values = (*kept.values, *(value for value in returning if value not in kept.values))
    ttl = next((each.ttl for each in before if each.type == record.type and not kept.values), kept.ttl)
    back = (replace(own, values=values, ttl=ttl),) if values else ()
    # A CNAME returns only where nothing else stands at the name by now: DNS allows nothing next to one (RFC 1034).
    alone = not back and all(each is own for each in sets)
    others = tuple(each for each in before if each.type != record.type and (alone or each.type != _CNAME))
    return RecordSetChange((own,), (*back, *others))


def _of_type(record: DnsRecord, sets: Sequence[RecordSet]) -> RecordSet | None:
    return next((each for each in sets if each.type == record.type), None)


def _is(record: DnsRecord, text: str, mine: str | None) -> bool:
    if mine is None:
        return False
    return text == mine if record.type == "TXT" else host(text) == host(mine)


def is_refused_batch(error: PlatformError) -> bool:
    """Returns whether Route 53 refused a change as a whole, as it does when the sets are not as the change says."""
    return error.code == "InvalidChangeBatch"
