"""Implements the Route 53 resource types."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, ClassVar, Literal, TypeAlias, cast
from uuid import uuid4

from tenant_email_local.aws.plugin import tags as tags_of
from tenant_email_local.aws.plugin.kind import ResourceType, Same, exists_from_here
from tenant_email_local.aws.plugin.session import Aws, RefusedError
from tenant_email_local.aws.plugin.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_route53.type_defs import (
        GetHostedZoneResponseTypeDef,
        ResourceRecordSetOutputTypeDef,
        ResourceRecordSetTypeDef,
        TagTypeDef,
    )

Action = Literal["CREATE", "UPSERT", "DELETE"]
Changes: TypeAlias = "list[tuple[Action, ResourceRecordSetTypeDef | ResourceRecordSetOutputTypeDef]]"

QUOTED = frozenset({"TXT", "SPF"})
KEPT_RECORDS = frozenset({"NS", "SOA"})
NOT_HERE = (
    "aliases",
    "cidrRoutingPolicy",
    "failoverRoutingPolicies",
    "geolocationRoutingPolicies",
    "geoproximityRoutingPolicy",
    "healthCheckId",
    "latencyRoutingPolicies",
    "multivalueAnswerRoutingPolicy",
    "setIdentifier",
    "weightedRoutingPolicies",
)


def plain_name(name: str) -> str:
    """Returns a name in lower case without its final dot."""
    return name.removesuffix(".").lower()


def same_name(old: str, new: str) -> bool:
    """Compares names of the DNS."""
    return plain_name(old) == plain_name(new)


class ZoneResource(ResourceType):
    """Is aws:route53/zone:Zone, public zones only."""

    type_name = "aws:route53/zone:Zone"
    inputs = frozenset({"name", "comment", "forceDestroy", "tags", "delegationSetId"})
    defaults: ClassVar[Mapping[str, Any]] = {"comment": "Managed by Pulumi", "forceDestroy": False}
    auto_named = "name"
    replaced_by = frozenset({"name", "delegationSetId"})
    outputs = frozenset({"arn", "zoneId", "nameServers", "primaryNameServer", "tagsAll"})
    same: ClassVar[Mapping[str, Same]] = {"name": same_name}

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the zone."""
        if inputs.get("vpcs") or inputs.get("delegationSetId"):
            raise RefusedError("the local stand-in for the AWS provider makes plain public zones only")
        answer = aws.route53.create_hosted_zone(
            Name=inputs["name"],
            CallerReference=f"pulumi-{uuid4().hex}",
            HostedZoneConfig={"Comment": inputs["comment"]},
        )
        zone_id = plain_id(answer["HostedZone"]["Id"])
        tags = aws.tags(inputs.get("tags"))
        named = {"name": plain_name(inputs["name"]), "zoneId": zone_id, "tagsAll": tags}
        with exists_from_here(zone_id, named):
            aws.route53.get_change(Id=answer["ChangeInfo"]["Id"])
            _tag(aws, zone_id, *tags_of.changed({}, tags))
            return zone_id, {**(self.read(aws, zone_id, inputs) or {}), **named}

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the zone."""
        try:
            answer = aws.route53.get_hosted_zone(Id=id_)
        except aws.route53.exceptions.NoSuchHostedZone:
            return None
        zone = answer["HostedZone"]
        tag_set = aws.route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=id_)
        tags = tags_of.mapped(tag_set["ResourceTagSet"].get("Tags", []))
        own = tags_of.own(aws, state, tags)
        comment = zone.get("Config", {}).get("Comment", "")
        found = {"name": plain_name(zone["Name"]), "comment": comment, "tags": own, "tagsAll": tags}
        return {**found, **zone_outputs(aws, id_, answer)}

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Changes comment and tags."""
        if olds.get("comment") != news["comment"]:
            aws.route53.update_hosted_zone_comment(Id=id_, Comment=news["comment"])
        tags = aws.tags(news.get("tags"))
        _tag(aws, id_, *tags_of.changed(olds, tags))
        self.read(aws, id_, news)
        return {"tagsAll": tags}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the zone; with forceDestroy also the records that others made."""
        try:
            if state.get("forceDestroy"):
                sets = aws.route53.list_resource_record_sets(HostedZoneId=id_)["ResourceRecordSets"]
                own = [record for record in sets if not _is_kept(record, state)]
                if own:
                    _wait(aws, _change(aws, id_, [("DELETE", record) for record in own]))
            aws.route53.delete_hosted_zone(Id=id_)
        except aws.route53.exceptions.NoSuchHostedZone:
            return


class RecordResource(ResourceType):
    """Is aws:route53/record:Record with plain records: no alias, no routing policy."""

    type_name = "aws:route53/record:Record"
    inputs = frozenset({"zoneId", "name", "type", "ttl", "records", "allowOverwrite"})
    required = frozenset({"zoneId", "name", "type"})
    replaced_by = frozenset({"zoneId", "name"})
    optional_outputs = frozenset({"allowOverwrite"})
    outputs = frozenset({"fqdn"})
    same: ClassVar[Mapping[str, Same]] = {
        "name": same_name,
        "records": lambda old, new: sorted(old) == sorted(new),
        # says how to create, not what exists
        "allowOverwrite": lambda _old, _new: True,
    }

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the record set; it overwrites an existing one only when it may."""
        zone_id = plain_id(inputs["zoneId"])
        fqdn = full_name(inputs["name"], _zone_name(aws, zone_id))
        action: Action = "UPSERT" if inputs.get("allowOverwrite") else "CREATE"
        change = _change(aws, zone_id, [(action, _record_set(fqdn, inputs))])
        id_, outputs = f"{zone_id}_{inputs['name']}_{inputs['type']}", {"fqdn": fqdn}
        with exists_from_here(id_, outputs):
            _settle(aws, zone_id, change, fqdn, inputs["type"])
        return id_, outputs

    def found_by(self, id_: str) -> Properties:
        """Returns zone, name and type: an import gives `ZONE_name_TYPE`, and a name may have underscores of its own."""
        zone_id, _, rest = id_.partition("_")
        name, _, type_ = rest.rpartition("_")
        return {"zoneId": zone_id, "name": name, "type": type_, "fqdn": plain_name(name)}

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the record set."""
        del id_
        found = _find(aws, plain_id(state["zoneId"]), state["fqdn"], state["type"])
        if found is None:
            return None
        live = [record["Value"] for record in found.get("ResourceRecords", [])]
        records = [unquote(value) if state["type"] in QUOTED else value for value in live]
        recorded: list[str] = state.get("records") or []
        ordered = recorded if sorted(recorded) == sorted(records) else records
        return {**state, "ttl": found.get("TTL"), "records": ordered}

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Replaces the values; another type takes the old record set away in the same change."""
        del id_
        zone_id, fqdn = plain_id(news["zoneId"]), olds["fqdn"]
        _zone_name(aws, zone_id)
        changes: Changes = [("UPSERT", _record_set(fqdn, news))]
        if olds["type"] != news["type"]:
            action: Action = "UPSERT" if news.get("allowOverwrite") else "CREATE"
            changes = [("DELETE", _record_set(fqdn, olds)), (action, _record_set(fqdn, news))]
        _settle(aws, zone_id, _change(aws, zone_id, changes), fqdn, news["type"])
        return {"fqdn": fqdn}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the record set as it is now: AWS wants its current values, and a refused batch counts as done."""
        del id_
        zone_id = plain_id(state["zoneId"])
        found = _find(aws, zone_id, state["fqdn"], state["type"])
        if not found:
            return
        try:
            change = _change(aws, zone_id, [("DELETE", found)])
        except aws.route53.exceptions.InvalidChangeBatch:
            return
        _wait(aws, change)


def zone_outputs(aws: Aws, zone_id: str, answer: "GetHostedZoneResponseTypeDef") -> Properties:
    """Returns a zone's outputs that never change; a private zone has its servers in its NS records alone."""
    servers = answer.get("DelegationSet", {}).get("NameServers", [])
    if answer["HostedZone"].get("Config", {}).get("PrivateZone"):
        apex = aws.route53.list_resource_record_sets(HostedZoneId=zone_id, MaxItems="100")["ResourceRecordSets"]
        sets = [record.get("ResourceRecords", []) for record in apex if record["Type"] == "NS"]
        servers = [each["Value"] for each in sets[0]] if sets else []
    names = [plain_name(server) for server in servers]
    return {
        "arn": f"arn:{aws.partition}:route53:::hostedzone/{zone_id}",
        "zoneId": zone_id,
        "nameServers": sorted(names),
        "primaryNameServer": names[0] if names else "",
    }


def full_name(name: str, zone: str) -> str:
    """Returns the absolute name: the zone is appended unless the name ends with it already."""
    short, apex = plain_name(name), plain_name(zone)
    return short if short.endswith(apex) else f"{short}.{apex}".removeprefix(".")


def plain_id(zone_id: str) -> str:
    """Returns a zone's id without the path that the API puts before it."""
    return zone_id.removeprefix("/hostedzone/")


def unquote(value: str) -> str:
    """Takes off the outer quotes that were put around a TXT value; inner ones, which split it, stay."""
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value


def _record_set(fqdn: str, inputs: Properties) -> "ResourceRecordSetTypeDef":
    unsupported = [name for name in NOT_HERE if inputs.get(name)]
    if unsupported:
        names = ", ".join(unsupported)
        raise RefusedError(f"the local stand-in for the AWS provider does not implement {names} of a record")
    quoted = inputs["type"] in QUOTED
    values: list[str] = inputs.get("records") or []
    return {
        "Name": fqdn,
        "Type": inputs["type"],
        "TTL": int(inputs["ttl"]),
        "ResourceRecords": [{"Value": f'"{value}"' if quoted else value} for value in values],
    }


def _change(aws: Aws, zone_id: str, changes: "Changes") -> str:
    """Makes changes in one batch; returns the id of the change."""
    answer = aws.route53.change_resource_record_sets(
        HostedZoneId=zone_id,
        ChangeBatch={
            "Comment": "Managed by Pulumi",
            "Changes": [{"Action": action, "ResourceRecordSet": record} for action, record in changes],
        },
    )
    return answer["ChangeInfo"]["Id"]


def _wait(aws: Aws, change: str) -> None:
    """Asks whether the servers have the change; the local ones have it at once."""
    aws.route53.get_change(Id=change)


def _settle(aws: Aws, zone_id: str, change: str, fqdn: str, type_: str) -> None:
    """Waits for a change and reads the record set back."""
    _wait(aws, change)
    _find(aws, zone_id, fqdn, type_)


def _is_kept(record: "ResourceRecordSetOutputTypeDef", zone: Properties) -> bool:
    return record["Type"] in KEPT_RECORDS and plain_name(record["Name"]) == plain_name(zone["name"])


def _find(aws: Aws, zone_id: str, fqdn: str, type_: str) -> "ResourceRecordSetOutputTypeDef | None":
    try:
        _zone_name(aws, zone_id)
        answer = aws.route53.list_resource_record_sets(
            HostedZoneId=zone_id, StartRecordName=fqdn, StartRecordType=cast("Any", type_), MaxItems="1"
        )
    except aws.route53.exceptions.NoSuchHostedZone:
        return None
    sets = answer["ResourceRecordSets"]
    return next((each for each in sets if plain_name(each["Name"]) == fqdn and each["Type"] == type_), None)


def _zone_name(aws: Aws, zone_id: str) -> str:
    """Asks for the zone's name, as the real provider does before each of its calls about a record."""
    return aws.route53.get_hosted_zone(Id=zone_id)["HostedZone"]["Name"]


def _tag(aws: Aws, zone_id: str, gone: list[str], added: Mapping[str, str]) -> None:
    # the API takes no empty lists
    if gone:
        aws.route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone_id, RemoveTagKeys=gone)
    if added:
        listed: list[TagTypeDef] = [{"Key": key, "Value": value} for key, value in added.items()]
        aws.route53.change_tags_for_resource(ResourceType="hostedzone", ResourceId=zone_id, AddTags=listed)
