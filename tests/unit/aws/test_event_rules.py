"""The rules of hearing of events: names, ARNs, a topic's policy, and what a set that is there lacks."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tenant_email import ses
from tenant_email.aws import event_rules
from tenant_email.aws.policy import default_set_name

AT = ("eu-west-1", "123456789012")
TOPIC = "arn:aws:sns:eu-west-1:123456789012:mail"
WHOLE: dict[str, Any] = {
    "DeliveryOptions": {"TlsPolicy": "REQUIRE", "SendingPoolName": "pool"},
    "ReputationOptions": {"ReputationMetricsEnabled": True},
    "SuppressionOptions": {"SuppressedReasons": ["COMPLAINT", "BOUNCE"]},
    "VdmOptions": {
        "DashboardOptions": {"EngagementMetrics": "DISABLED"},
        "GuardianOptions": {"OptimizedSharedDelivery": "ENABLED"},
    },
}
BARE = [
    "delivers without TLS where a server has none (TlsPolicy is not REQUIRE)",
    "has no rates of its own (ReputationMetricsEnabled is off)",
    "does not suppress addresses after BOUNCE and COMPLAINT",
    "does not send from the pool pool",
    "does not have EngagementMetrics DISABLED",
    "does not have OptimizedSharedDelivery ENABLED",
]


class Wanted:
    """What a set has to have."""

    def __init__(self, **given: Any) -> None:
        self.require_tls: bool = given.get("require_tls", True)
        self.suppress: list[str] = given.get("suppress", [])
        self.dedicated_ip_pool: str | None = given.get("dedicated_ip_pool")
        self.engagement_metrics: bool | None = given.get("engagement_metrics")
        self.optimized_shared_delivery: bool | None = given.get("optimized_shared_delivery")


ALL = Wanted(
    suppress=["BOUNCE", "COMPLAINT"],
    dedicated_ip_pool="pool",
    engagement_metrics=False,
    optimized_shared_delivery=True,
)


@pytest.mark.parametrize(
    ("wanted", "found", "said"),
    [
        (ALL, WHOLE, []),
        (ALL, {}, BARE),
        (ALL, dict.fromkeys(WHOLE), BARE),
        (Wanted(require_tls=False), {"ReputationOptions": {"ReputationMetricsEnabled": True}}, []),
        (ALL, {**WHOLE, "SuppressionOptions": {"SuppressedReasons": ["BOUNCE"]}}, [BARE[2].replace("BOUNCE and ", "")]),
        (ALL, {**WHOLE, "DeliveryOptions": {"TlsPolicy": "OPTIONAL", "SendingPoolName": "other"}}, [BARE[0], BARE[3]]),
        (Wanted(engagement_metrics=True), WHOLE, ["does not have EngagementMetrics ENABLED"]),
    ],
)
def test_what_a_set_lacks_is_said(wanted: Wanted, found: Any, said: list[str]) -> None:
    """Whatever it has more is its owner's."""
    assert event_rules.differences(wanted, found) == said


def test_names_are_of_characters_that_ses_takes() -> None:
    """At most 64; two long domains keep names of their own, and two components' destinations may share one."""
    assert default_set_name("mail.acme.com") == "mail-acme-com"
    assert default_set_name(f"{'a' * 61}.de") == f"{'a' * 61}-de"
    long = [default_set_name(f"{'a' * 63}.{end}") for end in ("example", "example.org")]
    assert long == [f"{'a' * 55}-735cb979", f"{'a' * 55}-15113f7f"]
    assert event_rules.destination_name("a.mail/é") == "a-mail---events"
    assert event_rules.destination_name("m" * 70) == f"{'m' * 57}-events"


def test_a_topic_lets_one_set_and_the_alarms_publish() -> None:
    """Of this account alone: SES and CloudWatch would publish for any customer else."""
    (events, alarms) = json.loads(event_rules.topic_policy(TOPIC, "set", *AT))["Statement"]
    same = {"Effect": "Allow", "Action": "sns:Publish", "Resource": TOPIC}
    assert events == same | {
        "Sid": "EventsOfMail",
        "Principal": {"Service": "ses.amazonaws.com"},
        "Condition": {
            "StringEquals": {
                "AWS:SourceAccount": AT[1],
                "AWS:SourceArn": f"arn:aws:ses:eu-west-1:{AT[1]}:configuration-set/set",
            }
        },
    }
    assert alarms == same | {
        "Sid": "AlarmsOfRates",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Condition": {
            "StringEquals": {"AWS:SourceAccount": AT[1]},
            "ArnLike": {"AWS:SourceArn": f"arn:aws:cloudwatch:eu-west-1:{AT[1]}:alarm:*"},
        },
    }
    text = event_rules.topic_policy(TOPIC, "set", *AT)
    assert json.dumps(json.loads(text), sort_keys=True, separators=(",", ":")) == text
    assert json.loads(text)["Version"] == "2012-10-17"
    assert event_rules.default_bus_arn("cn-north-1", AT[1]) == f"arn:aws-cn:events:cn-north-1:{AT[1]}:event-bus/default"


def test_alarms_are_at_half_of_where_a_review_begins() -> None:
    """And a review comes before a pause."""
    alarms = ses.Alarms()
    assert {"bounce": 2 * alarms.bounce_rate, "complaint": 2 * alarms.complaint_rate} == event_rules.UNDER_REVIEW
    assert all(event_rules.UNDER_REVIEW[rate] < event_rules.PAUSED[rate] for rate in event_rules.PAUSED)
