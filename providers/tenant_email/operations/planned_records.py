"""What is to become of each record of a sending domain, and what of it is news since the last `up`; pure.

What a stack published it would meet in public DNS as someone else's. So a record is looked at before it is first
published, and again where the program says something else of it: that it is published where it stood before, the
reverse, another value of what stands, or another place. What is recorded of the last `up` tells which is which.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, NamedTuple

from tenant_email.aws.dns_records import EASY_DKIM, RECORD_KINDS, RecordKey, RecordKind, plain_zone_id, zone_key
from tenant_email.errors import Problem
from tenant_email.json_types import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.json_types import Props, PropsView

_ROUTE53: Final = "Route53"
_OF_THE_IDENTITY: Final = frozenset({"dkim", "mx", "spf"})


class Place(NamedTuple):
    """Where a record is published; what is not known is empty.

    host: which host. zone: which of its zones; for a function, whose resources it makes. named: which zone the
    resource names that a function made of the record.
    """

    host: str
    zone: object = ""
    named: object = ""

    def differs(self, other: Place) -> bool:
        """Returns whether it is another one, as far as both are known."""
        return self.host != other.host or _another(self.zone, other.zone) or _another(self.named, other.named)


@dataclass(frozen=True, slots=True)
class PlannedRecord:
    """What is to become of one record.

    Args:
        kind: its kind.
        place: where it is published.
        props: the record as the preflight's inputs have it; None for those of Easy DKIM.
        exists: it stands there already and is used, so that the stack does not make it.
        stays: it stays at its host when the stack lets it go.
        looked_at: public DNS is asked about it before the first write; never of one in Route 53.
        matters: a preflight has to know of it: not where nobody publishes it.
        whole_sets: a resource of the host is all values of a name and type.
        zone_name: the name of the zone that it comes to, where the program says it.

    """

    kind: RecordKind
    place: Place
    props: Props | None = field(repr=False)
    exists: bool
    stays: bool
    looked_at: bool
    matters: bool
    whole_sets: bool
    zone_name: str

    def differs(self, before: PlannedRecord | None) -> bool:
        """Returns whether the program says something else of it than `before`, which is what was recorded."""
        if before is None:
            return self.matters
        if before.place.differs(self.place) or self.exists != before.exists:
            return True
        another_promise = _values(self.props) != _values(before.props)
        return self.exists and (another_promise or (self.looked_at and not before.looked_at))


def planned_records(props: PropsView) -> Mapping[RecordKey, PlannedRecord]:
    """Returns what a preflight's inputs, recorded or desired, say of each record."""
    found = dict(_in_zone(props))
    if (easy := _easy_dkim(props)) is not None:
        found[EASY_DKIM] = easy
    for zone in _objects(props.get("other_zones")):
        found |= _in_zone(zone)
    return found


def is_news(before: Mapping[RecordKey, PlannedRecord], after: Mapping[RecordKey, PlannedRecord]) -> bool:
    """Returns whether a preflight that recorded `before` has to record something else, one that is gone too."""
    gone = any(each.matters and key not in after for key, each in before.items())
    return gone or any(each.differs(before.get(key)) for key, each in after.items())


def is_first_there(record: PlannedRecord, before: Mapping[RecordKey, PlannedRecord]) -> bool:
    """Returns whether no record was recorded to be where this one is published."""
    return all(record.place.differs(each.place) for each in before.values())


def given_up(recorded: PropsView, desired: PropsView) -> list[Problem]:
    """Returns a problem for each kind whose record is to exist by itself now, so that the stack would delete it."""
    before, lost = planned_records(recorded), dict[RecordKind, RecordKey]()
    for key, now in planned_records(desired).items():
        known = before.get(key)
        if now.exists and known is not None and not (known.exists or known.stays):
            lost[now.kind] = key
    return [_given_up(kind, *key) for kind, key in lost.items()]


def _given_up(kind: RecordKind, name: str, type_: str) -> Problem:
    what = "the records of Easy DKIM are" if (name, type_) == EASY_DKIM else f"{name} {type_} is"
    remedy = (
        f"First run `pulumi up` with on_delete='retain' and without {kind!r} in existing: then it stays at its host "
        "when the stack lets it go, and existing can name it."
    )
    return Problem("existing", f"{what} published by this stack, which would now delete what {kind!r} promises", remedy)


def _in_zone(zone: PropsView) -> Iterator[tuple[RecordKey, PlannedRecord]]:
    for record in _objects(zone.get("records")):
        kind = RECORD_KINDS.get(record["purpose"])
        if kind is not None:
            yield (record["name"], record["type"]), _planned(zone, kind, record)


def _easy_dkim(props: PropsView) -> PlannedRecord | None:
    easy = props.get("dkim", "easy") == "easy" and not props.get("replica_of")
    return _planned(props, "dkim", None) if easy and _place(props, EASY_DKIM).host else None


def _planned(zone: PropsView, kind: RecordKind, record: Props | None) -> PlannedRecord:
    place = _place(zone, (record["name"], record["type"]) if record else EASY_DKIM)
    existing = zone.get("existing_records")
    exists = is_list(existing) and kind in existing
    # An identity that may be someone else's needs its records for longer than the stack does.
    adopts = place.host != _ROUTE53 and zone.get("on_existing", "fail") != "fail" and kind in _OF_THE_IDENTITY
    return PlannedRecord(
        kind=kind,
        place=place,
        props=record,
        exists=exists,
        stays=adopts or zone.get("retains_records") is True,
        looked_at=bool(zone.get("host")) and zone.get("look_first", True) is True,
        matters=bool(place.host),
        whole_sets=zone.get("whole_sets") is True,
        zone_name=zone.get("zone_name") or "",
    )


def _place(zone: PropsView, key: RecordKey) -> Place:
    if zone.get("zone_id") is not None:
        return Place(_ROUTE53, zone["zone_id"])
    zones = zone.get("record_zones")  # not known in a preview where a function's own are not
    named = zones.get(zone_key(key)) if is_object(zones) else None
    return Place(zone.get("host") or "", zone.get("host_zone") or "", named or "")


def _another(mine: object, theirs: object) -> bool:
    return bool(mine and theirs and _spelled(mine) != _spelled(theirs))


def _spelled(zone: object) -> object:
    """Returns a zone's name or id in one spelling: a name has no case, and may end with a dot."""
    return plain_zone_id(zone).removesuffix(".").lower() if isinstance(zone, str) else zone


def _objects(value: object) -> Iterator[Props]:
    """Returns the objects of a list; none of one that is not known yet."""
    return (dict(each) for each in value if is_object(each)) if is_list(value) else iter(())


def _values(record: PropsView | None) -> object:
    return record and record["values"]
