"""The IAM users whose keys send: those of a SesSendingDomain, and any whose key an EmailProvider is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email_policies.values import is_list

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack
    from tenant_email_policies.values import Value

USER: Final = "aws:iam/user:User"
KEY: Final = "aws:iam/accessKey:AccessKey"
POLICY: Final = "aws:iam/policy:Policy"
_SLOTS: Final = ("a", "b")


def components(stack: Stack) -> list[Seen]:
    """Returns the sending domains of a stack."""
    return list(stack.of("SesSendingDomain"))


def maker(stack: Stack, part: Seen) -> Seen | None:
    """Returns the sending domain that made a user or a policy; others may be its children too, by other names."""
    return next((each for each in components(stack) if (each.urn, each.name) == (part.parent, part.name)), None)


def users(stack: Stack) -> list[Seen]:
    """Returns the users whose keys send."""
    keys = keys_in_use(stack)
    found = list(stack.typed(USER))
    return [each for each in found if maker(stack, each) or any(is_of(stack, key, each) for key in keys)]


def keys_in_use(stack: Stack) -> list[Seen]:
    """Returns the access keys of sending domains, and those that an EmailProvider's settings are made of."""
    own = {(each.urn, f"{each.name}-{slot}") for each in components(stack) for slot in _SLOTS}
    given = {urn for each in stack.of("EmailProvider") for urn in each.made_of("settings")}
    return [each for each in stack.typed(KEY) if (each.parent, each.name) in own or each.urn in given]


def is_of(stack: Stack, resource: Seen, user: Seen, name: str = "user") -> bool:
    """Returns whether a property of a resource, or a text of a list that it is, names this user.

    As an output of it, or by its name: accounts may have users of one name, so that then the provider counts, unless
    no user of that name has it.
    """
    if user.urn in (made_of := resource.made_of(name)):
        return True
    if any(each.urn in made_of for each in stack.typed(USER)):
        return False
    if not _holds(resource.at(name), user.at("name")):
        return False
    namesakes = [each for each in stack.typed(USER) if each.at("name") == user.at("name")]
    near = [each for each in namesakes if each.provider == resource.provider]
    return any(each.urn == user.urn for each in near or namesakes)


def attachments(stack: Stack, user: Seen) -> Iterator[tuple[Seen, Value]]:
    """Yields the resources that attach managed policies to a user, each with the ARN, or a list of them."""
    for token, property_name, arns in (
        ("aws:iam/userPolicyAttachment:UserPolicyAttachment", "user", "policy_arn"),
        ("aws:iam/policyAttachment:PolicyAttachment", "users", "policy_arn"),
        ("aws:iam/userPolicyAttachmentsExclusive:UserPolicyAttachmentsExclusive", "user_name", "policy_arns"),
    ):
        for each in stack.typed(token):
            if is_of(stack, each, user, property_name):
                yield each, each.at(arns)


def memberships(stack: Stack, user: Seen) -> Iterator[Seen]:
    """Yields the resources that put a user into groups."""
    for token, property_name in (
        ("aws:iam/userGroupMembership:UserGroupMembership", "user"),
        ("aws:iam/groupMembership:GroupMembership", "users"),
    ):
        yield from (each for each in stack.typed(token) if is_of(stack, each, user, property_name))


def inline_policies(stack: Stack, user: Seen) -> Iterator[Seen]:
    """Yields the inline policies of a user."""
    return (each for each in stack.typed("aws:iam/userPolicy:UserPolicy") if is_of(stack, each, user))


def _holds(value: Value, name: Value) -> bool:
    return isinstance(name, str) and (value == name or (is_list(value) and name in value))
