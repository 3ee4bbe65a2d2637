"""A Route 53 zone that someone else made: record sets in, record sets out, over the API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

Sets = dict[tuple[str, str], list[str]]
_OWN = frozenset({"NS", "SOA"})


@dataclass(frozen=True)
class Estate:
    """A zone of a client's account."""

    client: Any
    zone_id: str

    @classmethod
    def create(cls, client: Any, name: str, *, private: bool = False) -> Estate:
        """Creates the zone."""
        config: dict[str, Any] = {"HostedZoneConfig": {"PrivateZone": True}} if private else {}
        if private:
            config["VPC"] = {"VPCRegion": "us-east-1", "VPCId": "vpc-1"}
        answer = client.create_hosted_zone(Name=name, CallerReference=f"{name}{private}", **config)
        return cls(client, answer["HostedZone"]["Id"].removeprefix("/hostedzone/"))

    def put(self, name: str, type_: str, *values: str, action: str = "UPSERT", **more: Any) -> None:
        """Writes a record set; `more` are its other members, such as an AliasTarget."""
        record: dict[str, Any] = {"Name": name, "Type": type_, **more}
        if values:
            record |= {"TTL": more.get("TTL", 300), "ResourceRecords": [{"Value": value} for value in values]}
        changes = [{"Action": action, "ResourceRecordSet": record}]
        self.client.change_resource_record_sets(HostedZoneId=self.zone_id, ChangeBatch={"Changes": changes})

    def drop(self, name: str) -> None:
        """Deletes every record set at a name."""
        for each in self.raw():
            if each["Name"] == f"{name}.":
                changes = [{"Action": "DELETE", "ResourceRecordSet": each}]
                self.client.change_resource_record_sets(HostedZoneId=self.zone_id, ChangeBatch={"Changes": changes})

    def raw(self) -> list[dict[str, Any]]:
        """Returns every record set but those that a zone has by itself, as the API answers them."""
        pages: Iterable[Mapping[str, Any]] = self.client.get_paginator("list_resource_record_sets").paginate(
            HostedZoneId=self.zone_id
        )
        return [each for page in pages for each in page["ResourceRecordSets"] if each["Type"] not in _OWN]

    def sets(self) -> Sets:
        """Returns the values by name and type."""
        return {
            (each["Name"].removesuffix("."), each["Type"]): [v["Value"] for v in each.get("ResourceRecords", [])]
            for each in self.raw()
        }
