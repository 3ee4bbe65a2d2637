"""The key that sends may send, and nothing else: its user has the one policy that was generated for it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from pulumi_policy import Severity

from tenant_email_policies import sending_users
from tenant_email_policies.rule import Config, Finding, StackRule
from tenant_email_policies.values import UNKNOWN, is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack
    from tenant_email_policies.values import Value

_POLICY: Final = "aws:iam/policy:Policy"
_INLINE: Final = "aws:iam/userPolicy:UserPolicy"
_ACTIONS: Final = frozenset({"ses:sendemail", "ses:sendrawemail"})
_REMEDY: Final = (
    "Give the sending user nothing but what its SesSendingDomain generates; do other things with another user."
)


def judge(stack: Stack, _config: Config) -> Iterator[Finding]:
    """Yields what a user that sends may do besides."""
    for user in sending_users.users(stack):
        yield from _attached(stack, user)
        yield from _groups(stack, user)
        for inline in stack.typed(_INLINE):
            if sending_users.is_of(inline, user):
                what = f"is an inline policy of {user.name}, whose key sends: it may do more than send"
                yield Finding(inline, "", what, _REMEDY)
    for component in sending_users.components(stack):
        for policy in stack.typed(_POLICY):
            if policy.parent == component.urn:
                yield from _changed(component, policy)


def _attached(stack: Stack, user: Seen) -> Iterator[Finding]:
    """Yields managed policies of a user: of a sending domain's any but its own, of another what may more than send."""
    own = {user.parent} & {each.urn for each in sending_users.components(stack)}
    for attachment in sending_users.attachments(stack, user):
        policies = [each for each in stack.by_urn(_policy_urns(attachment)) if each.type == _POLICY]
        arn = attachment.at("policy_arn") or attachment.at("policyArn")
        if not policies:
            policies = [each for each in stack.typed(_POLICY) if isinstance(arn, str) and each.at("arn") == arn]
        if not policies and arn is UNKNOWN:
            continue
        if own and not (policies and all(policy.parent in own for policy in policies)):
            what = f"attaches another policy to {user.name}, whose key sends"
            yield Finding(attachment, "", what, _REMEDY)
        elif not policies:
            what = f"attaches a policy that is not of this stack to {user.name}, whose key sends"
            yield Finding(attachment, "", what, "Attach a policy with ses:SendEmail on the domain's identity alone.")
        else:
            for policy in policies:
                yield from _wide(policy)


def _policy_urns(attachment: Seen) -> frozenset[str]:
    return attachment.depends.get("policyArn", frozenset()) | attachment.depends.get("policy_arn", frozenset())


def _groups(stack: Stack, user: Seen) -> Iterator[Finding]:
    memberships = [
        *(
            each
            for each in stack.typed("aws:iam/userGroupMembership:UserGroupMembership")
            if sending_users.is_of(each, user)
        ),
        *(
            each
            for each in stack.typed("aws:iam/groupMembership:GroupMembership")
            if sending_users.names(each, user, "users")
        ),
    ]
    for membership in memberships:
        what = f"puts {user.name}, whose key sends, into a group: it may do what the group may"
        yield Finding(membership, "", what, _REMEDY)


def _changed(component: Seen, policy: Seen) -> Iterator[Finding]:
    """Yields whether a sending domain's policy is another than it generated; unknown documents are left alone."""
    generated, registered = _document(component.at("policy_json")), _document(policy.at("policy"))
    if generated is None or registered is None:
        return
    if generated != registered:
        what = f"is not the policy that {component.name} generated: something changed it"
        yield Finding(policy, "policy", what, "Take the transform, or whatever changes it, out.")


def _wide(policy: Seen) -> Iterator[Finding]:
    """Yields what a policy allows beyond sending as named identities."""
    document = _document(policy.at("policy"))
    if not is_mapping(document):
        return
    statements = document.get("Statement")
    for statement in statements if is_list(statements) else [statements]:
        if not is_mapping(statement) or statement.get("Effect") == "Deny":
            continue
        actions = {each.lower() if isinstance(each, str) else "" for each in _listed(statement.get("Action"))}
        if "NotAction" in statement or not actions <= _ACTIONS:
            yield Finding(policy, "policy", "allows more than ses:SendEmail and ses:SendRawEmail", _REMEDY)
        if "NotResource" in statement or any(_is_any(each) for each in _listed(statement.get("Resource"))):
            what = "allows to send as every identity of the account"
            yield Finding(policy, "policy", what, "Name the domain's identity as Resource.")


def _listed(value: Value) -> list[Value]:
    return list(value) if is_list(value) else [value]


def _is_any(resource: Value) -> bool:
    """Returns whether a resource stands for every identity: `*`, or an ARN that ends so."""
    return not isinstance(resource, str) or resource == "*" or resource.endswith((":*", "identity/*"))


def _document(text: Value) -> Value:
    """Returns a policy's document; None where it is unknown, absent or no JSON, which AWS will refuse."""
    if not isinstance(text, str):
        return text if is_mapping(text) else None
    try:
        parsed: Value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return parsed


RULE: Final = StackRule(
    name="least-privilege-key",
    description="The user whose key sends must have the one policy that was generated for it.",
    remediation="Take further policies, groups and changes off the sending user.",
    severity=Severity.HIGH,
    config=Config,
    judge=judge,
)
