"""SesDomainPreflight: looks at what exists in SES and DNS before a sending domain writes anything.

It writes nothing itself, and everything else of the domain waits for it. What it found is recorded: whose identity it
was, and with which MAIL FROM domain. Later changes in SES and Route 53 are looked at by the resources that make them;
at another DNS host, whose provider looks at nothing, by this one. Whether anybody would see a record where it is to
come to is looked at here, whenever it comes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from tenant_email.aws.dkim import DkimKind, EasySigning, ReplicaSigning
from tenant_email.aws.dns_records import (
    EASY_DKIM,
    DnsRecord,
    DnsRecordProps,
    easy_dkim_records,
    normalize_domain,
    record_kind_problems,
)
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.findings import Findings
from tenant_email.inputs.fields import Text, TextMap, UnlessUnknown
from tenant_email.inputs.model import Model, parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.json_types import is_object
from tenant_email.lifecycle.ses_domain_settings import refuse_other_mail_from, refuse_other_set
from tenant_email.operations.aws_session import (
    AwsTarget,
    domain_problems,
    plain_domain,
    route53_of,
    ses_of,
    target_problems,
)
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.dns_conflicts import refuse_conflicts, refuse_delegation, refuse_zone
from tenant_email.operations.dns_standing import ANEW, LEFT, Look, refuse_standing
from tenant_email.operations.planned_records import given_up, is_first_there, is_news, planned_records
from tenant_email.operations.ses_identity_origin import is_ours, refuse_foreign_identity
from tenant_email.operations.set_look import LookedAtSet, given_up_set, look_at_set, misplaced

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.aws.dns_records import RecordKey
    from tenant_email.aws.identity import Identity
    from tenant_email.aws.ses import Ses
    from tenant_email.json_types import Props
    from tenant_email.operations.planned_records import PlannedRecord

_OWN_ORIGIN = "EXTERNAL"


class PromisedPolicy(Model):
    """What servers are told of TLS to the MAIL FROM domain, as in MtaSts.

    Args:
        mode: what they are to do where it fails.
        max_age: how long they may remember it, in seconds.

    """

    mode: Text
    max_age: int


class LookedAtZone(Model):
    """The zone that records are to come to, in Route 53 or at another DNS host."""

    zone_id: Text | None = None
    records: list[DnsRecordProps] = Field(default_factory=list[DnsRecordProps])
    overwrite_records: list[str] = Field(default_factory=list[str])
    zone_target: AwsTarget | None = None
    """By what the zone is reached, where not by what SES is."""
    host: Text | None = None
    """Which other DNS host the records are to come to; public DNS is then looked at."""
    host_zone: Text | None = None
    """Which of the host's zones, or whose provider a function uses; omitted, it is not known."""
    zone_name: Text | None = None
    """The name in DNS of the zone that the records come to, where the program says it."""
    record_zones: dict[str, Annotated[Text, UnlessUnknown]] = Field(default_factory=dict[str, Text])
    """Which zone the resource of each record names, where a function makes it and the program says so as a text."""
    existing_records: list[str] = Field(default_factory=list[str])
    whole_sets: bool = False
    look_first: bool = True
    retains_records: bool = False
    """Whether the records stay at their host when the stack lets them go."""

    def dns_records(self) -> list[DnsRecord]:
        """Returns the records to come."""
        return [DnsRecord.from_props(each) for each in self.records]


class PreflightInputs(LookedAtZone, AwsTarget):
    """The inputs of a SesDomainPreflight."""

    internal: ClassVar[frozenset[str]] = AwsTarget.internal | {
        "tags",
        "zone_target",
        "host",
        "host_zone",
        "zone_name",
        "record_zones",
        "existing_records",
        "whole_sets",
        "look_first",
        "retains_records",
        "other_zones",
    }

    domain: Text
    other_zones: list[LookedAtZone] = Field(default_factory=list[LookedAtZone])
    """The zones of other domains, which get reports."""
    dkim: DkimKind = "easy"
    """How the domain is to sign, as in SesDomainIdentity."""
    replica_of: Text | None = None
    """The region whose keys are to be shared, as in SesDomainIdentity."""
    mail_from: Text | None = None
    configuration_set: LookedAtSet | None = None
    """The set that mail uses; omitted, there is none."""
    mta_sts: PromisedPolicy | None = None
    """The MTA-STS policy that the records announce: where it ends unannounced, that is said."""
    tags: TextMap = Field(default_factory=dict[str, str])
    on_existing: Literal["fail", "adopt", "import"] = "fail"
    overwrite: bool = False

    def easy_dkim_name(self) -> str:
        """Returns a name that stands for those of Easy DKIM, of which SES chooses the first label."""
        return f"token._domainkey.{normalize_domain(self.domain)}"

    def origin(self) -> str:
        """Returns how the identity is to sign, in SES's words."""
        if self.dkim == "byo":
            return _OWN_ORIGIN
        return (ReplicaSigning(self.replica_of) if self.replica_of else EasySigning(2048)).origin


@dataclass(frozen=True, slots=True)
class PreflightOutputs(Properties):
    """The outputs of a SesDomainPreflight: whether the identity is someone else's, and its MAIL FROM domain then."""

    adopts_identity: bool | None
    existing_mail_from: str | None = field(repr=False)


class SesDomainPreflightLifecycle(DynamicLifecycle):
    """The id is `aws-ses/{region}/{domain}/preflight`, with the region that was looked at first.

    It owns nothing, so deleting it does nothing. Another region is an update: only what is recorded tells which of the
    records in public DNS are the stack's own.
    """

    inputs = frozenset(PreflightInputs.model_fields)
    replaced_by = ("domain",)
    no_import = ("a look leaves nothing behind", "Let `pulumi up` create it: it looks, and writes nothing.")

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; nobody is asked. Refuses what would delete a record that is to stand there."""
        inputs, problems = parse(PreflightInputs, desired)
        if is_known(inputs.overwrite_records):
            problems += record_kind_problems(inputs.overwrite_records)
        if inputs.configuration_set is not None and is_known(inputs.configuration_set):
            problems += misplaced(inputs.configuration_set, inputs.region)
        if recorded and not problems and not _is_another_domain(recorded, desired):
            problems += [*given_up(recorded, desired), *given_up_set(recorded, desired)]
        problems += [*domain_problems(inputs.domain), *target_problems(inputs)]
        warnings = (*_forgotten_policy(recorded or {}, desired), *_another_sender(recorded, desired))
        return Findings(tuple(problems), warnings)

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; what the stack made is not looked at again, for it would be met as someone else's."""
        another_place = any(recorded.get(name) != desired.get(name) for name in ("region", "zone_id", "host"))
        news = is_news(planned_records(recorded), planned_records(desired))
        tells = any(recorded.get(name) != desired.get(name) for name in ("configuration_set", "mta_sts"))
        replaces = ["domain"] if _is_another_domain(recorded, desired) else []
        return another_place or news or tells or bool(replaces), replaces

    def do_create(self, desired: Props) -> tuple[str, PreflightOutputs]:
        """Looks; raises with everything that must not be overwritten."""
        inputs = PreflightInputs.model_validate(desired)
        domain = normalize_domain(inputs.domain)
        client = ses_of(inputs)
        found = client.get_identity(domain)
        outputs, planned = _judge_identity(client, found, inputs), planned_records(desired)
        _refuse_in_zones(inputs, planned, {})
        # A look that is not recorded, with an identity of this stack: another name, or a state that was lost.
        way = ANEW if found is not None and not outputs.adopts_identity else ""
        refuse_standing(_looks(inputs, found, planned, {}, way))
        _look_at_set(client, inputs, {})
        return f"aws-ses/{client.region}/{domain}/preflight", outputs

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, PreflightOutputs] | None:
        """Returns what is recorded: it tells of the time before the first write."""
        return self.recorded_inputs(recorded), PreflightOutputs.from_props(recorded)

    def do_update(self, id_: str, recorded: Props, desired: Props) -> PreflightOutputs:
        """Looks at what is news; whose the identity was stays as it was found, but for another region's."""
        inputs = PreflightInputs.model_validate(desired)
        before, after = planned_records(recorded), planned_records(desired)
        answering = dict(before)
        outputs, found = PreflightOutputs.from_props(recorded), None
        moves = recorded.get("region") != desired.get("region")
        if moves or _asks(after, before, EASY_DKIM):
            client = ses_of(inputs)
            found = client.get_identity(normalize_domain(inputs.domain))
            if moves:
                outputs = _judge_identity(client, found, inputs)
                answering.pop(EASY_DKIM, None)  # another identity has other names
        _refuse_in_zones(inputs, after, before)
        refuse_standing(_looks(inputs, found, after, answering))
        if moves or recorded.get("configuration_set") != desired.get("configuration_set"):
            client = ses_of(inputs)
            if not moves and recorded.get("configuration_set") is None:
                _refuse_default_set(client, inputs)
            _look_at_set(client, inputs, recorded)
        return outputs

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Does nothing: a look leaves nothing behind."""


def _is_another_domain(recorded: Props, desired: Props) -> bool:
    """Returns whether it is another one; another spelling is the same domain."""
    return plain_domain(recorded) != plain_domain(desired)


def _judge_identity(client: Ses, found: Identity | None, inputs: PreflightInputs) -> PreflightOutputs:
    """Refuses what the identity and its settings would refuse; returns what is there."""
    # Ours is left by a killed run, or was recorded under another name: there is nothing of anyone's to refuse.
    if found is None or is_ours(found, inputs.tags):
        return PreflightOutputs(adopts_identity=False, existing_mail_from="")
    adopt = inputs.on_existing != "fail"
    refuse_foreign_identity(found, inputs.origin(), adopt=adopt, overwrite=inputs.overwrite)
    refuse_other_mail_from(client, found, inputs.mail_from, overwrite=inputs.overwrite)
    if inputs.configuration_set is not None:
        refuse_other_set(client, found, inputs.configuration_set.name, overwrite=inputs.overwrite)
    existing = found.mail_from.domain if found.mail_from else ""
    return PreflightOutputs(adopts_identity=True, existing_mail_from=existing)


def _refuse_default_set(client: Ses, inputs: PreflightInputs) -> None:
    """Refuses a first set of a stack that adopted an identity with another one, before a set or a topic is made."""
    if inputs.configuration_set is None or inputs.on_existing == "fail":
        return
    found = client.get_identity(normalize_domain(inputs.domain))
    if found is not None and not is_ours(found, inputs.tags):
        refuse_other_set(client, found, inputs.configuration_set.name, overwrite=inputs.overwrite)


def _look_at_set(client: Ses, inputs: PreflightInputs, recorded: Props) -> None:
    """Looks at the set that mail uses; one that only an identity of our own uses is SES's to refuse."""
    wanted = inputs.configuration_set
    if wanted is not None and (wanted.is_watched or inputs.on_existing != "fail"):
        look_at_set(client, inputs, wanted, inputs.tags, recorded)


def _forgotten_policy(recorded: Props, desired: Props) -> tuple[str, ...]:
    """Returns what to say of an MTA-STS policy that ends while servers go by it (RFC 8461 section 8.3)."""
    held = recorded.get("mta_sts")
    if not is_object(held) or held.get("mode") == "none" or desired.get("mta_sts") is not None:
        return ()
    what = f"{recorded.get('mail_from')}: mta_sts ends in mode {held.get('mode')!r}"
    why = f"servers that remember the policy go by it for up to {held.get('max_age')} seconds more"
    return (f"{what}, and {why}. First set mode='none' and serve that policy for so long (docs/dmarc.md).",)


def _another_sender(recorded: Props | None, desired: Props) -> tuple[str, ...]:
    """Returns what to say of a component that is to send as another domain, or elsewhere: it has one policy alone."""
    if not recorded or not is_known(desired.get("domain"), desired.get("region")):
        return ()
    if not (_is_another_domain(recorded, desired) or recorded.get("region") != desired.get("region")):
        return ()
    before, after = (f"{plain_domain(props)} in {props.get('region')}" for props in (recorded, desired))
    what = (
        f"{before} becomes {after}: once that is verified, mail of the former is refused until the tenant is switched"
    )
    return (f"{what}, some seconds later. Without a gap: docs/sending-domain.md#another-domain.",)


def _refuse_in_zones(
    inputs: PreflightInputs,
    planned: Mapping[RecordKey, PlannedRecord],
    before: Mapping[RecordKey, PlannedRecord],
) -> None:
    """Refuses what stands in the way of the records of zones in Route 53 that are news since `before` was recorded.

    Whether anybody would see it is asked of every such record. What stands at its name is asked at the first look at a
    zone: later it may be this stack's own, and the record's own resource looks.
    """
    for zone in (inputs, *inputs.other_zones):
        records: dict[RecordKey, DnsRecord] = {(each.name, each.type): each for each in zone.dns_records()}
        names = {key: each.name for key, each in records.items()}
        if zone is inputs:
            names[EASY_DKIM] = inputs.easy_dkim_name()
        news = [key for key in names if key in planned and planned[key].differs(before.get(key))]
        if zone.zone_id is None or not news:
            continue
        target = zone.zone_target or inputs
        if zone.zone_target is not None:
            ses_of(target)  # which raises where these credentials are another account's than the zone's provider has
        client = route53_of(target)
        found = client.zone(zone.zone_id)
        refuse_zone(found, [names[key] for key in news])
        refuse_delegation(client, found, [names[key] for key in news])
        unseen = [records[key] for key in news if key in records and is_first_there(planned[key], before)]
        refuse_conflicts(client, zone.zone_id, unseen, zone.overwrite_records)


def _asks(
    planned: Mapping[RecordKey, PlannedRecord], before: Mapping[RecordKey, PlannedRecord], key: RecordKey
) -> bool:
    """Returns whether public DNS is to be asked about a record."""
    record = planned.get(key)
    return record is not None and record.looked_at and record.differs(before.get(key))


def _looks(
    inputs: PreflightInputs,
    found: Identity | None,
    planned: Mapping[RecordKey, PlannedRecord],
    before: Mapping[RecordKey, PlannedRecord],
    way: str = "",
) -> list[Look]:
    """Returns what is to be looked at in public DNS, when `before` is recorded; `found` is the identity.

    `way` is the way out where everything that stands there may be this stack's own.
    """
    looks: list[Look] = []
    for key in planned:
        if not _asks(planned, before, key):
            continue
        each, known = planned[key], before.get(key)
        out = LEFT if known is not None and not known.exists else way
        if each.props is None:
            records = _easy_records(inputs, found, exists=each.exists)
        else:
            records = (DnsRecord.from_props(each.props),)
        looks += [Look(record, each.exists, each.whole_sets, out, each.zone_name) for record in records]
    return looks


def _easy_records(inputs: PreflightInputs, found: Identity | None, *, exists: bool) -> Sequence[DnsRecord]:
    """Returns the records of an identity that stays as it is: they are known, and likely to be in DNS.

    Raises:
        InvalidSettings: they are to exist, and no identity has them.
    """
    if found is not None and found.dkim.ready and inputs.origin() == found.dkim.origin:
        domain = normalize_domain(inputs.domain)
        return easy_dkim_records(domain, found.dkim.tokens, found.dkim.signing_hosted_zone)
    if exists:
        what = "'dkim' promises the records of Easy DKIM, and SES has no identity of the domain that has some"
        remedy = "Take 'dkim' out of existing: SES chooses the names of these records with the identity."
        raise InvalidSettings(f"ses {inputs.region}: {inputs.domain}", (Problem("existing", what, remedy),))
    return ()
