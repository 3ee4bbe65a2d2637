"""Implements the SES v2 resource types that stacks use beside tenant_email's own."""

from typing import TYPE_CHECKING, Any

from tenant_email_local.aws.plugin import tags as tags_of
from tenant_email_local.aws.plugin.kind import ResourceType, exists_from_here
from tenant_email_local.aws.plugin.session import Aws
from tenant_email_local.aws.plugin.values import Properties, is_list, is_map

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mypy_boto3_sesv2 import SESV2Client

# what SES fills in where a program says nothing; another group that it leaves out is taken off
FILLED_IN = frozenset({"reputationOptions", "sendingOptions"})
OPTIONS = {
    "deliveryOptions": "put_configuration_set_delivery_options",
    "reputationOptions": "put_configuration_set_reputation_options",
    "sendingOptions": "put_configuration_set_sending_options",
    "suppressionOptions": "put_configuration_set_suppression_options",
    "trackingOptions": "put_configuration_set_tracking_options",
    "vdmOptions": "put_configuration_set_vdm_options",
}


class ConfigurationSetResource(ResourceType):
    """Is aws:sesv2/configurationSet:ConfigurationSet."""

    type_name = "aws:sesv2/configurationSet:ConfigurationSet"
    inputs = frozenset({"configurationSetName", "region", "tags", *OPTIONS})
    required = frozenset({"configurationSetName"})
    replaced_by = frozenset({"configurationSetName", "region"})
    optional_outputs = frozenset({"region", *FILLED_IN})
    outputs = frozenset({"arn", "tagsAll"})

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the set; its name is its id."""
        region, name = inputs.get("region") or aws.region, inputs["configurationSetName"]
        tags = aws.tags(inputs.get("tags"))
        client = aws.sesv2(region)
        given: dict[str, Any] = {_pascal(option): pascal_case(inputs[option]) for option in OPTIONS if option in inputs}
        if tags:
            given["Tags"] = tags_of.listed(tags)
        client.create_configuration_set(ConfigurationSetName=name, **given)
        outputs = {"region": region, "arn": _arn(aws, region, name), "tagsAll": tags}
        with exists_from_here(name, outputs):
            self.read(aws, name, outputs)
        return name, outputs

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the set; an import, which knows its name alone, finds it in the provider's region."""
        region = state.get("region") or aws.region
        client = aws.sesv2(region)
        try:
            found: Mapping[str, Any] = client.get_configuration_set(ConfigurationSetName=id_)
        except client.exceptions.NotFoundException:
            return None
        arn = _arn(aws, region, id_)
        tags = tags_of.mapped(client.list_tags_for_resource(ResourceArn=arn)["Tags"])
        own = tags_of.own(aws, state, tags)
        options = {name: camel_case(found.get(_pascal(name))) or None for name in OPTIONS}
        found_as = {"configurationSetName": id_, "region": region, "arn": arn}
        return {**state, **options, **found_as, "tags": own, "tagsAll": tags}

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Changes options and tags."""
        region = olds["region"]
        client = aws.sesv2(region)
        _put_options(client, olds, news)
        tags = aws.tags(news.get("tags"))
        gone, added = tags_of.changed(olds, tags)
        arn = _arn(aws, region, id_)
        if gone:
            client.untag_resource(ResourceArn=arn, TagKeys=gone)
        if added:
            client.tag_resource(ResourceArn=arn, Tags=tags_of.listed(added))
        self.read(aws, id_, olds)
        return {"region": region, "arn": arn, "tagsAll": tags}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the set."""
        client = aws.sesv2(state["region"])
        try:
            client.delete_configuration_set(ConfigurationSetName=id_)
        except client.exceptions.NotFoundException:
            return


class EventDestinationResource(ResourceType):
    """Is aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination."""

    type_name = "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination"
    inputs = frozenset({"configurationSetName", "eventDestinationName", "eventDestination", "region"})
    required = frozenset({"configurationSetName", "eventDestinationName", "eventDestination"})
    replaced_by = frozenset({"configurationSetName", "eventDestinationName", "region"})
    optional_outputs = frozenset({"region"})

    def create(self, aws: Aws, inputs: Properties) -> tuple[str, Properties]:
        """Creates the destination; the names of set and destination are its id."""
        region = inputs.get("region") or aws.region
        aws.sesv2(region).create_configuration_set_event_destination(**_named(inputs), **_destination(inputs))
        id_ = "|".join(map(str, _named(inputs).values()))
        outputs: Properties = {"region": region}
        with exists_from_here(id_, outputs):
            self.read(aws, id_, outputs)
        return id_, outputs

    def read(self, aws: Aws, id_: str, state: Properties) -> Properties | None:
        """Reads the destination."""
        region, (of, name) = state.get("region") or aws.region, id_.split("|")
        client = aws.sesv2(region)
        try:
            listed = client.get_configuration_set_event_destinations(ConfigurationSetName=of)
        except client.exceptions.NotFoundException:
            return None
        found: list[Mapping[str, Any]] = [each for each in listed["EventDestinations"] if each["Name"] == name]
        if not found:
            return None
        live = camel_case({key: value for key, value in found[0].items() if key != "Name"})
        names = {"configurationSetName": of, "eventDestinationName": name, "region": region}
        return {**state, **names, "eventDestination": live}

    def update(self, aws: Aws, id_: str, olds: Properties, news: Properties) -> Properties:
        """Replaces what the destination is."""
        client = aws.sesv2(olds["region"])
        client.update_configuration_set_event_destination(**_named(news), **_destination(news))
        return {"region": olds["region"]}

    def delete(self, aws: Aws, id_: str, state: Properties) -> None:
        """Deletes the destination; its set may be gone with it."""
        client = aws.sesv2(state["region"])
        try:
            client.delete_configuration_set_event_destination(**_named(state))
        except client.exceptions.NotFoundException:
            return


def _named(inputs: Properties) -> dict[str, Any]:
    return {
        "ConfigurationSetName": inputs["configurationSetName"],
        "EventDestinationName": inputs["eventDestinationName"],
    }


def _destination(inputs: Properties) -> dict[str, Any]:
    """Returns the destination; the real provider leaves one that says nothing switched off."""
    return {"EventDestination": {"Enabled": False, **pascal_case(inputs["eventDestination"])}}


def _put_options(client: "SESV2Client", olds: Properties, news: Properties) -> None:
    for name, method in OPTIONS.items():
        given = news.get(name)
        if given == (olds.get(name) or None) or (given is None and name in FILLED_IN):
            continue
        getattr(client, method)(ConfigurationSetName=news["configurationSetName"], **_put(name, given or {}))


def _put(name: str, given: Properties) -> dict[str, Any]:
    """Returns the parameters of a PutConfigurationSet...Options: a group's own fields, of VDM the group itself."""
    fields: dict[str, Any] = pascal_case(given)
    return {_pascal(name): fields} if name == "vdmOptions" else fields


def _arn(aws: Aws, region: str, name: str) -> str:
    return f"arn:{aws.partition}:ses:{region}:{aws.identity['Account']}:configuration-set/{name}"


def _pascal(name: str) -> str:
    return name[0].upper() + name[1:]


def pascal_case(value: Any) -> Any:
    """Returns properties under the names that AWS has for them."""
    if is_map(value):
        return {_pascal(key): pascal_case(each) for key, each in value.items()}
    return [pascal_case(each) for each in value] if is_list(value) else value


def camel_case(value: Any) -> Any:
    """Returns what AWS answers under the names of properties."""
    if is_map(value):
        return {key[0].lower() + key[1:]: camel_case(each) for key, each in value.items()}
    return [camel_case(each) for each in value] if is_list(value) else value
