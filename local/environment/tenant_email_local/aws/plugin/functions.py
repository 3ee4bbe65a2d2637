"""Implements the functions (data sources) of the AWS provider that stacks call."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from tenant_email_local.aws.plugin.route53 import plain_id, plain_name, zone_outputs
from tenant_email_local.aws.plugin.session import Aws, RefusedError
from tenant_email_local.aws.plugin.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_route53.type_defs import HostedZoneTypeDef

DNS_SUFFIXES = {"aws": "amazonaws.com", "aws-cn": "amazonaws.com.cn", "aws-us-gov": "amazonaws.com"}


def caller_identity(aws: Aws, args: Properties) -> Properties:
    """Answers aws:index/getCallerIdentity:getCallerIdentity."""
    del args
    identity = aws.identity
    account = identity["Account"]
    return {"accountId": account, "arn": identity["Arn"], "id": account, "userId": identity["UserId"]}


def region(aws: Aws, args: Properties) -> Properties:
    """Answers aws:index/getRegion:getRegion."""
    name: str = args.get("region") or args.get("name") or aws.region
    suffix = DNS_SUFFIXES[aws.partition]
    return {"id": name, "name": name, "region": name, "description": name, "endpoint": f"ec2.{name}.{suffix}"}


def partition(aws: Aws, args: Properties) -> Properties:
    """Answers aws:index/getPartition:getPartition."""
    del args
    suffix = DNS_SUFFIXES[aws.partition]
    reverse = ".".join(reversed(suffix.split(".")))
    return {"id": aws.partition, "partition": aws.partition, "dnsSuffix": suffix, "reverseDnsPrefix": reverse}


def zone(aws: Aws, args: Properties) -> Properties:
    """Answers aws:route53/getZone:getZone.

    Raises: RefusedError with the real provider's sentence when no zone matches, or several do.
    """
    zone_id, name = args.get("zoneId"), args.get("name")
    if not zone_id and not name:
        raise RefusedError("either name or zone_id must be set")
    if zone_id and name:
        raise RefusedError("zone_id and name can not be set together")
    found = _one_zone(aws, str(zone_id or ""), str(name or ""), private=bool(args.get("privateZone")))
    id_ = plain_id(found["Id"])
    answer = aws.route53.get_hosted_zone(Id=id_)
    tags = aws.route53.list_tags_for_resource(ResourceType="hostedzone", ResourceId=id_)["ResourceTagSet"]
    config = found.get("Config", {})
    return {
        **zone_outputs(aws, id_, answer),
        "id": id_,
        "name": plain_name(found["Name"]),
        "callerReference": found["CallerReference"],
        "comment": config.get("Comment", ""),
        "privateZone": config.get("PrivateZone", False),
        "resourceRecordSetCount": found.get("ResourceRecordSetCount", 0),
        "enableAcceleratedRecovery": False,
        "linkedServiceDescription": "",
        "linkedServicePrincipal": "",
        "tags": {tag.get("Key", ""): tag.get("Value", "") for tag in tags.get("Tags", [])},
    }


def zones(aws: Aws, args: Properties) -> Properties:
    """Answers aws:route53/getZones:getZones."""
    del args
    pages = aws.route53.get_paginator("list_hosted_zones").paginate()
    return {"id": aws.region, "ids": [plain_id(each["Id"]) for page in pages for each in page["HostedZones"]]}


def _one_zone(aws: Aws, zone_id: str, name: str, *, private: bool) -> "HostedZoneTypeDef":
    if zone_id:
        try:
            return aws.route53.get_hosted_zone(Id=plain_id(zone_id))["HostedZone"]
        except aws.route53.exceptions.NoSuchHostedZone:
            raise RefusedError("no matching Route 53 Hosted Zone found") from None
    pages = aws.route53.get_paginator("list_hosted_zones").paginate()
    matches = [each for page in pages for each in page["HostedZones"] if _has_name(each, name, private=private)]
    if not matches:
        raise RefusedError("no matching Route 53 Hosted Zone found")
    if len(matches) > 1:
        raise RefusedError(
            "multiple Route 53 Hosted Zones matched; use additional constraints to reduce matches "
            "to a single Route 53 Hosted Zone"
        )
    return matches[0]


def _has_name(found: "HostedZoneTypeDef", name: str, *, private: bool) -> bool:
    is_private = found.get("Config", {}).get("PrivateZone", False)
    return plain_name(found["Name"]) == plain_name(name) and is_private == private


FUNCTIONS: Mapping[str, Callable[[Aws, Properties], Properties]] = {
    "aws:index/getCallerIdentity:getCallerIdentity": caller_identity,
    "aws:index/getRegion:getRegion": region,
    "aws:index/getPartition:getPartition": partition,
    "aws:route53/getZone:getZone": zone,
    "aws:route53/getZones:getZones": zones,
}
