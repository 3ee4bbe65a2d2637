"""Publishes a sending domain's records, each at its target, after a look at what is there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import pulumi

from tenant_email.aws.dns_records import EASY_DKIM, LONGEST_NAME, RECORD_TTL
from tenant_email.components.ses_left_over import LeftIdentity
from tenant_email.components.ses_record_targets import Origin
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources.dns_publishing import DnsRecordToPublish
from tenant_email.resources.duplicates import claim_record
from tenant_email.resources.ses_records import SesDomainPreflight
from tenant_email.resources.ses_values import ReplicaDkim, short_dkim

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.aws.dns_records import DnsRecord, RecordKey
    from tenant_email.components.ses_arguments import Arguments
    from tenant_email.components.ses_place import Place
    from tenant_email.components.ses_record_targets import Target
    from tenant_email.json_types import Props
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
    "DMARC REPORTS": ("dmarc.report_zones", "Set it on one of them only."),
    "TLS-RPT": _MAIL_FROM,
    "MTA-STS": _MAIL_FROM,
}


class _Planned(NamedTuple):
    label: str
    record: DnsRecord
    value: pulumi.Input[str]
    target: Target | None


class Publisher:
    """A publisher of records, one resource each, which what waits for them depends on; none without a target."""

    def __init__(self, prefix: str, target: Target | None, place: Place) -> None:
        self.records: list[pulumi.Resource] = []
        self.zone_id = target.zone_id if target else None
        self._prefix, self._target, self._place = prefix, target, place
        self._planned: list[_Planned] = []
        self._problems: list[Problem] = []
        self._origin: Origin | None = None

    def plan(
        self,
        label: str,
        record: DnsRecord,
        value: pulumi.Input[str] | None = None,
        *,
        elsewhere: Target | None = None,
    ) -> None:
        """Says that a record will be published; `value` is given where it is known later than the rest.

        `elsewhere` is the zone of another domain, where it is not the sending domain's.
        """
        target = elsewhere or self._target
        path, remedy = _SEPARATE[record.purpose]
        if (length := len(record.name)) > LONGEST_NAME:
            what = f"{record.name} has {length} characters, and a name in DNS has {LONGEST_NAME} at most"
            self._problems.append(Problem(path, what, "Use a shorter one."))
        if target is not None:
            self._problems += claim_record(self._prefix, path, record, target.place, remedy)
        self._planned.append(_Planned(label, record, record.values[0] if value is None else value, target))

    def preflight(self, arguments: Arguments, dkim: DkimMode, configuration_set: Props | None) -> SesDomainPreflight:
        """Has what exists looked at before anything is written; everything else is to depend on what this returns.

        Args:
            arguments: what the sending domain is to be.
            dkim: how it signs, with the key.
            configuration_set: the set that mail is to use, as a preflight looks at it; None without one.

        Raises:
            InvalidSettings: another component of the program publishes some of the names.
        """
        if self._problems:
            raise InvalidSettings(self._prefix, tuple(self._problems))
        look: Props = {}
        mta_sts = arguments.mta_sts
        if self._target is not None:
            look = {"records": self._records_at(self._target), **self._target.look}
        others = [each.target for each in self._planned if each.target is not self._target]
        other_zones = [{"records": self._records_at(each), **each.look} for each in others if each is not None]
        # one that stays is taken from nobody
        asks = arguments.on_existing == "fail" and arguments.on_delete != "retain"
        whose = LeftIdentity(arguments.domain, self._place).opts if asks else pulumi.ResourceOptions()
        found = SesDomainPreflight(
            f"{self._prefix}-preflight",
            domain=arguments.domain,
            dkim=short_dkim(dkim),
            replica_of=dkim.parent_region if isinstance(dkim, ReplicaDkim) else None,
            mail_from=arguments.mail_from,
            on_existing=arguments.on_existing,
            overwrite=arguments.overwrite,
            configuration_set=configuration_set,
            mta_sts={"mode": mta_sts.mode, "max_age": mta_sts.max_age} if mta_sts else None,
            other_zones=other_zones or None,
            opts=pulumi.ResourceOptions.merge(self._place.opts, whose),
            **self._place.props,
            **look,
        )
        self._origin = Origin(found.adopts_identity, found.existing_mail_from, found)
        return found

    def _records_at(self, target: Target) -> list[Props]:
        """Returns the records that are planned for a place, as the inputs of a preflight have them."""
        own = [each for each in self._planned if each.target is target]
        return [{**each.record.to_props(), "values": [each.value]} for each in own]

    def belong_to(self, identity: SesDomainIdentity) -> None:
        """Has what is published from now on stay as the identity does.

        One that was adopted may have gone since, and been made anew: then it is the stack's, and so are its records. A
        state of an earlier release does not say which.
        """
        if self._origin is None:
            return
        both: pulumi.Output[list[bool | None]] = pulumi.Output.all(self._origin.adopts, identity.adopted)
        adopts = both.apply(lambda known: bool(known[0]) and known[1] is not False)
        self._origin = self._origin._replace(adopts=adopts)

    def publish(self, purpose: str, opts: pulumi.ResourceOptions) -> list[pulumi.Resource]:
        """Publishes what was planned for a purpose."""
        before = len(self.records)
        for label, record, value, target in self._planned:
            if record.purpose == purpose:
                self._publish(label, record.to_props(), value, opts, target, key=(record.name, record.type))
        return self.records[before:]

    def publish_easy_dkim(self, identity: SesDomainIdentity, opts: pulumi.ResourceOptions) -> None:
        """Publishes what the identity answered; a preview shows the records before their names are known."""
        for number in range(_DKIM_RECORDS):
            answered = identity.dns_records[number]
            record = {"name": answered["name"], "type": "CNAME", "ttl": RECORD_TTL, "purpose": "DKIM"}
            self._publish(f"dkim-{number}", record, answered["values"][0], opts, self._target, key=EASY_DKIM)

    def _publish(
        self,
        label: str,
        record: Props,
        value: pulumi.Input[str],
        opts: pulumi.ResourceOptions,
        target: Target | None,
        *,
        key: RecordKey,
    ) -> None:
        if target is None or self._origin is None:
            return
        to_publish = DnsRecordToPublish(
            resource_name=f"{self._prefix}-{label}",
            name=pulumi.Output.from_input(record["name"]),
            type=record["type"],
            ttl=record["ttl"],
            value=pulumi.Output.from_input(value),
            purpose=record["purpose"],
        )
        if made := target.publish(to_publish, self._origin, opts, key=key):
            self.records.append(made)
