"""What others have at the names of records of ours: looked at before anything is written, never replaced in silence."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from tenant_email.aws.dns_records import RECORD_KINDS, names_above
from tenant_email.aws.record_sets import contradictions, delegation, serves
from tenant_email.errors import AlreadyConfigured, InvalidSettings, Problem, redact_external
from tenant_email.operations.dns_lookup import look_up

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tenant_email.aws.dns_records import DnsRecord
    from tenant_email.aws.record_sets import RecordSet
    from tenant_email.aws.route53 import HostedZone, Route53

OTHERWISE: Final = {
    "dkim": "set another dkim_selector",
    "mx": "set another mail_from label",
    "spf": "set another mail_from label",
    "dmarc": "omit dmarc to keep it",
    "dmarc_reports": "omit its zone in report_zones",
    "tls_rpt": "omit tls_reports to keep it",
    "mta_sts": "omit mta_sts to keep it",
}
"""The way out without a record of ours at its name, by its kind."""

_BY_HAND: Final = "An alias, a delegation or a set with a routing policy is never overwritten: delete it yourself, or "


class RecordConflict(NamedTuple):
    """A record of ours and what stands in its way."""

    record: DnsRecord
    sets: tuple[RecordSet, ...]

    @property
    def replaceable(self) -> bool:
        """Returns whether an overwrite can bring back what it replaces."""
        return not any(each.special for each in self.sets)

    def __str__(self) -> str:
        there = "; ".join(redact_external(each) for each in self.sets)
        return f"{self.record.name} needs {self.record.type} {self.record.values[0]}, but has {there}"


def is_equivalent(record: DnsRecord, sets: Sequence[RecordSet]) -> bool:
    """Returns whether what is there does what the record is for.

    An alias to another name and an SPF record that names others say that elsewhere: there the zone's servers are asked.
    """
    if serves(record, sets):
        return True
    # Asked of DNS only where the zone by itself does not say: each look-up costs seconds, and most records are plain.
    leads_on = any(each.type == "CNAME" and not each.special for each in sets) and record.type != "CNAME"
    if not (leads_on or (record.purpose == "SPF" and contradictions(record, sets))):
        return False
    (finding,) = look_up([record])
    return finding.ok


def find_conflicts(
    client: Route53, zone_id: str, records: Sequence[DnsRecord], overwrite: Collection[str]
) -> list[RecordConflict]:
    """Returns what is taken by something that means something else, and is not to be overwritten."""
    # One call per name: Route 53 allows an account five per second, over all zones.
    at = {name: client.at(zone_id, name) for name in dict.fromkeys(record.name for record in records)}
    missing = [record for record in records if not is_equivalent(record, at[record.name])]
    found = [RecordConflict(record, contradictions(record, at[record.name])) for record in missing]
    return [
        each
        for each in found
        if each.sets and not (each.replaceable and RECORD_KINDS[each.record.purpose] in overwrite)
    ]


def conflict_error(zone_id: str, taken: Sequence[RecordConflict]) -> AlreadyConfigured:
    """Returns the error that shows what is there, with the ways out."""
    there = "".join(f"\n  - {each}" for each in taken)
    message = f"route53 {zone_id}: existing DNS records are in the way and are not replaced{there}"
    words = list(dict.fromkeys(RECORD_KINDS[each.record.purpose] for each in taken if each.replaceable))
    ways = list(dict.fromkeys(OTHERWISE[RECORD_KINDS[each.record.purpose]] for each in taken))
    if words:
        ways.append(f"or set overwrite_records={words} to replace it; a destroy restores it")
    text = f"{', '.join(ways)}."
    by_hand = not all(each.replaceable for each in taken)
    return AlreadyConfigured(message, remedy=f"{_BY_HAND}{text}" if by_hand else text[0].upper() + text[1:])


def refuse_conflicts(client: Route53, zone_id: str, records: Sequence[DnsRecord], overwrite: Collection[str]) -> None:
    """Raises AlreadyConfigured with everything that stands in the way of these records."""
    if taken := find_conflicts(client, zone_id, records, overwrite):
        raise conflict_error(zone_id, taken)


def refuse_zone(zone: HostedZone, names: Sequence[str]) -> None:
    """Raises InvalidSettings for a zone that does not hold names of records, or that the public DNS does not know."""
    remedy = "Set zone_id to the public zone of the domain or of a parent domain, or omit it to have it looked up."
    outside = sorted({name for name in names if not f".{name}".endswith(f".{zone.name}")})
    what = [f"{zone.name} does not contain {', '.join(outside)}"] if outside else []
    what += [f"{zone.name} is a private zone, which SES and mail receivers do not see"] if zone.private else []
    if what:
        raise InvalidSettings(f"route53 {zone.id}", tuple(Problem("zone_id", each, remedy) for each in what))


def refuse_delegation(client: Route53, zone: HostedZone, names: Sequence[str]) -> None:
    """Raises InvalidSettings where the zone gives what is above these names to other servers: nobody would see them."""
    above = dict.fromkeys(each for name in names for each in names_above(name, zone.name))
    given = [(name, found) for name in above if (found := delegation(client.at(zone.id, name)))]
    remedy = (
        "Publish in the zone that those servers serve: name it by zone_id, or by dns where it is at another host. "
        "Or delete that NS record, if they serve it no more."
    )
    problems = [
        Problem("zone_id", f"{zone.name} has {found.special} for {name}: nobody sees what it holds below", remedy)
        for name, found in given
    ]
    if problems:
        raise InvalidSettings(f"route53 {zone.id}", tuple(problems))
