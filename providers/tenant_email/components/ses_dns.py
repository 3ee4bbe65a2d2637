"""Publishes a sending domain's records in Route 53, whose zone it finds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
import pulumi_aws as aws

from tenant_email.aws.dns_records import candidate_zones, route53_value
from tenant_email.errors import InvalidSettings, Problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.aws.dns_records import DnsRecord, RecordType
    from tenant_email.resources.ses import SesDomainIdentity

_DKIM_RECORDS = 3  # Easy DKIM has three, always, so that a preview can show them


@dataclass(frozen=True)
class Zone:
    """A hosted zone; without a name it is taken for the domain's own."""

    id: pulumi.Input[str]
    name: str | None


def find_zone(domain: str, owner: str, invoke: pulumi.InvokeOptions) -> Zone:
    """Finds the closest public zone, walking up the labels: mail.a.example may live in the zone a.example.

    Raises:
        InvalidSettings: there is none.
    """
    candidates = candidate_zones(domain)
    for name in candidates:
        try:
            found = aws.route53.get_zone(name=name, private_zone=False, opts=invoke)
        except Exception as error:
            if "no matching" not in str(error):
                raise
        else:
            return Zone(str(found.zone_id), name)
    what = f"no public Route 53 zone is named {' or '.join(candidates)}"
    remedy = "Create the zone, give zone_id, or set publish=False to publish the records elsewhere."
    raise InvalidSettings(owner, (Problem("zone_id", what, remedy),))


class Publisher:
    """Creates records, one resource each; what waits for them depends on `records`. Without a zone it creates none."""

    def __init__(
        self, prefix: str, zone_id: pulumi.Input[str] | None, *, allow_overwrite: bool, opts: pulumi.ResourceOptions
    ) -> None:
        self.records: list[aws.route53.Record] = []
        self._prefix, self._zone_id, self._overwrite, self._opts = prefix, zone_id, allow_overwrite, opts

    def easy_dkim(self, identity: SesDomainIdentity) -> None:
        """Publishes what the identity answered; a preview shows the records before their names are known."""
        for number in range(_DKIM_RECORDS):
            self._publish(f"dkim-{number}", identity.dns_records[number])

    def publish(self, label: str, record: Mapping[str, Any]) -> None:
        """Publishes a record; only its values may be unknown in a preview."""
        self._publish(label, record)

    def own_key(self, label: str, record: DnsRecord, public_key: pulumi.Output[str]) -> None:
        """Publishes a key of one's own."""
        value = public_key.apply(lambda key: f"p={key}")
        self._publish(label, {**record.to_props(), "values": pulumi.Output.all(value)})

    def _publish(self, label: str, record: Mapping[str, Any] | pulumi.Output[dict[str, Any]]) -> None:
        if self._zone_id is None:
            return
        kind = record["type"]
        values = pulumi.Output.all(kind, record["values"])
        resource = aws.route53.Record(
            f"{self._prefix}-{label}",
            zone_id=self._zone_id,
            name=record["name"],
            type=kind,
            ttl=record["ttl"],
            records=values.apply(lambda both: [_value(both[0], value) for value in both[1]]),
            allow_overwrite=self._overwrite,
            opts=self._opts,
        )
        self.records.append(resource)


def _value(kind: RecordType, value: str) -> str:
    """Returns a value as pulumi_aws wants it: a TXT value without the outer quotes, which it adds by itself."""
    written = route53_value(kind, value)
    return written[1:-1] if kind == "TXT" else written
