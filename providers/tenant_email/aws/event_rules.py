"""What hearing of events takes, as pure rules: names, a topic's policy, the limits of rates, and what a set must have.

Rules: docs/contracts/aws_ses.md#events and #reputation.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final, Literal, Protocol

from tenant_email.aws.policy import configuration_set_arn
from tenant_email.aws.regions import partition_of
from tenant_email.errors import Problem
from tenant_email.json_types import is_object, is_sequence

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tenant_email.json_types import Props, PropsView

Rate = Literal["bounce", "complaint"]

METRICS: Final[Mapping[Rate, str]] = {
    "bounce": "Reputation.BounceRate",
    "complaint": "Reputation.ComplaintRate",
}
UNDER_REVIEW: Final[Mapping[Rate, float]] = {"bounce": 0.05, "complaint": 0.001}
PAUSED: Final[Mapping[Rate, float]] = {"bounce": 0.1, "complaint": 0.005}
"""From which rate on SES puts an account under review, and may pause it (#reputation)."""

NAMESPACE: Final = "AWS/SES"
SET_DIMENSION: Final = "ses:configuration-set"
DIMENSION_NAME: Final = re.compile(r"[A-Za-z0-9_:-]{1,255}")
DIMENSION_VALUE: Final = re.compile(r"[A-Za-z0-9_@.-]{1,255}")
MOST_DIMENSIONS: Final = 10
TRACKING_TYPES: Final = frozenset({"OPEN", "CLICK"})
"""Events that SES knows only of a pixel and of links that it rewrites."""
_LONGEST_NAME: Final = 64
_TOPIC_NAME: Final = re.compile(r"[A-Za-z0-9_-]+")


class WantedSet(Protocol):
    """What a configuration set has to have."""

    # ruff: noqa: D102 - `ses.Events` documents them
    @property
    def require_tls(self) -> bool: ...
    @property
    def suppress(self) -> Sequence[str]: ...
    @property
    def dedicated_ip_pool(self) -> str | None: ...
    @property
    def engagement_metrics(self) -> bool | None: ...
    @property
    def optimized_shared_delivery(self) -> bool | None: ...


def destination_name(component: str) -> str:
    """Returns the name of a component's event destination, of the characters that SES allows."""
    return f"{re.sub(r'[^A-Za-z0-9_-]', '-', component)[: _LONGEST_NAME - len('-events')]}-events"


def topic_prefix(component: str) -> str | None:
    """Returns how the name of a component's topic begins, where SNS does not take the component's own; else None.

    Pulumi makes a name of the component's, which may be a domain, and SNS takes no dot (API reference of CreateTopic).
    """
    return None if _TOPIC_NAME.fullmatch(component) else f"{destination_name(component)}-"


def default_bus_arn(region: str, account: str) -> str:
    """Returns the ARN of an account's default event bus, the only one that SES publishes to."""
    return f"arn:{partition_of(region)}:events:{region}:{account}:event-bus/default"


def is_topic(arn: str) -> bool:
    """Returns whether an ARN is that of an SNS topic; an alarm may do other things too."""
    return arn.split(":")[2:3] == ["sns"]


def misplaced(path: str, arn: str, region: str) -> list[Problem]:
    """Returns that the topic at a path is in another region: neither SES nor CloudWatch publishes there."""
    place = arn.split(":")[3] if is_topic(arn) else region
    what = f"is in {place}, and the domain sends in {region}"
    return [] if place == region else [Problem(path, what, f"Use a topic in {region}.")]


def topic_policy(topic_arn: str, set_name: str, region: str, account: str) -> str:
    """Returns the policy of a topic, as JSON: one configuration set may publish, and the account's alarms may."""
    of_account = {"AWS:SourceAccount": account}
    alarms = f"arn:{partition_of(region)}:cloudwatch:{region}:{account}:alarm:*"
    document = {
        "Version": "2012-10-17",
        "Statement": [
            _allow("EventsOfMail", "ses.amazonaws.com", topic_arn)
            | {
                "Condition": {
                    "StringEquals": of_account | {"AWS:SourceArn": configuration_set_arn(set_name, region, account)}
                }
            },
            _allow("AlarmsOfRates", "cloudwatch.amazonaws.com", topic_arn)
            | {"Condition": {"StringEquals": of_account, "ArnLike": {"AWS:SourceArn": alarms}}},
        ],
    }
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def differences(wanted: WantedSet, found: PropsView) -> list[str]:
    """Returns in words what a set lacks; `found` is what SES answers about it."""
    delivery, reputation = _group(found, "DeliveryOptions"), _group(found, "ReputationOptions")
    suppressed = _group(found, "SuppressionOptions").get("SuppressedReasons")
    vdm = _group(found, "VdmOptions")
    said = list[str]()
    if wanted.require_tls and delivery.get("TlsPolicy") != "REQUIRE":
        said.append("delivers without TLS where a server has none (TlsPolicy is not REQUIRE)")
    if not reputation.get("ReputationMetricsEnabled"):
        said.append("has no rates of its own (ReputationMetricsEnabled is off)")
    missing = [reason for reason in wanted.suppress if not is_sequence(suppressed) or reason not in suppressed]
    if missing:
        said.append(f"does not suppress addresses after {' and '.join(missing)}")
    if wanted.dedicated_ip_pool and delivery.get("SendingPoolName") != wanted.dedicated_ip_pool:
        said.append(f"does not send from the pool {wanted.dedicated_ip_pool}")
    options = (
        (wanted.engagement_metrics, "DashboardOptions", "EngagementMetrics"),
        (wanted.optimized_shared_delivery, "GuardianOptions", "OptimizedSharedDelivery"),
    )
    for asked, group, name in options:
        if asked is not None and _group(vdm, group).get(name) != enabled(on=asked):
            said.append(f"does not have {name} {enabled(on=asked)}")
    return said


def enabled(*, on: bool) -> str:
    """Returns SES's word for a switch."""
    return "ENABLED" if on else "DISABLED"


def _allow(sid: str, service: str, topic_arn: str) -> Props:
    principal = {"Service": service}
    return {"Sid": sid, "Effect": "Allow", "Principal": principal, "Action": "sns:Publish", "Resource": topic_arn}


def _group(found: PropsView, name: str) -> PropsView:
    group = found.get(name)
    return group if is_object(group) else {}
