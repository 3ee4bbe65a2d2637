"""Every IAM document against AWS's service authorization reference, as policy_sentry bundles it."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING, Any

import pytest
from policy_sentry.querying.actions import get_action_data
from policy_sentry.util.arns import ARN

from support.operator_document import operator_policy
from tenant_email.aws.policy import (
    ACTIONS,
    PolicyDocument,
    Statement,
    configuration_set_arn,
    identity_arn,
    sending_policy,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

REGIONS = ("eu-west-1", "us-gov-west-1", "cn-north-1")


def documents(region: str) -> Iterator[PolicyDocument]:
    """Yields every kind of document with everything in it."""
    at = (region, "123456789012")
    domain, set_, person = identity_arn("acme.com", *at), configuration_set_arn("mail", *at), identity_arn("a@b.c", *at)
    for actions in ACTIONS.values():
        yield sending_policy(
            domain,
            actions=actions,
            from_addresses=["no-reply@acme.com"],
            from_display_names=["Acme"],
            recipients=["*@acme.com"],
            configuration_set_arns=[set_],
            from_identity_arns=[person],
            sandbox_recipient_arns=[person],
        )
    user = f"{domain.split(':ses:', 1)[0]}:iam::123456789012:user/mail"
    yield operator_policy(
        [domain],
        configuration_set_arns=[set_],
        replica_parent_arns=[domain],
        user_arns=[user],
        policy_arns=[user.replace(":user/", ":policy/")],
        zone_arns=[f"{domain.split(':ses:', 1)[0]}:route53:::hostedzone/Z1"],
        event_set_arns=[set_],
        topic_arns=[f"{domain.split(':ses:', 1)[0]}:sns:{region}:123456789012:mail-events"],
        alarm_arns=[f"{domain.split(':ses:', 1)[0]}:cloudwatch:{region}:123456789012:alarm:mail"],
        request_production_access=True,
    )


def findings(document: PolicyDocument) -> list[str]:
    """Returns every action, condition key or resource that AWS would not know there."""
    return [finding for statement in document["Statement"] for finding in _findings(statement)]


def _findings(statement: Statement) -> Iterator[str]:
    keys = {key for conditions in statement.get("Condition", {}).values() for key in conditions}
    known: dict[str, list[dict[str, Any]]] = {action: _reference(action) for action in statement["Action"]}
    for action, rows in known.items():
        if not rows:
            yield f"{action} is no action"
        allowed = {key for row in rows for key in row["condition_keys"]}
        yield from (f"{action} has no condition key {key}" for key in sorted(keys - allowed))
        if not any(_matches(resource, row) for resource, row in product(statement["Resource"], rows)):
            yield f"{action} applies to none of the resources"
    for resource in statement["Resource"]:
        if not any(_matches(resource, row) for rows in known.values() for row in rows):
            yield f"{resource} is no resource of any action"


def _reference(action: str) -> list[dict[str, Any]]:
    service, _, name = action.partition(":")
    found: dict[str, Any] = get_action_data(service, name) or {}
    rows: list[dict[str, Any]] = found.get(service, [])
    return rows


def _matches(resource: str, row: dict[str, Any]) -> bool:
    wanted: str = row["resource_arn_format"]
    if "*" in (resource, wanted):
        return resource == wanted
    same: bool = ARN(resource).same_resource_type(wanted)
    return same


@pytest.mark.parametrize("region", REGIONS)
def test_every_document_is_known_to_aws(region: str) -> None:
    """Actions exist, each applies to a resource beside it, and each condition key is one of the action's."""
    assert [finding for document in documents(region) for finding in findings(document)] == []


def test_a_mistake_would_be_found() -> None:
    """A misspelled action, a key of another action and a resource of another service are each told."""
    bad: PolicyDocument = {
        "Version": "2012-10-17",
        "Statement": [
            {"Sid": "A", "Effect": "Allow", "Action": ["ses:SendEmial"], "Resource": ["*"]},
            {
                "Sid": "B",
                "Effect": "Allow",
                "Action": ["ses:GetAccount"],
                "Resource": ["arn:aws:s3:::bucket"],
                "Condition": {"StringEquals": {"ses:FromAddress": ["a@b.c"]}},
            },
        ],
    }
    assert findings(bad) == [
        "ses:SendEmial is no action",
        "ses:SendEmial applies to none of the resources",
        "* is no resource of any action",
        "ses:GetAccount has no condition key ses:FromAddress",
        "ses:GetAccount applies to none of the resources",
        "arn:aws:s3:::bucket is no resource of any action",
    ]
