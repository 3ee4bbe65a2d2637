"""Implements the SES v2 resource type that stacks use beside tenant_email's own."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from tenant_email_local.aws.plugin.kind import ResourceType, exists_from_here
from tenant_email_local.aws.plugin.session import Aws
from tenant_email_local.aws.plugin.values import Properties

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

OPTIONS = {
    "deliveryOptions": "put_configuration_set_delivery_options",
    "reputationOptions": "put_configuration_set_reputation_options",
    "sendingOptions": "put_configuration_set_sending_options",
    "suppressionOptions": "put_configuration_set_suppression_options",
    "trackingOptions": "put_configuration_set_tracking_options",
}


class ConfigurationSetResource(ResourceType):
    """Is aws:sesv2/configurationSet:ConfigurationSet."""

    type_name = "aws:sesv2/configurationSet:ConfigurationSet"
    inputs = frozenset({"configurationSetName", "region", "tags", *OPTIONS})
    required = frozenset({"configurationSetName"})
    replaced_by = frozenset({"configurationSetName", "region"})
    optional_outputs = frozenset({"region", *OPTIONS})
    outputs = frozenset({"arn", "tagsAll"})

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the set; its name is its id."""
        region, name = inputs.get("region") or aws.region, inputs["configurationSetName"]
        tags = aws.tags(inputs.get("tags"))
        client = aws.sesv2(region)
        given: dict[str, Any] = {_pascal(option): _options(inputs[option]) for option in OPTIONS if option in inputs}
        if tags:
            given["Tags"] = [{"Key": key, "Value": value} for key, value in tags.items()]
        client.create_configuration_set(ConfigurationSetName=name, **given)
        outputs = {"region": region, "arn": _arn(aws, region, name), "tagsAll": tags}
        with exists_from_here(name, outputs):
            self.read(aws, name, outputs)
        return name, outputs

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the set."""
        client = aws.sesv2(state.get("region") or aws.region)
        try:
            found: Mapping[str, Any] = client.get_configuration_set(ConfigurationSetName=id_)
        except client.exceptions.NotFoundException:
            return None
        arn = _arn(aws, state.get("region") or aws.region, id_)
        tags = {tag["Key"]: tag["Value"] for tag in client.list_tags_for_resource(ResourceArn=arn)["Tags"]}
        own = {key: value for key, value in tags.items() if aws.tags(None).get(key) != value}
        live = {name: found.get(_pascal(name)) for name in OPTIONS}
        options = {name: _camel(values) for name, values in live.items() if values}
        return {**state, **options, "configurationSetName": id_, "tags": own, "tagsAll": tags}

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Changes options and tags."""
        region = olds["region"]
        client = aws.sesv2(region)
        _put_options(client, olds, news)
        tags = aws.tags(news.get("tags"))
        before: Mapping[str, str] = olds.get("tagsAll") or {}
        gone, arn = sorted(set(before) - set(tags)), _arn(aws, region, id_)
        added = {key: value for key, value in tags.items() if before.get(key) != value}
        if gone:
            client.untag_resource(ResourceArn=arn, TagKeys=gone)
        if added:
            client.tag_resource(ResourceArn=arn, Tags=[{"Key": key, "Value": value} for key, value in added.items()])
        self.read(aws, id_, olds)
        return {"region": region, "arn": arn, "tagsAll": tags}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the set."""
        client = aws.sesv2(state["region"])
        try:
            client.delete_configuration_set(ConfigurationSetName=id_)
        except client.exceptions.NotFoundException:
            return


def _put_options(client: "SESV2Client", olds: Properties, news: Properties) -> None:
    for name, method in OPTIONS.items():
        if name in news and news[name] != olds.get(name):
            getattr(client, method)(ConfigurationSetName=news["configurationSetName"], **_options(news[name]))


def _arn(aws: Aws, region: str, name: str) -> str:
    return f"arn:{aws.partition}:ses:{region}:{aws.identity['Account']}:configuration-set/{name}"


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def _options(given: Mapping[str, Any]) -> dict[str, Any]:
    return {_pascal(key): value for key, value in given.items()}


def _camel(options: Mapping[str, Any]) -> Properties:
    return {key[0].lower() + key[1:]: value for key, value in options.items()}
