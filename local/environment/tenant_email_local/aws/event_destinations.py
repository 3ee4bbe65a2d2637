"""Answers SES v2's operations on the event destinations of configuration sets.

Sources: SES API v2 reference (EventDestinationDefinition); docs/contracts/aws_ses.md#events.
"""

import json
from collections.abc import Mapping
from typing import Any

from tenant_email_local.aws.mail_events import EVENT_TYPES
from tenant_email_local.aws.service_policy import may_publish, topic_at
from tenant_email_local.aws.ses_requests import ses_arn
from tenant_email_local.aws.store import AccountStore, ConfigurationSet
from tenant_email_local.aws.wire import AwsCall, AwsError, Params

KINDS = (
    "SnsDestination",
    "EventBridgeDestination",
    "CloudWatchDestination",
    "KinesisFirehoseDestination",
    "PinpointDestination",
)
SERVICE = "ses.amazonaws.com"
MOST = 10  # event destinations of a set


class EventDestinations:
    """The operations on event destinations."""

    def __init__(self, store: AccountStore) -> None:
        self._store = store

    @property
    def handlers(self) -> Mapping[str, Any]:
        """Maps the names of the operations to what answers them."""
        return {
            "CreateConfigurationSetEventDestination": self.create,
            "GetConfigurationSetEventDestinations": self.list,
            "UpdateConfigurationSetEventDestination": self.update,
            "DeleteConfigurationSetEventDestination": self.delete,
        }

    def create(self, call: AwsCall) -> Params:
        """Adds a destination; SES looks whether it may publish there, and says so in a topic."""
        found, name = self._set(call), call.text("EventDestinationName")
        if name in found.destinations:
            message = f"An event destination with the name <{name}> already exists in the configuration set"
            raise AwsError("AlreadyExistsException", f"{message} <{found.name}>.")
        if len(found.destinations) >= MOST:
            raise AwsError("LimitExceededException", f"A configuration set has at most {MOST} event destinations.")
        found.destinations[name] = _judge(call, found.name)
        return {}

    def list(self, call: AwsCall) -> Params:
        """Lists the destinations of a set."""
        found = self._set(call)
        return {"EventDestinations": [{"Name": name, **each} for name, each in found.destinations.items()]}

    def update(self, call: AwsCall) -> Params:
        """Replaces a destination."""
        found, name = self._named(call)
        found.destinations[name] = _judge(call, found.name)
        return {}

    def delete(self, call: AwsCall) -> Params:
        """Removes a destination."""
        found, name = self._named(call)
        del found.destinations[name]
        return {}

    def _set(self, call: AwsCall) -> ConfigurationSet:
        return self._store.configuration_set(call.caller.account, call.region, call.text("ConfigurationSetName"))

    def _named(self, call: AwsCall) -> tuple[ConfigurationSet, str]:
        found, name = self._set(call), call.text("EventDestinationName")
        if name not in found.destinations:
            raise AwsError("NotFoundException", f"Event destination <{name}> does not exist.", 404)
        return found, name


def _judge(call: AwsCall, of: str) -> Params:
    """Returns a destination as it is kept; raises AwsError BadRequestException for one that cannot be."""
    given: Params = call.params.get("EventDestination") or {}
    types: list[str] = given.get("MatchingEventTypes") or []
    if not types or not set(types) <= EVENT_TYPES.keys():
        raise AwsError("BadRequestException", "MatchingEventTypes must hold event types, at least one.")
    kinds = [kind for kind in KINDS if kind in given]
    if len(kinds) != 1:
        raise AwsError("BadRequestException", "An event destination must have exactly one destination.")
    if "EventBridgeDestination" in given:
        _require_default_bus(call, str(given["EventBridgeDestination"].get("EventBusArn", "")))
    if "SnsDestination" in given:
        _require_topic(call, of, str(given["SnsDestination"].get("TopicArn", "")))
    return {"Enabled": bool(given.get("Enabled", False)), "MatchingEventTypes": types, kinds[0]: given[kinds[0]]}


def _require_default_bus(call: AwsCall, arn: str) -> None:
    """Raises for another bus than the default one of this account and region."""
    partition = call.caller.arn.split(":")[1]
    if arn != f"arn:{partition}:events:{call.region}:{call.caller.account}:event-bus/default":
        raise AwsError("BadRequestException", f"Invalid event bus <{arn}>: only the default bus is supported.")


def _require_topic(call: AwsCall, of: str, arn: str) -> None:
    """Raises for a topic that is not there or does not let SES publish; tells one that does that it was looked at."""
    topic = topic_at(arn, call.caller.account, call.region)
    source = ses_arn(call.caller, call.region, "configuration-set", of)
    if topic is None or not may_publish(topic, SERVICE, source, call.caller.account):
        raise AwsError("BadRequestException", f"Could not publish to SNS topic <{arn}>.")
    topic.publish(json.dumps("Successfully validated SNS topic for Amazon SES event publishing."))
