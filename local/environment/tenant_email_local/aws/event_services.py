"""Reads calls of the services that events and alarms go to, SNS, KMS, CloudWatch, EventBridge and SQS; moto answers.

Sources: their service models in botocore; Service Authorization Reference: what IAM is asked about each (a topic, an
alarm, a rule, a queue), and that CloudWatch's actions are named `cloudwatch`, whatever its requests are signed for.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from werkzeug.wrappers import Request

from tenant_email_local.aws.iam_conditions import Context
from tenant_email_local.aws.iam_policy import Action
from tenant_email_local.aws.iam_requests import ANY, request_tags
from tenant_email_local.aws.wire import AwsCall, Params, is_list

# by the name that requests are signed for: that of IAM's actions, and the parameters that name what a call is about
SERVICES: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "sns": ("sns", ("TopicArn", "ResourceArn", "Name", "SubscriptionArn")),
    "monitoring": ("cloudwatch", ("AlarmName", "AlarmNames", "ResourceARN")),
    "events": ("events", ("Rule", "Name", "ResourceARN")),
    "sqs": ("sqs", ("QueueName", "QueueUrl")),
    "kms": ("kms", ("KeyId",)),
}
KINDS = {"monitoring": "alarm:", "events": "rule/", "kms": "key/"}
# no resource is asked about, whatever they name: Service Authorization Reference
WITHOUT = frozenset({"ListTopics", "GetMetricStatistics", "GetMetricData", "PutMetricData", "ListMetrics"})


def operation_of(service: str, request: Request) -> str:
    """Returns the operation that a request asks for: by header, of SNS by form."""
    if service == "sns":
        return request.form.get("Action", "")
    return request.headers.get("X-Amz-Target", "").rpartition(".")[2]


def body_of(request: Request) -> Params:
    """Returns the parameters of a request in JSON."""
    return dict(request.get_json(force=True, silent=True) or {})


def event_service_actions(call: AwsCall, context: Context) -> list[Action]:
    """Returns what a call of these services asks for."""
    prefix, names = SERVICES[call.service]
    keys = {**context, **request_tags(call.params)}
    named = [] if call.operation in WITHOUT else list(_named(call, names))
    asked = [Action(f"{prefix}:{call.operation}", _arn(call, each), keys) for each in named]
    asked = asked or [Action(f"{prefix}:{call.operation}", ANY, keys, "")]
    if call.params.get("Tags") and call.operation in ("CreateTopic", "PutMetricAlarm"):
        asked.append(Action(f"{prefix}:TagResource", asked[0].resource, keys))
    return asked


def _named(call: AwsCall, names: Iterable[str]) -> Iterable[str]:
    named: list[Any] = [call.params[name] for name in names if call.params.get(name)]
    return [str(each) for value in named[:1] for each in (value if is_list(value) else [value])]


def _arn(call: AwsCall, name: str) -> str:
    if name.startswith("arn:"):
        return name
    partition, service = call.caller.arn.split(":")[1], SERVICES[call.service][0]
    plain = name.rpartition("/")[2]  # of a queue's url
    return f"arn:{partition}:{service}:{call.region}:{call.caller.account}:{KINDS.get(call.service, '')}{plain}"
