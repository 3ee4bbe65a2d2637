"""SesDomainPreflight: looks at what exists in SES and DNS before a sending domain writes anything.

It writes nothing itself, and everything else of the domain waits for it. What it found is recorded: whose identity it
was, and with which MAIL FROM domain. Later changes are looked at by the resources that make them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from pydantic import Field

from tenant_email.aws.dkim import DkimKind, EasySigning, ReplicaSigning
from tenant_email.aws.dns_records import DnsRecord, DnsRecordProps, normalize_domain, record_kind_problems
from tenant_email.findings import Findings
from tenant_email.inputs.fields import Text
from tenant_email.inputs.model import parse
from tenant_email.inputs.properties import Properties
from tenant_email.inputs.unknowns import is_known
from tenant_email.lifecycle.ses_domain_settings import refuse_other_mail_from
from tenant_email.operations.aws_session import (
    AwsTarget,
    domain_problems,
    replacement_causes,
    route53_of,
    ses_of,
    target_problems,
)
from tenant_email.operations.border import DynamicLifecycle
from tenant_email.operations.dns_conflicts import refuse_conflicts, refuse_zone
from tenant_email.operations.ses_identity_origin import is_ours, refuse_foreign_identity

if TYPE_CHECKING:
    from tenant_email.aws.ses import Ses
    from tenant_email.json_types import Props

_OWN_ORIGIN = "EXTERNAL"


class PreflightInputs(AwsTarget):
    """The inputs of a SesDomainPreflight."""

    internal: ClassVar[frozenset[str]] = AwsTarget.internal | {"tags"}

    domain: Text
    zone_id: Text | None = None
    records: list[DnsRecordProps] = Field(default_factory=list[DnsRecordProps])
    overwrite_records: list[str] = Field(default_factory=list[str])
    dkim: DkimKind = "easy"
    """How the domain is to sign, as in SesDomainIdentity."""
    replica_of: Text | None = None
    """The region whose keys are to be shared, as in SesDomainIdentity."""
    mail_from: Text | None = None
    tags: dict[str, str] = Field(default_factory=dict[str, str])
    on_existing: Literal["fail", "adopt", "import"] = "fail"
    overwrite: bool = False

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
        another_zone = recorded.get("zone_id") != desired.get("zone_id")
        replaces = replacement_causes(recorded, desired)
        return another_zone or bool(replaces), replaces

    def do_create(self, desired: Props) -> tuple[str, PreflightOutputs]:
        """Looks; raises with everything that must not be overwritten."""
        inputs = PreflightInputs.model_validate(desired)
        domain = normalize_domain(inputs.domain)
        client = ses_of(inputs)
        found = _identity(client, domain, inputs)
        _records(inputs)
        return f"aws-ses/{client.region}/{domain}/preflight", found

    def do_read(self, id_: str, recorded: Props) -> tuple[Props, PreflightOutputs] | None:
        """Returns what is recorded: it tells of the time before the first write."""
        return self.recorded_inputs(recorded), PreflightOutputs.from_props(recorded)

    def do_update(self, id_: str, recorded: Props, desired: Props) -> PreflightOutputs:
        """Looks into another zone; whose the identity was stays as it was found."""
        _records(PreflightInputs.model_validate(desired))
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
    existing = found.mail_from.domain if found.mail_from else ""
    return PreflightOutputs(adopts_identity=True, existing_mail_from=existing)


def _records(inputs: PreflightInputs) -> None:
    if inputs.zone_id is None:
        return
    client, records = route53_of(inputs), [DnsRecord.from_props(each) for each in inputs.records]
    refuse_zone(client.zone(inputs.zone_id), records)
    refuse_conflicts(client, inputs.zone_id, records, inputs.overwrite_records)
