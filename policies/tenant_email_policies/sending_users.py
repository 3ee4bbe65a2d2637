"""The IAM users whose keys send: those of a SesSendingDomain, and any whose key an EmailProvider is given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email_policies.seen import Seen, Stack

USER: Final = "aws:iam/user:User"
KEY: Final = "aws:iam/accessKey:AccessKey"


def components(stack: Stack) -> list[Seen]:
    """Returns the sending domains of a stack."""
    return list(stack.of("SesSendingDomain"))


def users(stack: Stack) -> list[Seen]:
    """Returns the users whose keys send."""
    parents = {each.urn for each in components(stack)}
    of_keys = {urn for key in keys_in_use(stack) for urn in key.depends.get("user", ())}
    return [each for each in stack.typed(USER) if each.parent in parents or each.urn in of_keys]


def keys_in_use(stack: Stack) -> list[Seen]:
    """Returns the access keys of sending domains, and those that an EmailProvider's settings are made of."""
    parents = {each.urn for each in components(stack)}
    given = {urn for each in stack.of("EmailProvider") for urn in each.depends.get("settings", ())}
    return [each for each in stack.typed(KEY) if each.parent in parents or each.urn in given]


def is_of(resource: Seen, user: Seen, property_name: str = "user") -> bool:
    """Returns whether a property of a resource names this user: as an output of it, or by its name."""
    if user.urn in resource.depends.get(property_name, ()):
        return True
    name = user.at("name")
    return isinstance(name, str) and resource.at(property_name) == name


def names(resource: Seen, user: Seen, property_name: str) -> bool:
    """Returns whether a list of a resource names this user."""
    if user.urn in resource.depends.get(property_name, ()):
        return True
    listed, name = resource.at(property_name), user.at("name")
    return isinstance(name, str) and isinstance(listed, list) and name in listed


def attachments(stack: Stack, user: Seen) -> Iterator[Seen]:
    """Yields the resources that attach a managed policy to a user."""
    for each in stack.typed("aws:iam/userPolicyAttachment:UserPolicyAttachment"):
        if is_of(each, user):
            yield each
    for each in stack.typed("aws:iam/policyAttachment:PolicyAttachment"):
        if names(each, user, "users"):
            yield each
