"""Looks managed policies up: those of the account, and AWS's own, which moto holds but does not load."""

import json
from functools import cache
from typing import Any

from moto.iam.aws_managed_policies import aws_managed_policies_data
from moto.iam.models import AWSManagedPolicy


def find_managed_policy(iam: Any, arn: str) -> Any:
    """Returns the policy of an ARN, or None; one of AWS's own becomes known to the account's IAM with it."""
    if arn not in iam.managed_policies and ":iam::aws:policy/" in arn:
        name = arn.rpartition("/")[2]
        data = _aws_policies().get(name)
        policy = data and AWSManagedPolicy.from_data(name, iam.account_id, iam.region_name, data)
        if policy and policy.arn == arn:
            iam.managed_policies[arn] = policy
    return iam.managed_policies.get(arn)


@cache
def _aws_policies() -> dict[str, Any]:
    policies: dict[str, Any] = json.loads(aws_managed_policies_data)
    return policies
