"""SesDomainPreflight: looks at what exists in SES and DNS before a sending domain writes anything.

It writes nothing itself, and everything else of the domain waits for it. What it found is recorded: whose identity it
was, and with which MAIL FROM domain. Later changes are looked at by the resources that make them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tenant_email.aws.dkim import DkimKind, EasySigning, ReplicaSigning
from tenant_email.aws.dns_records import (
    DnsRecord,
    DnsRecordProps,
    easy_dkim_records,
    normalize_domain,
    record_kind_problems,
)
from tenant_email.errors import AlreadyConfigured, NotFound
from tenant_email.findings import Findings
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import Model, parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.lifecycle.ses_domain_settings import refuse_other_mail_from, refuse_other_set
from tenant_email.operations.aws_session import (
    AwsTarget,
    domain_problems,
    replacement_causes,
    route53_of,
    ses_of,
    target_problems,
)
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.console import warn
from tenant_email.operations.dns_conflicts import refuse_conflicts, refuse_zone
from tenant_email.operations.dns_standing import refuse_standing
from tenant_email.operations.ses_identity_origin import is_ours, refuse_foreign_identity

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.ses import Ses
    from tenant_email.json_types import Props

_OWN_ORIGIN = "EXTERNAL"


class LookedAtSet(Model):
    """A configuration set that mail is to use, and what it has to have, as in Events.

    Args:
        name: the set's name.
        is_made: whether the stack makes it; else it is there, and is used as it is.
        require_tls: whether it must deliver over TLS only.
        suppress: after what it must hold back addresses.
        dedicated_ip_pool: the pool that it must send from.
        engagement_metrics: whether opens and clicks are to be counted.
        optimized_shared_delivery: whether SES is to choose among its shared addresses.

    """

    name: Text
    is_made: bool = False
    require_tls: bool = True
    suppress: list[str] = Field(default_factory=list[str])
    dedicated_ip_pool: Text | None = None
    engagement_metrics: bool | None = None
    optimized_shared_delivery: bool | None = None


class PreflightInputs(AwsTarget):
    """The inputs of a SesDomainPreflight."""

    internal: ClassVar[frozenset[str]] = AwsTarget.internal | {
        "tags",
        "zone_target",
        "host",
        "existing_records",
        "whole_sets",
        "look_first",
    }

    domain: Text
    zone_id: Text | None = None
    records: list[DnsRecordProps] = Field(default_factory=list[DnsRecordProps])
    overwrite_records: list[str] = Field(default_factory=list[str])
    zone_target: AwsTarget | None = None
    """By what the zone is reached, where not by what SES is."""
    host: Text | None = None
    """Which other DNS host the records are to come to; public DNS is then looked at."""
    existing_records: list[str] = Field(default_factory=list[str])
    whole_sets: bool = False
    look_first: bool = True
    dkim: DkimKind = "easy"
    """How the domain is to sign, as in SesDomainIdentity."""
    replica_of: Text | None = None
    """The region whose keys are to be shared, as in SesDomainIdentity."""
    mail_from: Text | None = None
    configuration_set: LookedAtSet | None = None
    """The set that events make or use; omitted, none is looked at."""
    tags: dict[str, str] = Field(default_factory=dict[str, str])
    on_existing: Literal["fail", "adopt", "import"] = "fail"
    overwrite: bool = False

    def dns_records(self) -> list[DnsRecord]:
        """Returns the records to come."""
        return [DnsRecord.from_props(each) for each in self.records]

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
    """The id is `aws-ses/{region}/{domain}/preflight`; it owns nothing, so deleting it does nothing."""

    inputs = frozenset(PreflightInputs.model_fields)
    replaced_by = ("domain", "region")
    no_import = ("a look leaves nothing behind", "Let `pulumi up` create it: it looks, and writes nothing.")

    def do_check(self, recorded: Props | None, desired: Props) -> Findings:
        """Validates; nobody is asked."""
        inputs, problems = parse(PreflightInputs, desired)
        if is_known(inputs.overwrite_records):
            problems += record_kind_problems(inputs.overwrite_records)
        return Findings((*problems, *domain_problems(inputs.domain), *target_problems(inputs)))

    def do_diff(self, id_: str, recorded: Props, desired: Props) -> tuple[bool, list[str]]:
        """Compares; only another place is looked at again, for the rest is by then partly ours."""
        # After the first write its own records would be found, and read as conflicts with themselves.
        another_zone = any(recorded.get(name) != desired.get(name) for name in ("zone_id", "host"))
        new = bool(desired.get("host")) and bool(_keys(desired) - _keys(recorded))
        replaces = replacement_causes(recorded, desired)
        return another_zone or new or _is_another_set(recorded, desired) or bool(replaces), replaces

    def do_create(self, desired: Props) -> tuple[str, PreflightOutputs]:
        """Looks; raises with everything that must not be overwritten."""
        inputs = PreflightInputs.model_validate(desired)
        domain = normalize_domain(inputs.domain)
        client = ses_of(inputs)
        found = _identity(client, domain, inputs)
        _refuse_records(inputs, inputs.dns_records())
        _look_at_set(client, inputs)
        return f"aws-ses/{client.region}/{domain}/preflight", found

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, PreflightOutputs] | None:
        """Returns what is recorded: it tells of the time before the first write."""
        return self.recorded_inputs(recorded), PreflightOutputs.from_props(recorded)

    def do_update(self, id_: str, recorded: Props, desired: Props) -> PreflightOutputs:
        """Looks into another zone, at new records and at another set; whose the identity was stays as it was found."""
        inputs = PreflightInputs.model_validate(desired)
        # In Route 53 each record looks for itself; of other hosts what this stack publishes by now is ours.
        ours = _keys(recorded if inputs.host and inputs.host == recorded.get("host") else {})
        if inputs.host or inputs.zone_id != recorded.get("zone_id"):
            _refuse_records(inputs, [each for each in inputs.dns_records() if (each.name, each.type) not in ours])
        if _is_another_set(recorded, desired):
            _look_at_set(ses_of(inputs), inputs)
        return PreflightOutputs.from_props(recorded)

    def do_delete(self, id_: str, recorded: Props) -> None:
        """Does nothing: a look leaves nothing behind."""


def _identity(client: Ses, domain: str, inputs: PreflightInputs) -> PreflightOutputs:
    """Refuses what the identity and its settings would refuse; returns what is there."""
    found = client.get_identity(domain)
    # Ours is left by a killed run, or was recorded under another name: there is nothing of anyone's to refuse.
    if found is None or is_ours(found, inputs.tags):
        return PreflightOutputs(adopts_identity=False, existing_mail_from="")
    adopt = inputs.on_existing != "fail"
    refuse_foreign_identity(found, inputs.origin(), adopt=adopt, overwrite=inputs.overwrite)
    refuse_other_mail_from(client, found, inputs.mail_from, overwrite=inputs.overwrite)
    if inputs.configuration_set is not None:
        refuse_other_set(client, found, inputs.configuration_set.name, overwrite=inputs.overwrite)
    if inputs.host and inputs.dkim == "easy" and inputs.origin() == found.dkim.origin and not inputs.replica_of:
        # the records of an identity that is adopted are known, and likely to be in DNS: it is verified by them
        _refuse_records(inputs, easy_dkim_records(domain, found.dkim.tokens, found.dkim.signing_hosted_zone))
    existing = found.mail_from.domain if found.mail_from else ""
    return PreflightOutputs(adopts_identity=True, existing_mail_from=existing)


def _is_another_set(recorded: Props, desired: Props) -> bool:
    return recorded.get("configuration_set") != desired.get("configuration_set")


def _look_at_set(client: Ses, inputs: PreflightInputs) -> None:
    """Refuses a set that is someone else's where one is to be made, and one that cannot be used; says what differs."""
    wanted = inputs.configuration_set
    if wanted is None:
        return
    from tenant_email.aws.event_rules import differences  # noqa: PLC0415 - few programs need it

    found, who = client.get_configuration_set(wanted.name), f"ses {client.region}: the configuration set {wanted.name}"
    if wanted.is_made:
        if found is not None and not inputs.tags.items() <= found.tags.items():
            remedy = f"Set configuration_set={wanted.name!r} to use it, or events.name to make another one."
            raise AlreadyConfigured(f"{who} is there already, and this stack did not make it", remedy=remedy)
        return
    if found is None:
        raise NotFound(f"{who} is not there", remedy="Create it, or omit configuration_set: then one is made.")
    if not found.sending_enabled:
        remedy = "Turn it on, or use another one."
        raise AlreadyConfigured(f"{who} has sending turned off: no mail would go out", remedy=remedy)
    for each in differences(wanted, found.options):
        warn(f"{who} is not changed, and it {each}")


def _keys(props: Props) -> frozenset[tuple[str, str]]:
    """Returns the names and types of the records among some inputs."""
    return frozenset((each["name"], each["type"]) for each in props.get("records") or ())


def _refuse_records(inputs: PreflightInputs, records: Sequence[DnsRecord]) -> None:
    """Refuses what stands in the way of the records, in the zone or in public DNS."""
    if inputs.zone_id is not None:
        target = inputs.zone_target or inputs
        if inputs.zone_target is not None:
            ses_of(target)  # which raises where these credentials are another account's than the zone's provider has
        client = route53_of(target)
        refuse_zone(client.zone(inputs.zone_id), records)
        refuse_conflicts(client, inputs.zone_id, records, inputs.overwrite_records)
    elif inputs.host and inputs.look_first and records:
        refuse_standing(records, inputs.existing_records, whole_sets=inputs.whole_sets)
