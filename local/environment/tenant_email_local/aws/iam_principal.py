"""Finds what the local IAM says of who calls: the policies that decide, and what conditions may ask about them.

Sources: IAM User Guide, "Policy evaluation logic" (a user's own and its groups' policies, its boundary, a session's
policy) and "AWS global condition context keys".
"""

import json
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from moto.iam.models import iam_backends

from tenant_email_local.aws.iam_conditions import Context
from tenant_email_local.aws.iam_managed import find_managed_policy
from tenant_email_local.aws.iam_policy import Grants, Policy
from tenant_email_local.aws.wire import Caller


def iam_of(caller: Caller) -> Any:
    """Returns the caller's IAM: each partition of an account has its own."""
    return iam_backends[caller.account][caller.arn.split(":")[1]]


def grants_of(caller: Caller) -> Grants | None:
    """Returns what decides about the caller, or None for the account itself, which nothing limits."""
    iam = iam_of(caller)
    if caller.user is not None:
        return user_grants(iam, iam.users[caller.user])
    if caller.role is not None:
        session = (json.loads(caller.session_policy),) if caller.session_policy else None
        held = role_grants(iam, iam.get_role(caller.role))
        return Grants(held.identity, held.boundary, session)
    return None


def user_grants(iam: Any, user: Any) -> Grants:
    """Returns the user's own and its groups' policies, inline and managed, and its boundary."""
    groups: list[Any] = iam.get_groups_for_user(user.name)
    return Grants(documents(user, *groups), boundary(iam, user))


def role_grants(iam: Any, role: Any) -> Grants:
    """Returns the role's policies and its boundary."""
    return Grants(documents(role), boundary(iam, role))


def documents(*holders: Any) -> tuple[Policy, ...]:
    """Returns the inline and managed policies of users, groups or roles."""
    inline: Iterator[str] = chain.from_iterable(holder.policies.values() for holder in holders)
    managed = chain.from_iterable(holder.managed_policies.values() for holder in holders)
    return tuple(json.loads(text) for text in [*inline, *map(default_document, managed)])


def boundary_arn(holder: Any) -> str:
    """Returns the ARN of the policy that limits a user or role, or ""."""
    return str(getattr(holder, "permissions_boundary_arn", None) or "")


def boundary(iam: Any, holder: Any) -> tuple[Policy, ...] | None:
    """Returns the policy that limits a user or role; one that was deleted since allows nothing."""
    arn = boundary_arn(holder)
    if not arn:
        return None
    policy = find_managed_policy(iam, arn)
    return (json.loads(default_document(policy)),) if policy else ()


def default_document(policy: Any) -> str:
    """Returns the document of a managed policy's default version."""
    return next(str(version.document) for version in policy.versions if version.is_default)


def caller_context(caller: Caller, region: str) -> Context:
    """Returns the global condition keys of a request of this caller; the local AWS stands for one that has TLS."""
    now = time.time()
    keys = {
        "aws:principalarn": _principal_arn(caller),
        "aws:principalaccount": caller.account,
        "aws:principaltype": "User" if caller.user else "AssumedRole" if caller.role else "Account",
        "aws:requestedregion": region,
        "aws:securetransport": "true",
        "aws:viaawsservice": "false",
        "aws:sourceip": "127.0.0.1",
        "aws:currenttime": datetime.fromtimestamp(now, UTC).isoformat(),
        "aws:epochtime": str(int(now)),
    }
    if caller.role:
        keys["aws:multifactorauthpresent"] = "false"  # long-term keys do not have this key at all
    holder = _holder(caller)
    if holder is not None:
        keys |= {f"aws:principaltag/{key.lower()}": value for key, value in tag_map(holder.tags)}
        keys["aws:userid"] = str(holder.id) if caller.user else f"{holder.id}:{caller.arn.rpartition('/')[2]}"
    if caller.user:
        keys["aws:username"] = caller.user
    return {key: (value,) for key, value in keys.items()}


def tag_map(tags: Any) -> Iterable[tuple[str, str]]:
    """Returns tags as moto keeps them, a list of Key and Value or None, as pairs."""
    return [(str(tag["Key"]), str(tag["Value"])) for tag in tags or ()]


def _holder(caller: Caller) -> Any:
    iam = iam_of(caller)
    return iam.users[caller.user] if caller.user else iam.get_role(caller.role) if caller.role else None


def _principal_arn(caller: Caller) -> str:
    return str(_holder(caller).arn) if caller.role else caller.arn
