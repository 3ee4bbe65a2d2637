"""A configuration set, an event destination or a key that an interrupted run of this stack left, and no state knows.

The names of the first two are fixed, so that AWS would refuse to make them again for ever. What is taken away here was
made by this stack, as the set's own tags say, and nothing uses it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.aws.access import Access
from tenant_email.operations.aws_session import AwsTarget, iam, require_account, ses

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.aws.access_keys import AccessKey
    from tenant_email.aws.ses import Ses
    from tenant_email.json_types import PropsView


def client_for(target: PropsView, config: PropsView) -> Ses:
    """Returns the client of a program, which knows the stack's config for AWS itself; names without `aws:`."""
    where = AwsTarget.model_validate(target)
    return ses(where.region or "", Access.of(where.profile, where.aws_provider, config))


def keys_of(target: PropsView, config: PropsView, user: str) -> list[AccessKey]:
    """Returns the keys that a user has."""
    where = AwsTarget.model_validate(target)
    return iam(where.region, Access.of(where.profile, where.aws_provider, config)).access_keys(user)


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
