"""What the operator of this package needs to be allowed: docs/operator-policy.json has it with names to fill in.

Run from the project's folder:
`PYTHONPATH=tests .venv/bin/python -m support.operator_document > docs/operator-policy.json`
"""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Final

from tenant_email.aws.policy import allow, configuration_set_arn, identity_arn

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.aws.policy import Condition, PolicyDocument

_IDENTITY_ACTIONS: Final = (
    "ses:CreateEmailIdentity",
    "ses:GetEmailIdentity",
    "ses:DeleteEmailIdentity",
    "ses:PutEmailIdentityDkimSigningAttributes",
    "ses:PutEmailIdentityDkimAttributes",
    "ses:PutEmailIdentityMailFromAttributes",
    "ses:PutEmailIdentityFeedbackAttributes",
    "ses:PutEmailIdentityConfigurationSetAttributes",
    "ses:TagResource",
    "ses:UntagResource",
)
# What pulumi_aws calls for the user, its policy and its keys, and who publishes records; docs/sending-domain.md.
_USER_ACTIONS: Final = (
    "iam:CreateUser",
    "iam:GetUser",
    "iam:UpdateUser",
    "iam:DeleteUser",
    "iam:TagUser",
    "iam:UntagUser",
    "iam:PutUserPermissionsBoundary",
    "iam:DeleteUserPermissionsBoundary",
    "iam:ListGroupsForUser",
    "iam:ListAttachedUserPolicies",
    "iam:CreateAccessKey",
    "iam:DeleteAccessKey",
)
_ATTACH_ACTIONS: Final = ("iam:AttachUserPolicy", "iam:DetachUserPolicy")
_POLICY_ACTIONS: Final = (
    "iam:CreatePolicy",
    "iam:GetPolicy",
    "iam:GetPolicyVersion",
    "iam:ListPolicyVersions",
    "iam:CreatePolicyVersion",
    "iam:DeletePolicyVersion",
    "iam:DeletePolicy",
    "iam:TagPolicy",
    "iam:UntagPolicy",
)
_RECORD_ACTIONS: Final = (
    "route53:GetHostedZone",
    "route53:ChangeResourceRecordSets",
    "route53:ListResourceRecordSets",
    "route53:ListTagsForResource",
)
# What pulumi_aws calls for `events`; ses:TagResource of a set is among the identities' actions.
_SET_ACTIONS: Final = (
    "ses:CreateConfigurationSet",
    "ses:GetConfigurationSet",
    "ses:DeleteConfigurationSet",
    "ses:PutConfigurationSetDeliveryOptions",
    "ses:PutConfigurationSetReputationOptions",
    "ses:PutConfigurationSetSendingOptions",
    "ses:PutConfigurationSetSuppressionOptions",
    "ses:PutConfigurationSetVdmOptions",
    "ses:CreateConfigurationSetEventDestination",
    "ses:GetConfigurationSetEventDestinations",
    "ses:UpdateConfigurationSetEventDestination",
    "ses:DeleteConfigurationSetEventDestination",
    "ses:ListTagsForResource",
    "ses:TagResource",
    "ses:UntagResource",
)
_TOPIC_ACTIONS: Final = (
    "sns:CreateTopic",
    "sns:GetTopicAttributes",
    "sns:SetTopicAttributes",
    "sns:DeleteTopic",
    "sns:ListTagsForResource",
    "sns:TagResource",
    "sns:UntagResource",
)
_ALARM_ACTIONS: Final = (
    "cloudwatch:PutMetricAlarm",
    "cloudwatch:DescribeAlarms",
    "cloudwatch:DeleteAlarms",
    "cloudwatch:ListTagsForResource",
    "cloudwatch:TagResource",
    "cloudwatch:UntagResource",
)


def operator_policy(
    identity_arns: Sequence[str],
    *,
    configuration_set_arns: Sequence[str] = (),
    replica_parent_arns: Sequence[str] = (),
    user_arns: Sequence[str] = (),
    policy_arns: Sequence[str] = (),
    zone_arns: Sequence[str] = (),
    event_set_arns: Sequence[str] = (),
    topic_arns: Sequence[str] = (),
    alarm_arns: Sequence[str] = (),
    request_production_access: bool = False,
) -> PolicyDocument:
    """Returns what this package itself calls, and with policies and zones also what `pulumi_aws` calls for it.

    Args:
        identity_arns: the domain identities to manage.
        configuration_set_arns: the sets to attach.
        replica_parent_arns: the identities in other regions whose DKIM keys are replicated.
        user_arns: the sending users, whose keys are counted before another one is made.
        policy_arns: the policies of the sending users, where pulumi_aws makes both; no other one may be attached.
        zone_arns: the Route 53 zones, where records are published.
        event_set_arns: the configuration sets that events make, or look at.
        topic_arns: the topics that events make.
        alarm_arns: the alarms that events make.
        request_production_access: allows asking AWS to let the account out of the sandbox.
    """
    account = ["ses:GetAccount", *(["ses:PutAccountDetails"] if request_production_access else [])]
    statements = [
        allow("ManageIdentities", _IDENTITY_ACTIONS, (*identity_arns, *configuration_set_arns)),
        allow("SeeAccountState", account, ["*"]),
    ]
    if user_arns:
        statements.append(allow("CountAccessKeys", ("iam:ListAccessKeys",), user_arns))
    if policy_arns:
        only_these: Condition = {"ArnLike": {"iam:PolicyARN": list(policy_arns)}}
        statements.append(allow("ManageSendingUsers", _USER_ACTIONS, user_arns))
        statements.append(allow("AttachSendingPolicies", _ATTACH_ACTIONS, user_arns, only_these))
        statements.append(allow("ManageSendingPolicies", _POLICY_ACTIONS, policy_arns))
    if zone_arns:
        statements.append(allow("PublishRecords", _RECORD_ACTIONS, zone_arns))
        statements.append(allow("FindZones", ("route53:ListHostedZones",), ["*"]))
    for sid, actions, arns in (
        ("ManageConfigurationSets", _SET_ACTIONS, event_set_arns),
        ("ManageTopics", _TOPIC_ACTIONS, topic_arns),
        ("ManageAlarms", _ALARM_ACTIONS, alarm_arns),
    ):
        if arns:
            statements.append(allow(sid, actions, arns))
    if replica_parent_arns:
        action = ["ses:ReplicateEmailIdentityDkimSigningKey"]
        statements.append(allow("ReplicateDkimKeys", action, replica_parent_arns))
    return {"Version": "2012-10-17", "Statement": statements}


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
