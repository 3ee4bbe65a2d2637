"""The IAM users whose keys send: those of a SesSendingDomain, and any whose key an EmailProvider is given."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email_policies.seen import type_of
from tenant_email_policies.values import is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack
    from tenant_email_policies.values import Value

_USERS: Final = {"aws:iam/user:User": "name", "aws-native:iam:User": "user_name"}
"""IAM users by type, with the property that is their name."""
KEY: Final = "aws:iam/accessKey:AccessKey"
"""An access key; aws-native makes none, so that its users have these too."""
POLICIES: Final = {"aws:iam/policy:Policy": "policy", "aws-native:iam:ManagedPolicy": "policy_document"}
"""Managed policies by type, with the property that is their document."""
_SLOTS: Final = ("a", "b")
_PARTS: Final = ("access_key_id", "secret_access_key")


@dataclass(frozen=True)
class Document:
    """An IAM policy document, with the resource that has it, and the path of the property that it is."""

    seen: Seen
    path: str
    value: Value


@dataclass(frozen=True)
class Attachment:
    """What attaches managed policies to a user.

    Args:
        seen: the resource that does.
        policies: the policies of the stack that it attaches.
        has_strangers: whether it attaches one that is not in the stack.

    """

    seen: Seen
    policies: tuple[Seen, ...]
    has_strangers: bool


def components(stack: Stack) -> list[Seen]:
    """Returns the sending domains of a stack."""
    return list(stack.of("SesSendingDomain"))


def maker(stack: Stack, part: Seen) -> Seen | None:
    """Returns the sending domain that made a user or a policy; others may be its children too, by other names."""
    return next((each for each in components(stack) if (each.urn, each.name) == (part.parent, part.name)), None)


def users(stack: Stack) -> list[Seen]:
    """Returns the users whose keys send."""
    keys = keys_in_use(stack)
    found = list(stack.typed(*_USERS))
    return [each for each in found if maker(stack, each) or any(is_of(stack, key, each) for key in keys)]


def keys_in_use(stack: Stack) -> list[Seen]:
    """Returns the access keys of sending domains, and those that an EmailProvider's settings are made of."""
    own = {(each.urn, f"{each.name}-{slot}") for each in components(stack) for slot in _SLOTS}
    given = {urn for each in stack.of("EmailProvider") for urn in each.made_of("settings")}
    # a key that is waited for: what is handed on is the wait's
    waited_for = [each for each in stack.of("AwsKeyReady") if each.urn in given]
    given |= {urn for each in waited_for for name in _PARTS for urn in each.made_of(name)}
    return [each for each in stack.typed(KEY) if (each.parent, each.name) in own or each.urn in given]


def is_of(stack: Stack, resource: Seen, user: Seen, name: str = "user") -> bool:
    """Returns whether a property of a resource, or a text of a list that it is, names this user.

    As an output of it, or by its name: accounts may have users of one name, so that then the provider counts, unless
    no user of that name has it.
    """
    if user.urn in (made_of := resource.made_of(name)):
        return True
    if any(type_of(urn) in _USERS for urn in made_of) or not _holds(resource.at(name), _name(user)):
        return False
    namesakes = [each for each in stack.typed(*_USERS) if _name(each) == _name(user)]
    near = [each for each in namesakes if each.provider == resource.provider]
    return any(each.urn == user.urn for each in near or namesakes)


def document(policy: Seen) -> Document:
    """Returns the document of a managed policy."""
    path = POLICIES[policy.type]
    return Document(policy, path, policy.at(path))


def attachments(stack: Stack, user: Seen) -> Iterator[Attachment]:
    """Yields what attaches managed policies to a user."""
    for token, property_name, arns in (
        ("aws:iam/userPolicyAttachment:UserPolicyAttachment", "user", "policy_arn"),
        ("aws:iam/policyAttachment:PolicyAttachment", "users", "policy_arn"),
        ("aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", "user_name", "policy_arns"),
    ):
        for each in stack.typed(token):
            if is_of(stack, each, user, property_name):
                yield _attached(stack, each, arns)
    if user.at("managed_policy_arns"):
        yield _attached(stack, user, "managed_policy_arns")
    for policy in stack.typed("aws-native:iam:ManagedPolicy"):
        if is_of(stack, policy, user, "users"):
            yield Attachment(policy, (policy,), has_strangers=False)


def _attached(stack: Stack, attachment: Seen, path: str) -> Attachment:
    arns, policies = attachment.at(path), list(stack.typed(*POLICIES))
    listed = [each for each in (arns if is_list(arns) else [arns]) if isinstance(each, str)]
    made_of = attachment.made_of(path)
    attached = tuple(each for each in policies if each.urn in made_of or _arn(each) in listed)
    known = {arn for each in policies if isinstance(arn := _arn(each), str)}
    # a single one that is made of a policy is that policy, whatever its ARN is by now
    has_strangers = any(arn not in known for arn in listed) and (is_list(arns) or not attached)
    return Attachment(attachment, attached, has_strangers)


def memberships(stack: Stack, user: Seen) -> Iterator[Seen]:
    """Yields the resources that put a user into groups."""
    for token, property_name in (
        ("aws:iam/userGroupMembership:UserGroupMembership", "user"),
        ("aws:iam/groupMembership:GroupMembership", "users"),
    ):
        yield from (each for each in stack.typed(token) if is_of(stack, each, user, property_name))
    if is_list(groups := user.at("groups")) and groups:
        yield user


def inline_policies(stack: Stack, user: Seen) -> Iterator[Document]:
    """Yields the inline policies of a user."""
    for token, property_name, path in (
        ("aws:iam/userPolicy:UserPolicy", "user", "policy"),
        ("aws-native:iam:UserPolicy", "user_name", "policy_document"),
    ):
        for each in stack.typed(token):
            if is_of(stack, each, user, property_name):
                yield Document(each, path, each.at(path))
    listed = user.at("policies")
    for at, part in enumerate(listed if is_list(listed) else ()):
        if is_mapping(part):
            yield Document(user, f"policies.{at}", part.get("policyDocument"))


def _name(user: Seen) -> Value:
    return user.at(_USERS[user.type])


def _arn(policy: Seen) -> Value:
    """Returns the ARN of a managed policy, which one of the two providers calls that of the policy."""
    arn = policy.at("policy_arn")
    return policy.at("arn") if arn is None else arn


def _holds(value: Value, name: Value) -> bool:
    return isinstance(name, str) and (value == name or (is_list(value) and name in value))
