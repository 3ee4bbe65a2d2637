"""Decides whether a topic lets a service of AWS publish to it.

Sources: Amazon SNS Developer Guide, "Example cases for Amazon SNS access control"; docs/contracts/aws_ses.md#events. A
topic of one's own account takes CloudWatch's alarms with the policy that every topic begins with, and nothing of SES.
"""

import json
from collections.abc import Mapping
from typing import Any

from moto.sns.models import sns_backends

from tenant_email_local.aws.iam_conditions import as_list
from tenant_email_local.aws.iam_policy import Action, Policy, applies, statements

PUBLISH = "sns:Publish"


def topic_at(arn: str, account: str, region: str) -> Any:
    """Returns a topic of this account and region, or None: no other one is reached from here."""
    return sns_backends[account][region].topics.get(arn)


def may_publish(topic: Any, service: str, source_arn: str, account: str) -> bool:
    """Returns whether a service may publish to a topic on behalf of a resource of an account."""
    context = {
        "aws:sourceaccount": (account,),
        "aws:sourcearn": (source_arn,),
        **({"aws:sourceowner": (account,)} if service.startswith("cloudwatch.") else {}),
    }
    action = Action(PUBLISH, topic.arn, context)
    policy: Policy = json.loads(topic.policy)
    spoken = [each for each in statements([policy]) if _is_about(each, service) and applies(each, action)]
    effects = {statement["Effect"] for statement in spoken}
    return effects == {"Allow"}


def _is_about(statement: Policy, service: str) -> bool:
    principal: Any = statement.get("Principal")
    if not isinstance(principal, Mapping):
        return bool(principal == "*")
    return service in as_list(principal.get("Service")) or "*" in as_list(principal.get("AWS"))
