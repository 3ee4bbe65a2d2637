"""Publishes what happens to mails where their configuration sets say, and the rates that SES judges an account by.

Sources: docs/contracts/aws_ses.md#events and #reputation; Amazon SES Developer Guide, "Create Amazon SES event
destinations" and "Creating reputation monitoring alarms using CloudWatch".
"""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from moto.cloudwatch.models import cloudwatch_backends
from moto.events.models import events_backends
from moto.sqs.models import sqs_backends

from tenant_email_local.aws.alarms import evaluate
from tenant_email_local.aws.behavior import Behavior
from tenant_email_local.aws.credentials import partition_of
from tenant_email_local.aws.event_destinations import SERVICE
from tenant_email_local.aws.mail_events import EVENT_TYPES, SIMULATOR, MailEvent, SentMail, counts, events_of, tags_of
from tenant_email_local.aws.service_policy import may_publish, topic_at
from tenant_email_local.aws.store import AccountStore, Reputation
from tenant_email_local.aws.wire import Params

NAMESPACE = "AWS/SES"
SET_DIMENSION = "ses:configuration-set"


class EventPublishing:
    """What SES tells of a mail once it took it."""

    def __init__(self, store: AccountStore, behavior: Behavior) -> None:
        self._store = store
        self._behavior = behavior

    def people(self, mail: SentMail) -> list[str]:
        """Returns who a mail arrives at; the simulator swallows its own."""
        events = events_of(mail, self._behavior.bounces, self._behavior.complaints)
        taken = next((each.recipients for each in events if each.type == "DELIVERY"), ())
        return [address for address in taken if not address.lower().endswith(SIMULATOR)]

    def publish(self, mail: SentMail) -> None:
        """Publishes what happens to a mail, and the rates after it."""
        place = self._store.account(mail.account, mail.region)
        used = place.configuration_sets.get(mail.configuration_set)
        events = events_of(mail, self._behavior.bounces, self._behavior.complaints)
        if used:
            for event in events:
                for destination in list(used.destinations.values()):
                    if destination["Enabled"] and event.type in destination["MatchingEventTypes"]:
                        _publish(mail, event, destination)
        _count(place.reputation, events)
        self._put_rates(mail, place.reputation, [])
        if used and used.measures:
            _count(used.reputation, events)
            self._put_rates(mail, used.reputation, [{"Name": SET_DIMENSION, "Value": used.name}])

    def _put_rates(self, mail: SentMail, reputation: Reputation, dimensions: list[Params]) -> None:
        if not reputation.sent:
            return  # SES has no rate of nothing
        rates = {
            "Reputation.BounceRate": reputation.bounced / reputation.sent,
            "Reputation.ComplaintRate": reputation.complained / reputation.sent,
        }
        for name, rate in rates.items():
            _put_metric(mail, name, rate, dimensions)
            evaluate(cloudwatch_backends[mail.account][mail.region], (NAMESPACE, name), dimensions, rate)


def _count(reputation: Reputation, events: list[MailEvent]) -> None:
    number = {event.type: counts(event.recipients) for event in events}
    reputation.sent += number.get("SEND", 0)
    reputation.bounced += number.get("BOUNCE", 0)
    reputation.complained += number.get("COMPLAINT", 0)


def _publish(mail: SentMail, event: MailEvent, destination: Params) -> None:
    partition = partition_of(mail.region)
    if "SnsDestination" in destination:
        topic = topic_at(destination["SnsDestination"]["TopicArn"], mail.account, mail.region)
        source = f"arn:{partition}:ses:{mail.region}:{mail.account}:configuration-set/{mail.configuration_set}"
        # a policy that was taken away since: SES has nobody to tell
        if topic is not None and may_publish(topic, SERVICE, source, mail.account):
            topic.publish(json.dumps(event.record), subject="Amazon SES Email Event Notification")
    elif "EventBridgeDestination" in destination:
        _put_on_bus(mail, event)
    elif "CloudWatchDestination" in destination:
        wanted: list[Params] = destination["CloudWatchDestination"].get("DimensionConfigurations") or []
        _put_metric(mail, EVENT_TYPES[event.type][0], 1.0, [_dimension(mail, each) for each in wanted])


def _put_on_bus(mail: SentMail, event: MailEvent) -> None:
    """Sends an event to the queues of the rules that match it; moto's own way needs a library that is not here."""
    message = {
        "version": "0",
        "id": str(uuid4()),
        "detail-type": event.detail_type,
        "source": "aws.ses",
        "account": mail.account,
        "time": datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z"),
        "region": mail.region,
        "resources": [mail.source_arn],
        "detail": event.record,
    }
    bus: Any = events_backends[mail.account][mail.region].describe_event_bus("default")
    for rule in list(bus.rules.values()):
        if rule.state != "ENABLED" or not rule.event_pattern.matches_event(message):
            continue
        for target in rule.targets:
            *_, service, region, account, name = str(target["Arn"]).split(":")
            if service == "sqs":
                sqs_backends[account][region].send_message(name, json.dumps(message))


def _dimension(mail: SentMail, wanted: Params) -> Params:
    """Returns a dimension with the value that the mail has for it, else its default."""
    name, source = str(wanted["DimensionName"]), wanted["DimensionValueSource"]
    found: Any = tags_of(mail).get(name, [""])[0] if source == "MESSAGE_TAG" else None
    found = mail.message.get(name) if source == "EMAIL_HEADER" else found
    return {"Name": name, "Value": str(found or wanted["DefaultDimensionValue"])}


def _put_metric(mail: SentMail, name: str, value: float, dimensions: list[Params]) -> None:
    datum = {"MetricName": name, "Value": value, "Dimensions": dimensions, "Timestamp": datetime.now(UTC)}
    cloudwatch_backends[mail.account][mail.region].put_metric_data(NAMESPACE, [datum])
