"""Moves CloudWatch's alarms when a metric of SES has a new value, and tells the topics that they name.

Sources: Amazon CloudWatch User Guide, "Using Amazon CloudWatch alarms" and "Notifying users on alarm changes". One
value is one period here: what an alarm with several evaluation periods would wait for is not waited for.
"""

import json
import operator
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any

from tenant_email_local.aws.service_policy import may_publish, topic_at
from tenant_email_local.aws.wire import Params

SERVICE = "cloudwatch.amazonaws.com"
COMPARISONS: dict[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": operator.ge,
    "GreaterThanThreshold": operator.gt,
    "LessThanThreshold": operator.lt,
    "LessThanOrEqualToThreshold": operator.le,
}


def evaluate(backend: Any, metric: tuple[str, str], dimensions: Iterable[Params], value: float) -> None:
    """Moves the alarms on this metric, by namespace and name, with exactly these dimensions."""
    wanted = {(each["Name"], each["Value"]) for each in dimensions}
    for alarm in list(backend.alarms.values()):
        if (alarm.namespace, alarm.metric_name) != metric:
            continue
        if {(each.name, each.value) for each in alarm.dimensions} != wanted:
            continue
        breaches = COMPARISONS[alarm.comparison_operator](value, float(alarm.threshold))
        state = "ALARM" if breaches else "OK"
        if state != alarm.state_value:
            _move(backend, alarm, state, f"Threshold Crossed: 1 datapoint [{value}] against {alarm.threshold}.")


def _move(backend: Any, alarm: Any, state: str, reason: str) -> None:
    before = alarm.state_value
    backend.set_alarm_state(alarm.name, reason, "{}", state)
    if not alarm.actions_enabled:
        return
    account, region = backend.account_id, backend.region_name
    message = {
        "AlarmName": alarm.name,
        "AlarmDescription": alarm.description,
        "AWSAccountId": account,
        "NewStateValue": state,
        "NewStateReason": reason,
        "StateChangeTime": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "Region": region,
        "AlarmArn": alarm.alarm_arn,
        "OldStateValue": before,
    }
    for arn in alarm.alarm_actions if state == "ALARM" else alarm.ok_actions:
        topic = topic_at(arn, account, region)
        if topic is not None and may_publish(topic, SERVICE, alarm.alarm_arn, account):
            topic.publish(json.dumps(message), subject=f'{state}: "{alarm.name}" in {region}')
