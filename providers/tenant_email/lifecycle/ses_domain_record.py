"""SesDomainRecord: one DNS record of an identity in Route 53, next to or in place of what others have there.

What means the same is used as it is and stays. What contradicts it is refused, or replaced where that was asked for:
then the outputs keep what was there, and a destroy puts it back, unless someone has changed the record since. Each
write names the values that were seen, so that Route 53 refuses it when they are others by then.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, ClassVar, Final, Literal, Self

from tenant_email.aws import record_sets
from tenant_email.aws.dmarc import dmarc
from tenant_email.aws.dmarc_stage import skips, stage_of
from tenant_email.aws.dns_match import same_kind
from tenant_email.aws.dns_records import RECORD_KINDS, DnsRecord, RecordPurpose, plain_zone_id
from tenant_email.aws.record_sets import RecordSet
from tenant_email.errors import Conflict, NotFound, PlatformError, redact_external
from tenant_email.findings import Findings, OwnsObject
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import UNKNOWN, is_known
from tenant_email.operations import operation
from tenant_email.operations.aws_session import (
    AwsTarget,
    default_region,
    route53_of,
    ses_of,
    target_of_import,
    target_problems,
)
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import info, warn
from tenant_email.operations.dns_conflicts import RecordConflict, conflict_error, is_equivalent, refuse_delegation
from tenant_email.operations.handover import hand_over
from tenant_email.operations.import_ids import not_importable, parse_id, wrong_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.record_sets import RecordSetChange
    from tenant_email.aws.route53 import Route53
    from tenant_email.json_types import Props, PropsView
    from tenant_email.operations.lifecycle import Mirrors

_TRIES: Final = 3  # of a write, where someone else writes the same set between our look and it
_BEGINS: Final = {
    "SPF": "v=spf1",
    "DMARC": "v=DMARC1;",
    "DMARC REPORTS": "v=DMARC1;",
    "TLS-RPT": "v=TLSRPTv1;",
    "MTA-STS": "v=STSv1;",
}  # by which a text at a name is known for one of this purpose
_ANY: Final = "any"  # stands for a value of the others: all that is at their names and of their type is of their kind


class RecordInputs(AwsTarget):
    """The inputs of a SesDomainRecord."""

    zone_id: Text
    name: Text
    type: Literal["CNAME", "MX", "TXT"]
    ttl: int
    value: Text
    purpose: RecordPurpose
    overwrite: bool = False
    ours_alone: bool = False
    keep: bool = False

    def record(self) -> DnsRecord:
        """Returns the record."""
        return DnsRecord(self.name, self.name, self.type, self.ttl, (self.value,), self.purpose, required=True)


@dataclass(frozen=True, slots=True)
class RecordOutputs(Properties):
    """The outputs of a SesDomainRecord.

    written_value: our value, None while what is there is someone else's. replaced_records: what our write replaced.
    conflicting_records: what stood there instead at the last refresh.
    """

    written_value: str | None = field(default=None, repr=False)
    replaced_records: tuple[RecordSet, ...] = field(default=(), repr=False)
    conflicting_records: tuple[str, ...] = field(default=(), repr=False)

    def to_props(self) -> Props:
        """Returns them as they stand in state, all of them always."""
        return {
            "written_value": self.written_value or "",
            "replaced_records": [each.to_props() for each in self.replaced_records],
            "conflicting_records": list(self.conflicting_records),
        }

    @classmethod
    def from_props(cls, props: PropsView) -> Self:
        """Reads recorded properties."""
        replaced = tuple(RecordSet.from_props(each) for each in props.get("replaced_records", ()))
        return cls(props.get("written_value") or None, replaced, tuple(props.get("conflicting_records", ())))


class SesDomainRecordLifecycle(DynamicLifecycle):
    """The id is `route53/{zone id}/{name}/{type}`."""

    inputs = frozenset(RecordInputs.model_fields)
    replaced_by = ("zone_id", "name", "type")
    mirrors: ClassVar[Mirrors] = {"written_value": ("value",), "replaced_records": ("name",)}

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; Route 53 itself is not asked."""
        inputs, problems = parse(RecordInputs, desired)
        claims = (OwnsObject(_id(inputs)),) if is_known(inputs.zone_id, inputs.name, inputs.type) else ()
        return Findings(tuple(problems + target_problems(inputs)), _skipped_stages(recorded, desired), claims=claims)

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; what only a look at the identity says, and a preview may not know, is no change by itself."""
        kept = operation.current().ownership.kept_record(recorded.get("name"))
        if kept and desired.get("name") is UNKNOWN:
            desired = {**desired, "name": kept["name"], "value": kept["values"][0]}
        unknown = [name for name in ("keep", "ours_alone") if desired.get(name) is UNKNOWN]
        seen, wanted = ({n: props[n] for n in props if n not in unknown} for props in (recorded, desired))
        before, after = _place(recorded), _place(desired)
        replaces = [name for name in self.replaced_by if before.get(name) != after.get(name)]
        return self.recorded_inputs(seen) != wanted, replaces

    def do_create(self, desired: Props) -> tuple[str, RecordOutputs]:
        """Writes the record, or uses what is there."""
        inputs = RecordInputs.model_validate(desired)
        ownership, id_ = operation.current().ownership, _id(inputs)
        ownership.note_write(id_)
        # A replacement that deleted first goes on with what it had.
        return id_, _publish(inputs, RecordOutputs.from_props(ownership.find_released(id_) or {}))

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, RecordOutputs] | None:
        """Reads; None when nothing of the kind is there. What means something else shows as another value."""
        inputs, had = self._read_recorded(recorded)
        try:
            sets = _client(inputs).at(inputs.zone_id, inputs.name)
        except NotFound:
            return None
        record, given = inputs.record(), self.recorded_inputs(recorded)
        is_value_known = had.written_value is not None or not had.conflicting_records
        if is_value_known and is_equivalent(record, sets):
            return {**given, "value": inputs.value}, replace(had, conflicting_records=())
        # without ours, which may stand beside: what is shown here is what an update takes out
        others = record_sets.contradictions(record, sets, had.written_value)
        if not others:
            return None
        seen = tuple(map(str, others))
        return {**given, "value": redact_external("; ".join(seen))}, replace(had, conflicting_records=seen)

    def do_import(self, id_: str) -> tuple[Props, RecordOutputs] | None:
        """Reads the one value at a name that is a record of this kind; the region is that of the stack."""
        parts = parse_id("SesDomainRecord", id_)
        purpose = _purpose_of(id_, parts["name"], parts["type"])
        given = {"zone_id": parts["zone"], "name": parts["name"], "type": parts["type"], "purpose": purpose}
        target = target_of_import(id_, default_region())
        inputs = RecordInputs.model_validate(
            {**given, "ttl": 0, "value": _BEGINS.get(purpose, _ANY), "region": target.region}
        )
        try:
            sets = _client(inputs).at(inputs.zone_id, inputs.name)
        except NotFound:
            return None
        own = next((each for each in sets if each.type == inputs.type), None)
        texts = same_kind(inputs.record(), own.texts()) if own and not own.special else []
        if own is None or not (texts or own.special):
            return None
        if len(texts) != 1:
            what = own.special or f"{len(texts)} {purpose} records"
            raise not_importable(id_, f"it is {what}", "Make it one plain record first.")
        return {**given, "ttl": own.ttl, "value": texts[0], "region": target.region}, RecordOutputs()

    def do_update(self, id_: str, recorded: Props, desired: Props) -> RecordOutputs:
        """Writes another value in place of ours; what only steers us is recorded without a call."""
        inputs, had = RecordInputs.model_validate(desired), RecordOutputs.from_props(recorded)
        if all(recorded.get(name) == desired.get(name) for name in ("value", "ttl")):
            return had
        if recorded.get("value") != desired.get("value"):
            # at its creation the preflight has looked: since then the zone may have given the name away
            client = _client(inputs)
            refuse_delegation(client, client.zone(inputs.zone_id), [inputs.name])
        return _publish(inputs, had)

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Takes our value out and puts back what it replaced; keeps what is, or has become, someone else's."""
        inputs, had = self._read_recorded(recorded)
        if hand_over(id_, recorded, claim=_id(inputs), forgotten=_forgotten(inputs, had)):
            return
        if had.written_value is None:
            info(f"{id_}: left in place, because it existed before this stack")
        elif inputs.keep and (
            not had.replaced_records or inputs.purpose == "DKIM"
        ):  # what it replaced there did not verify
            info(f"{id_}: left in place, because the identity is kept and needs it")
        else:
            _withdraw(inputs, had.written_value, had.replaced_records)

    def _read_recorded(self, recorded: Props) -> tuple[RecordInputs, RecordOutputs]:
        """Reads what is recorded; of a value in whose place a refresh has put what it saw, what we wrote, or its kind.

        The value says which texts at a name are of the record's kind, and what was seen is written otherwise.
        """
        inputs, had = RecordInputs.model_validate(self.recorded_inputs(recorded)), RecordOutputs.from_props(recorded)
        if had.conflicting_records:
            value = had.written_value or _BEGINS.get(inputs.purpose, _ANY)
            inputs = inputs.model_copy(update={"value": value})
        return inputs, had


def _purpose_of(id_: str, name: str, type_: str) -> str:
    """Returns the purpose of a record; raises InvalidSettings for one of no use to SES."""
    match type_:
        case "CNAME" | "TXT" if "._domainkey." in name:
            return "DKIM"
        case "MX":
            return "MAIL FROM"
        case "TXT":
            return _purpose_of_text(name)
        case _:
            remedy = "The types are MX, TXT, and CNAME for a name with ._domainkey. in it."
            raise wrong_id(id_, "is that of no record by which SES knows a domain", remedy)


def _purpose_of_text(name: str) -> str:
    """Returns the purpose of a TXT record, by its name."""
    if "._report._dmarc." in name:
        return "DMARC REPORTS"
    purposes = {"_dmarc.": "DMARC", "_smtp._tls.": "TLS-RPT", "_mta-sts.": "MTA-STS"}
    return next((purpose for begins, purpose in purposes.items() if name.startswith(begins)), "SPF")


def _id(inputs: RecordInputs) -> str:
    return f"route53/{plain_zone_id(inputs.zone_id)}/{inputs.name}/{inputs.type}"


def _place(props: PropsView) -> Props:
    """Returns where a record is; the id of one zone is written in two ways."""
    zone_id = props.get("zone_id")
    return {**props, "zone_id": plain_zone_id(zone_id) if isinstance(zone_id, str) else zone_id}


def _client(inputs: RecordInputs) -> Route53:
    ses_of(inputs)  # which raises where these credentials are another account's
    return route53_of(inputs)


def _forgotten(inputs: RecordInputs, had: RecordOutputs) -> str:
    """Returns what no new resource learns of this record that is there already."""
    if had.replaced_records:
        shown = "; ".join(redact_external(each) for each in had.replaced_records)
        return f"what it replaced is recorded no longer, and no destroy puts it back: {shown}."
    if had.written_value is not None and not inputs.ours_alone:
        return "that this stack made it is recorded no longer: a destroy leaves it in place."
    return ""


def _publish(inputs: RecordInputs, had: RecordOutputs) -> RecordOutputs:
    """Brings the record into the zone; returns whose it is then."""
    client, record = _client(inputs), inputs.record()
    with operation.current().write_lock("route53", inputs.zone_id):
        # The lock holds off only this process. Against everyone else the write itself is the check: its DELETE names
        # the values seen here, and Route 53 refuses the whole batch where they are others by now. Then we look again.
        for _ in range(_TRIES):
            sets = client.at(inputs.zone_id, inputs.name)
            held = had.written_value is not None and record_sets.holds(record, sets, had.written_value)
            # What means the same is used, not doubled: two SPF or DMARC records are as good as none (RFC 7208,
            # RFC 7489).
            if (not held or had.written_value == inputs.value) and is_equivalent(record, sets):
                ours = held or inputs.ours_alone
                return RecordOutputs(inputs.value, had.replaced_records) if ours else RecordOutputs()
            change = record_sets.put(record, sets, had.written_value)
            _refuse(inputs, record, change, had)
            if _apply(client, inputs.zone_id, inputs.name, sets, change):
                return RecordOutputs(
                    inputs.value, had.replaced_records if had.written_value is not None else change.before
                )
    raise _contention(inputs)


def _refuse(inputs: RecordInputs, record: DnsRecord, change: RecordSetChange, had: RecordOutputs) -> None:
    """Raises for what is in the way: what a refresh has shown, and with it the preview, is replaced as previewed."""
    taken = RecordConflict(record, change.before)
    shown = (
        bool(had.conflicting_records)
        and had.written_value is not None
        and tuple(map(str, taken.sets)) == had.conflicting_records
    )
    if taken.sets and not (taken.replaceable and (inputs.overwrite or inputs.ours_alone or shown)):
        raise conflict_error(inputs.zone_id, [taken])


def _apply(client: Route53, zone_id: str, name: str, seen: Sequence[RecordSet], change: RecordSetChange) -> bool:
    """Makes a change; False when someone else's came before it. An answer that was lost is looked for in the zone."""
    try:
        client.change(zone_id, change)
    except PlatformError as error:
        refused = record_sets.is_refused_batch(error)
        if not (error.uncertain or refused):
            raise
        # A lost answer and a refused repeat of our own write look alike; the zone says which it was. A refusal where
        # nothing has changed since we looked is about the batch itself, so a next try would be refused too.
        # The batch is all or nothing, so that the zone itself tells whether it arrived.
        now = client.at(zone_id, name)
        if error.uncertain and _after(seen, change) == _comparable(now):
            return True
        if refused and _comparable(now) != _comparable(seen):
            return False
        raise
    return True


def _after(seen: Sequence[RecordSet], change: RecordSetChange) -> set[tuple[object, ...]]:
    return _comparable([*(each for each in seen if each not in change.deletes), *change.creates])


def _comparable(sets: Sequence[RecordSet]) -> set[tuple[object, ...]]:
    return {(each.name, each.type, each.ttl, tuple(sorted(each.values)), each.special) for each in sets}


def _skipped_stages(recorded: Props | None, desired: Props) -> tuple[str, ...]:
    """Returns what to say of a DMARC policy that leaves a stage out; where no policy was, nobody knows of one."""
    told = [props.get("value") for props in (recorded or {}, desired) if props.get("purpose") == "DMARC"]
    read = [dmarc([each]) for each in told if isinstance(each, str)]
    stages = [stage_of(each.policy, testing=each.testing) for each in read if each]
    if len(stages) < 2 or not skips(*stages):  # noqa: PLR2004 - one before, and one after
        return ()
    what = (
        f"{desired.get('name')}: DMARC goes from none to reject at once: mail that fails is lost before anybody saw it"
    )
    return (f"{what}. Publish quarantine first; `tenant-email doctor` says what reject needs (docs/dmarc.md).",)


def _withdraw(inputs: RecordInputs, wrote: str, replaced: Sequence[RecordSet]) -> None:
    client, record = _client(inputs), inputs.record()
    with operation.current().write_lock("route53", inputs.zone_id):
        for _ in range(_TRIES):
            try:
                sets = client.at(inputs.zone_id, inputs.name)
            except NotFound:
                return  # the zone is gone, and the record with it
            # The set may hold values of others by now: only ours goes, and theirs stays.
            change = record_sets.take(record, sets, wrote, replaced)
            if change is None:
                _warn_changed(inputs, record, sets)
                return
            if _apply(client, inputs.zone_id, inputs.name, sets, change):
                _warn_lost(inputs, replaced, change)
                return
    raise _contention(inputs)


def _warn_changed(inputs: RecordInputs, record: DnsRecord, sets: Sequence[RecordSet]) -> None:
    there = record_sets.contradictions(record, sets)
    if there:
        shown = "; ".join(redact_external(each) for each in there)
        warn(f"{_id(inputs)}: kept, because someone else changed it since the last update: {shown}")


def _warn_lost(inputs: RecordInputs, replaced: Sequence[RecordSet], change: RecordSetChange) -> None:
    back = {each.type: each.values for each in change.creates}
    lost = [each for each in replaced if not set(each.values) <= set(back.get(each.type, ()))]
    if lost:
        shown = "; ".join(redact_external(each) for each in lost)
        warn(f"{_id(inputs)}: could not be restored next to what is there now: {shown}")


def _contention(inputs: RecordInputs) -> Conflict:
    message = f"route53 {inputs.zone_id}: {inputs.name} {inputs.type} was changed by someone else during this update"
    return Conflict(
        message, remedy=f"Run again when nobody else is changing the {RECORD_KINDS[inputs.purpose]} record."
    )
