"""Writes docs/operator-policy.json: what whoever runs `pulumi up` needs, with names to fill in.

Run from the project's folder:
`PYTHONPATH=tests .venv/bin/python -m support.operator_document > docs/operator-policy.json`
"""

from __future__ import annotations

import json
import sys

from tenant_email.aws.policy import configuration_set_arn, identity_arn, operator_policy


def document() -> str:
    """Returns the policy with REGION, ACCOUNT, DOMAIN, SET, USER, POLICY and the like in the places of names."""
    at = ("REGION", "ACCOUNT")
    policy = operator_policy(
        [identity_arn("DOMAIN", *at)],
        configuration_set_arns=[configuration_set_arn("SET", *at)],
        user_arns=["arn:aws:iam::ACCOUNT:user/USER"],
        policy_arns=["arn:aws:iam::ACCOUNT:policy/POLICY"],
        zone_arns=["arn:aws:route53:::hostedzone/ZONE"],
        event_set_arns=[configuration_set_arn("SET", *at)],
        topic_arns=["arn:aws:sns:REGION:ACCOUNT:TOPIC"],
        alarm_arns=["arn:aws:cloudwatch:REGION:ACCOUNT:alarm:ALARM"],
    )
    return json.dumps(policy, indent=2) + "\n"


if __name__ == "__main__":
    sys.stdout.write(document())
