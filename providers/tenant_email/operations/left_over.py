"""What an interrupted run of this stack left, and no state knows: a set, an event destination, a key, a user, a policy.

The names of the first two are fixed, so that AWS would refuse to make them again for ever. What is taken away here was
made by this stack, as the set's own tags say, and nothing uses it. A program may fix those of the last two.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.aws.access import Access
from tenant_email.aws.policy import managed_policy_arn
from tenant_email.operations.aws_session import AwsTarget, iam, require_account, ses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.aws.access_keys import AccessKey, Iam
    from tenant_email.aws.ses import Ses
    from tenant_email.json_types import PropsView


def client_for(target: PropsView, config: PropsView) -> Ses:
    """Returns the client of a program, which knows the stack's config for AWS itself; names without `aws:`."""
    where = AwsTarget.model_validate(target)
    return ses(where.region or "", Access.of(where.profile, where.aws_provider, config))


def keys_of(target: PropsView, config: PropsView, user: str) -> list[AccessKey]:
    """Returns the keys that a user has."""
    return _iam_of(target, config).access_keys(user)


def _iam_of(target: PropsView, config: PropsView) -> Iam:
    where = AwsTarget.model_validate(target)
    return iam(where.region, Access.of(where.profile, where.aws_provider, config))


def user_there(target: PropsView, config: PropsView, inputs: PropsView) -> str | None:
    """Returns what a user is imported by that has these inputs; None where there is none."""
    name = str(inputs["name"])
    return name if _iam_of(target, config).has_user(name) else None


def policy_there(target: PropsView, config: PropsView, inputs: PropsView) -> str | None:
    """Returns what a policy is imported by that has these inputs; None where there is none."""
    where = AwsTarget.model_validate(target)
    arn = managed_policy_arn(inputs["name"], inputs.get("path"), where.region or "", where.expected_account or "")
    return arn if _iam_of(target, config).has_policy(arn) else None


def is_left(client: Ses, set_name: str, tags: Mapping[str, str], destination: str | None = None) -> bool:
    """Returns whether a set that has this stack's own `tags` is there, or that destination in such a set."""
    found = client.get_configuration_set(set_name)
    if found is None or not tags.items() <= found.tags.items():
        return False
    return destination is None or destination in client.event_destinations(set_name)


def uses_of(client: Ses, set_name: str, domain: str, destination: str) -> list[str]:
    """Returns what uses a set: the identity of its domain, and event destinations but for the component's own."""
    identity = client.get_identity(domain)
    is_default = identity is not None and identity.configuration_set == set_name
    others = sorted(client.event_destinations(set_name) - {destination})
    used = [f"the identity {domain} has it as its default set"] if is_default else []
    return [*used, *(f"its event destination {each} is someone else's" for each in others)]


def take_away(client: Ses, target: PropsView, set_name: str, destination: str | None = None) -> None:
    """Deletes the set, or that destination of it, in the account that it must be in; raises WrongTenant for another."""
    require_account(client, AwsTarget.model_validate(target).expected_account)
    if destination is None:
        client.delete_configuration_set(set_name)
    else:
        client.delete_event_destination(set_name, destination)
