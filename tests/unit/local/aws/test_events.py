"""What SES publishes of mail, and the alarms on it; the types by which stacks ask for it, as an operator may."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from pulumi.runtime.proto import provider_pb2 as pb

from support.aws import ZONE, Cloud, local_aws, refusal
from support.operator_document import operator_policy
from tenant_email.aws.event_rules import topic_policy
from tenant_email.aws.policy import configuration_set_arn
from tenant_email_local.aws.plugin.values import from_wire

from .test_plugin import running

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ACCOUNT, REGION, SENDER = "123456789012", "us-east-1", f"no-reply@{ZONE}"
AT = (REGION, ACCOUNT)
TOPIC = f"arn:aws:sns:{REGION}:{ACCOUNT}:mail"
DESTINATION = {"Enabled": True, "MatchingEventTypes": ["SEND", "DELIVERY", "BOUNCE", "COMPLAINT"]}
ALARM: dict[str, Any] = {
    "Namespace": "AWS/SES",
    "MetricName": "Reputation.BounceRate",
    "Statistic": "Maximum",
    "Period": 3600,
    "EvaluationPeriods": 1,
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "Threshold": 0.5,
}


@pytest.fixture
def cloud() -> Iterator[Cloud]:
    """Runs a local AWS where gone@home.example is nobody and cross@home.example calls all mail spam."""
    with local_aws(bounces={"gone@home.example"}, complaints={"cross@home.example"}) as started:
        yield started


class Site:
    """A verified domain whose default set publishes to a topic, with a queue at it."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud, self.ses = cloud, cloud.verified()
        self.sns, self.sqs = cloud.client("sns"), cloud.client("sqs")
        self.sns.create_topic(Name="mail")
        self.allow()
        self.ses.create_configuration_set(
            ConfigurationSetName="mail", ReputationOptions={"ReputationMetricsEnabled": True}
        )
        self.ses.put_email_identity_configuration_set_attributes(EmailIdentity=ZONE, ConfigurationSetName="mail")
        self.queue = self.sqs.create_queue(QueueName="heard")["QueueUrl"]
        self.sns.subscribe(TopicArn=TOPIC, Protocol="sqs", Endpoint=f"arn:aws:sqs:{REGION}:{ACCOUNT}:heard")

    def allow(self, of: str = "mail") -> None:
        """Lets a set publish to the topic."""
        policy = topic_policy(TOPIC, of, *AT)
        self.sns.set_topic_attributes(TopicArn=TOPIC, AttributeName="Policy", AttributeValue=policy)

    def publish_to(self, **where: Any) -> None:
        """Gives the set a destination."""
        self.ses.create_configuration_set_event_destination(
            ConfigurationSetName="mail",
            EventDestinationName="events",
            EventDestination={**DESTINATION, **where},  # type: ignore[typeddict-item]
        )

    def send(self, *recipients: str) -> None:
        """Sends one mail."""
        self.ses.send_email(
            FromEmailAddress=SENDER,
            Destination={"ToAddresses": list(recipients)},
            Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "x"}}}},
        )

    def heard(self) -> list[Any]:
        """Takes the messages of the topic."""
        found = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10).get("Messages", [])
        for each in found:
            self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=each["ReceiptHandle"])
        return [json.loads(json.loads(each["Body"])["Message"]) for each in found]


def test_what_happens_to_a_mail_is_published(cloud: Cloud) -> None:
    """Of people and of the simulator alike; a bounce reaches nobody's inbox."""
    site = Site(cloud)
    site.publish_to(SnsDestination={"TopicArn": TOPIC})
    assert site.heard() == ["Successfully validated SNS topic for Amazon SES event publishing."]
    site.send("ada@home.example", "gone@home.example", "cross@home.example")
    sent, delivered, bounced, complained = site.heard()
    assert sent["mail"]["tags"]["ses:configuration-set"] == ["mail"]
    assert delivered["delivery"]["recipients"] == ["ada@home.example", "cross@home.example"]
    assert bounced["bounce"]["bouncedRecipients"][0]["emailAddress"] == "gone@home.example"
    assert complained["complaint"]["complainedRecipients"] == [{"emailAddress": "cross@home.example"}]
    assert [recipients for _, recipients, _ in cloud.mails] == [["ada@home.example", "cross@home.example"]]
    site.send("bounce+a@simulator.amazonses.com")
    assert [each["eventType"] for each in site.heard()] == ["Send", "Bounce"]


def test_a_topic_that_lets_another_set_publish(cloud: Cloud) -> None:
    """SES says so when the destination is made, as of a bus that is not the default one."""
    site = Site(cloud)
    site.allow("other")
    assert "400 Could not publish to SNS topic" in refusal(lambda: site.publish_to(SnsDestination={"TopicArn": TOPIC}))
    bus = f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/own"
    assert "only the default bus" in refusal(lambda: site.publish_to(EventBridgeDestination={"EventBusArn": bus}))


def test_the_event_bus_and_metrics_hear_of_it(cloud: Cloud) -> None:
    """A rule for aws.ses has the record as its detail; a metric has the dimension that was asked for."""
    site, events = Site(cloud), cloud.client("events")
    events.put_rule(Name="mail", EventPattern=json.dumps({"source": ["aws.ses"], "detail-type": ["Email Bounced"]}))
    events.put_targets(Rule="mail", Targets=[{"Id": "q", "Arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:heard"}])
    site.publish_to(EventBridgeDestination={"EventBusArn": f"arn:aws:events:{REGION}:{ACCOUNT}:event-bus/default"})
    site.send("gone@home.example")
    (message,) = site.sqs.receive_message(QueueUrl=site.queue)["Messages"]
    assert json.loads(message["Body"])["detail"]["eventType"] == "Bounce"
    dimension = {
        "DimensionName": "ses:from-domain",
        "DimensionValueSource": "MESSAGE_TAG",
        "DefaultDimensionValue": "x",
    }
    site.ses.update_configuration_set_event_destination(
        ConfigurationSetName="mail",
        EventDestinationName="events",
        EventDestination={**DESTINATION, "CloudWatchDestination": {"DimensionConfigurations": [dimension]}},  # type: ignore[typeddict-item]
    )
    site.send("gone@home.example")
    listed = cloud.client("cloudwatch").list_metrics(Namespace="AWS/SES", MetricName="Bounce")["Metrics"]
    assert [each["Dimensions"] for each in listed] == [[{"Name": "ses:from-domain", "Value": ZONE}]]


def test_an_alarm_goes_off_before_ses_acts(cloud: Cloud) -> None:
    """At the rate of the account, and of the set; mail to the simulator does not count."""
    site, cloudwatch = Site(cloud), cloud.client("cloudwatch")
    of_set = [{"Name": "ses:configuration-set", "Value": "mail"}]
    for name, dimensions in (("account", []), ("set", of_set)):
        cloudwatch.put_metric_alarm(AlarmName=name, Dimensions=dimensions, AlarmActions=[TOPIC], **ALARM)
    site.send("bounce@simulator.amazonses.com")
    site.send("ada@home.example")
    assert site.heard() == []
    site.send("gone@home.example")
    assert [(each["AlarmName"], each["NewStateValue"]) for each in site.heard()] == [
        ("account", "ALARM"),
        ("set", "ALARM"),
    ]


def test_a_default_set_that_was_deleted_fails_mail(cloud: Cloud) -> None:
    """As does one that is switched off."""
    site = Site(cloud)
    site.ses.put_configuration_set_sending_options(ConfigurationSetName="mail", SendingEnabled=False)
    assert "SendingPausedException" in refusal(lambda: site.send("ada@home.example"))
    site.ses.delete_configuration_set(ConfigurationSetName="mail")
    assert "BadRequestException 400 Configuration set <mail> does not exist" in refusal(
        lambda: site.send("ada@home.example")
    )


def test_each_type_lives_under_the_operators_policy(cloud: Cloud, tmp_path: Path) -> None:
    """Set, topic, policy, destination and alarm: made, read without a difference, changed and deleted, and no more."""
    policy = operator_policy(
        [],
        event_set_arns=[configuration_set_arn("acme-example", *AT)],
        topic_arns=[f"arn:aws:sns:{REGION}:{ACCOUNT}:thing-*"],
        alarm_arns=[f"arn:aws:cloudwatch:{REGION}:{ACCOUNT}:alarm:thing-*"],
    )
    policy["Statement"] = [each for each in policy["Statement"] if each["Resource"]]
    with running(tmp_path, cloud.aws.operator(policy)) as plugin:
        plugin.configure()
        made = list[tuple[str, str, dict[str, Any]]]()

        def live(type_: str, change: dict[str, Any], **inputs: Any) -> dict[str, Any]:
            id_, state = plugin.create(type_, **inputs)
            read = plugin.read(type_, id_, state, plugin.check(type_, inputs))
            assert plugin.diff(type_, from_wire(read.properties), from_wire(read.inputs)).changes == (
                pb.DiffResponse.DIFF_NONE
            )
            checked = plugin.check(type_, {**inputs, **change}, from_wire(read.inputs))
            made.append((type_, id_, plugin.update(type_, id_, from_wire(read.properties), checked)))
            return {**state, "id": id_}

        live(
            "aws:sesv2/configurationSet:ConfigurationSet",
            {
                "sendingOptions": {"sendingEnabled": False},
                "vdmOptions": {"dashboardOptions": {"engagementMetrics": "DISABLED"}},
                "tags": {"a": "c"},
            },
            configurationSetName="acme-example",
            deliveryOptions={"tlsPolicy": "REQUIRE"},
            reputationOptions={"reputationMetricsEnabled": True},
            suppressionOptions={"suppressedReasons": ["BOUNCE"]},
            tags={"a": "b"},
        )
        topic = live("aws:sns/topic:Topic", {"displayName": "Mail", "tags": {"c": "d"}}, tags={"a": "b"})["arn"]
        assert ":thing-b-" in live("aws:sns/topic:Topic", {"displayName": "Mail"}, namePrefix="thing-b-")["arn"]
        allowed = topic_policy(topic, "acme-example", *AT)
        live("aws:sns/topicPolicy:TopicPolicy", {}, arn=topic, policy=allowed)
        live(
            "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination",
            {},
            configurationSetName="acme-example",
            eventDestinationName="events",
            eventDestination={
                "enabled": True,
                "matchingEventTypes": ["BOUNCE"],
                "snsDestination": {"topicArn": topic},
            },
        )
        live(
            "aws:cloudwatch/metricAlarm:MetricAlarm",
            {"threshold": 0.03, "tags": {"c": "d"}},
            namespace="AWS/SES",
            metricName="Reputation.BounceRate",
            dimensions={"ses:configuration-set": "acme-example"},
            statistic="Maximum",
            period=3600,
            evaluationPeriods=1,
            comparisonOperator="GreaterThanOrEqualToThreshold",
            threshold=0.02,
            treatMissingData="notBreaching",
            alarmActions=[topic],
            tags={"a": "b"},
        )
        for type_, id_, state in reversed(made):
            plugin.delete(type_, id_, state)
            plugin.delete(type_, id_, state)
    assert cloud.client("sns").list_topics()["Topics"] == []
    assert cloud.client("cloudwatch").describe_alarms()["MetricAlarms"] == []
