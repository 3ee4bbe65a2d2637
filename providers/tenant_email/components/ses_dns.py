"""Publishes a sending domain's records in Route 53, after a look at what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pulumi

from tenant_email.aws.dns_records import RECORD_KINDS
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources.duplicates import claim_record
from tenant_email.resources.ses_records import SesDomainPreflight, SesDomainRecord
from tenant_email.resources.ses_values import ReplicaDkim, short_dkim

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.aws.dns_records import DnsRecord, RecordKind
    from tenant_email.capabilities import OnDelete, OnExisting
    from tenant_email.components.ses_place import Place
    from tenant_email.components.ses_zone import ZoneRef
    from tenant_email.json_types import PropsView
    from tenant_email.resources.ses import SesDomainIdentity
    from tenant_email.resources.ses_values import DkimMode

_DKIM_RECORDS = 3  # Easy DKIM has three, always, so that a preview can show them
_MAIL_FROM = (
    "mail_from",
    "Set a different mail_from label on each: SES allows only one MX record there, which names the region.",
)
_SEPARATE: Mapping[str, tuple[str, str]] = {
    "DKIM": ("dkim_selector", "Set a different dkim_selector on each."),
    "MAIL FROM": _MAIL_FROM,
    "SPF": _MAIL_FROM,
    "DMARC": ("dmarc", "Set dmarc on one of them only: a domain has one policy, for all regions."),
}


class _Planned(NamedTuple):
    label: str
    record: DnsRecord
    value: pulumi.Input[str]


class Publisher:
    """A publisher of records, one resource each, which what waits for them depends on; none without a zone."""

    def __init__(
        self,
        prefix: str,
        zone: ZoneRef | None,
        place: Place,
        *,
        overwrite: Sequence[RecordKind],
        on_delete: OnDelete | None,
    ) -> None:
        self.records: list[SesDomainRecord] = []
        self.zone_id = zone.id if zone else None
        self._prefix, self._place, self._overwrite, self._on_delete = prefix, place, list(overwrite), on_delete
        self._planned: list[_Planned] = []
        self._problems: list[Problem] = []
        self._found: SesDomainPreflight | None = None

    def plan(self, label: str, record: DnsRecord, value: pulumi.Input[str] | None = None) -> None:
        """Says that a record will be published; `value` is given where it is known later than the rest."""
        if self.zone_id is not None:
            path, remedy = _SEPARATE[record.purpose]
            self._problems += claim_record(self._prefix, path, record, self.zone_id, remedy)
        self._planned.append(_Planned(label, record, record.values[0] if value is None else value))

    def preflight(
        self,
        *,
        domain: pulumi.Input[str],
        dkim: DkimMode,
        mail_from: pulumi.Input[str] | None,
        on_existing: OnExisting,
        overwrite: bool,
    ) -> SesDomainPreflight:
        """Has what exists looked at before anything is written; everything else is to depend on what this returns.

        Raises:
            InvalidSettings: another component of the program publishes some of the names.
        """
        if self._problems:
            raise InvalidSettings(self._prefix, tuple(self._problems))
        self._found = SesDomainPreflight(
            f"{self._prefix}-preflight",
            domain=domain,
            dkim=short_dkim(dkim),
            replica_of=dkim.parent_region if isinstance(dkim, ReplicaDkim) else None,
            mail_from=mail_from,
            on_existing=on_existing,
            overwrite=overwrite,
            zone_id=self.zone_id,
            records=[{**each.record.to_props(), "values": [each.value]} for each in self._planned],
            overwrite_records=self._overwrite,
            opts=self._place.opts,
            **self._place.props,
        )
        return self._found

    def publish(self, purpose: str, opts: pulumi.ResourceOptions) -> list[SesDomainRecord]:
        """Publishes what was planned for a purpose."""
        before = len(self.records)
        for label, record, value in self._planned:
            if record.purpose == purpose:
                self._publish(label, record.to_props(), value, opts)
        return self.records[before:]

    def publish_easy_dkim(self, identity: SesDomainIdentity, opts: pulumi.ResourceOptions) -> None:
        """Publishes what the identity answered; a preview shows the records before their names are known."""
        for number in range(_DKIM_RECORDS):
            record = identity.dns_records[number]
            props = {name: record[name] for name in ("name", "type", "ttl")}
            self._publish(f"dkim-{number}", props, record["values"][0], opts, easy=True)

    def _publish(
        self,
        label: str,
        record: PropsView,
        value: pulumi.Input[str],
        opts: pulumi.ResourceOptions,
        *,
        easy: bool = False,
    ) -> None:
        if self.zone_id is None or self._found is None:
            return
        purpose = "DKIM" if easy else record["purpose"]
        made = SesDomainRecord(
            f"{self._prefix}-{label}",
            zone_id=self.zone_id,
            name=record["name"],
            type=record["type"],
            ttl=record["ttl"],
            value=value,
            purpose=purpose,
            # the names of Easy DKIM hold tokens of this identity, so that nobody else has a use for them
            overwrite=easy or RECORD_KINDS[purpose] in self._overwrite,
            ours_alone=self._found.adopts_identity.apply(lambda adopts: not adopts) if easy else False,
            keep=self._keep(self._found, purpose, record["name"]),
            opts=opts,
            **self._place.props,
        )
        self.records.append(made)

    def _keep(self, found: SesDomainPreflight, purpose: str, name: str) -> pulumi.Input[bool]:
        """Returns whether a record outlives the stack, because what needs it does."""
        if self._on_delete == "retain":
            return True
        if self._on_delete == "delete" or purpose == "DMARC":
            return False
        if purpose == "DKIM":
            return found.adopts_identity
        both = pulumi.Output.all(found.adopts_identity, found.existing_mail_from)
        return both.apply(lambda known: bool(known[0]) and known[1] == name)
