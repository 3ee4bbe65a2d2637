"""The Route 53 calls that this package makes on the record sets of a zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal, cast

from botocore.exceptions import ClientError

from tenant_email.aws.access import Access, AwsProvider
from tenant_email.aws.chain import open_session
from tenant_email.aws.dns_records import plain_zone_id
from tenant_email.aws.explain import translate_errors
from tenant_email.aws.record_sets import RecordSet
from tenant_email.errors import PlatformError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_route53 import Route53Client
    from mypy_boto3_route53.literals import RRTypeType
    from mypy_boto3_route53.type_defs import ChangeTypeDef, ResourceRecordSetOutputTypeDef, ResourceRecordSetTypeDef

    from tenant_email.aws.record_sets import RecordSetChange
    from tenant_email.json_types import Props, PropsView

_WHO: Final = "route53"
_PAGE: Final = {f"Start{field}": field for field in ("RecordName", "RecordType", "RecordIdentifier")}
_ROUTING: Final = ("Weight", "Region", "GeoLocation", "GeoProximityLocation", "Failover", "MultiValueAnswer")


@dataclass(frozen=True, slots=True)
class HostedZone:
    """A hosted zone: its name without the final dot; a private one is seen by nobody but its networks."""

    id: str
    name: str
    private: bool


class Route53:
    """Route 53, with the credentials of an AWS provider or, by default, of boto3's ordinary chain.

    Safe to share between threads. The region only says in which partition. botocore repeats what Route 53 answers while
    it is busy with an earlier change of a zone.
    """

    def __init__(
        self, region: str | None = None, profile: str | None = None, provider: AwsProvider | None = None
    ) -> None:
        aws = open_session(_WHO, Access(profile, provider or AwsProvider()), region)
        self._client: Route53Client = aws.client("route53")

    def zone(self, zone_id: str) -> HostedZone:
        """Reads a zone; NotFound when there is none of this id."""
        with translate_errors(_WHO, "GetHostedZone", zone_id):
            found = self._client.get_hosted_zone(Id=zone_id)["HostedZone"]
        private = found.get("Config", {}).get("PrivateZone", False)
        return HostedZone(plain_zone_id(zone_id), plain_name(found["Name"]), private)

    def public_zones(self, domain: str) -> tuple[HostedZone, ...]:
        """Returns the public zones that hold a domain: those of the longest name; several of one name are possible."""
        found = list[HostedZone]()
        with translate_errors(_WHO, "ListHostedZones"):
            for page in self._client.get_paginator("list_hosted_zones").paginate():
                found += [
                    HostedZone(plain_zone_id(each["Id"]), plain_name(each["Name"]), private=False)
                    for each in page["HostedZones"]
                    if not each.get("Config", {}).get("PrivateZone", False)
                ]
        holding = [zone for zone in found if f".{domain}".endswith(f".{zone.name}")]
        longest = max((len(zone.name) for zone in holding), default=0)
        return tuple(zone for zone in holding if len(zone.name) == longest)

    def at(self, zone_id: str, name: str) -> tuple[RecordSet, ...]:
        """Returns all record sets at a name; Route 53 lists from a name on, page by page, in lower case."""
        found: list[RecordSet] = []
        name = plain_name(name)
        start: Props = {"StartRecordName": name}
        while start:
            with translate_errors(_WHO, "ListResourceRecordSets", zone_id):
                page: PropsView = self._client.list_resource_record_sets(HostedZoneId=zone_id, **start)
            sets: Sequence[ResourceRecordSetOutputTypeDef] = page["ResourceRecordSets"]
            found += [_record_set(each) for each in sets if plain_name(each["Name"]) == name]
            start = {}
            # The list goes on through the whole zone, which may hold thousands: only what is still at this name is
            # read.
            if page["IsTruncated"] and plain_name(page.get("NextRecordName", "")) == name:
                start = {key: page[f"Next{field}"] for key, field in _PAGE.items() if page.get(f"Next{field}")}
        return tuple(found)

    def change(self, zone_id: str, change: RecordSetChange) -> None:
        """Makes a change, whole or not at all.

        Raises:
            PlatformError: it was refused, of which `is_refused_batch` tells, or no answer came; `uncertain` also when
                it was sent more than once, so that an earlier sending of it may have done this.
        """
        changes: list[ChangeTypeDef] = [
            *(_change("DELETE", each) for each in change.deletes),
            *(_change("CREATE", each) for each in change.creates),
        ]
        repeats = _Repeats()
        try:
            with translate_errors(_WHO, "ChangeResourceRecordSets", zone_id), repeats:
                self._client.change_resource_record_sets(HostedZoneId=zone_id, ChangeBatch={"Changes": changes})
        except PlatformError as error:
            # A refusal after a repetition may be about our own first sending, whose answer botocore never saw.
            error.uncertain = error.uncertain or repeats.any
            raise


class _Repeats:
    """Whether botocore sent the request of this block more than once."""

    any = False

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, ClientError):
            self.any = error.response.get("ResponseMetadata", {}).get("RetryAttempts", 0) > 0


def plain_name(name: str) -> str:
    """Returns a name in lower case without its final dot."""
    return name.removesuffix(".").lower()


def _record_set(found: ResourceRecordSetOutputTypeDef) -> RecordSet:
    values = tuple(each["Value"] for each in found.get("ResourceRecords", ()))
    return RecordSet(found["Name"], str(found["Type"]), found.get("TTL", 0), values, _special(found))


def _special(found: ResourceRecordSetOutputTypeDef) -> str:
    """Returns in words what a set has that no plain one has."""
    if alias := found.get("AliasTarget"):
        return f"an alias of {plain_name(alias['DNSName'])}"
    if identifier := found.get("SetIdentifier"):
        return f"one of several by its routing policy ({identifier})"
    policy = next((name for name in _ROUTING if name in found), "")
    return f"one with the routing policy {policy}" if policy else ""


def _change(action: Literal["CREATE", "DELETE"], record: RecordSet) -> ChangeTypeDef:
    written: ResourceRecordSetTypeDef = {
        "Name": record.name,
        "Type": cast("RRTypeType", record.type),
        "TTL": record.ttl,
        "ResourceRecords": [{"Value": value} for value in record.values],
    }
    return {"Action": action, "ResourceRecordSet": written}
