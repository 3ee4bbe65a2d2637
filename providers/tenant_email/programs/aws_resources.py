"""From what an AWS account has for a domain to what a program writes for it, with the id that each is imported by.

An identity is this package's; users, policies and records are pulumi_aws's, as its import has them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tenant_email.programs.found import ConfigSecret, Construction, FoundResource, Reference, TextFile

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.aws.record_sets import RecordSet
    from tenant_email.aws.send_permissions import User, UserPolicy
    from tenant_email.programs.found import Value

_AWS_OWN: Final = ":iam::aws:policy/"


def identity_resource(inputs: Mapping[str, Value], settings: Mapping[str, Value], selector: str = "") -> FoundResource:
    """Returns the SesDomainIdentity of what was read of the identity, and of its settings, which are made with it.

    `selector`: of a key of one's own, with which the domain signs.
    """
    domain, region = str(inputs["domain"]), str(inputs["region"])
    notes: tuple[str, ...] = ()
    dkim: Value = None
    if selector:
        key = ConfigSecret("dkim private key", f"the private key with which {domain} signs as {selector}")
        dkim = Construction("ses.ByoDkim", {"selector": selector, "private_key": key})
        notes = ("it signs with a key of its own, which SES shows nobody: the stack's config has to have it.",)
    elif replica := inputs.get("replica_of"):
        dkim = Construction("ses.ReplicaDkim", {"parent_region": replica})
    elif length := inputs.get("dkim_key_length"):
        dkim = Construction("ses.EasyDkim", {"key_length": length})
    rest = {name: value for name, value in settings.items() if name not in ("domain", "region")}
    arguments = {"domain": domain, "region": region, "dkim": dkim, **rest}
    return FoundResource("SesDomainIdentity", domain, f"aws-ses/{region}/{domain}", arguments, notes)


def record_resource(zone_id: str, found: RecordSet, label: str = "") -> FoundResource:
    """Returns a record set, named by a label; its values as pulumi_aws has them, texts without their outer quotes."""
    name = found.name.removesuffix(".")
    arguments: dict[str, Value] = {"zone_id": zone_id, "name": name, "type": found.type, "ttl": found.ttl}
    arguments["records"] = [_unquoted(value) if found.type == "TXT" else value for value in found.values]
    return FoundResource(
        "aws.route53.Record", label or f"{name}-{found.type}", f"{zone_id}_{name}_{found.type}", arguments
    )


def user_resources(
    user: User, policies: tuple[UserPolicy, ...], managed: dict[str, FoundResource]
) -> Iterator[FoundResource]:
    """Yields an IAM user, and those of its policies that are given; `managed` has the policies with an ARN so far."""
    made = FoundResource(
        "aws.iam.User",
        user.name,
        user.name,
        {
            "name": user.name,
            "path": user.path if user.path != "/" else None,
            "permissions_boundary": user.boundary or None,
            "tags": dict(user.tags) or None,
        },
    )
    yield made
    for policy in policies:
        yield from _policy(made, user, policy, managed)


def _policy(
    made: FoundResource, user: User, policy: UserPolicy, managed: dict[str, FoundResource]
) -> Iterator[FoundResource]:
    name = f"{user.name}-{policy.name}"
    document = TextFile(f"policies/{policy.name}.json", f"{json.dumps(policy.document, indent=2)}\n")
    if not policy.arn:
        arguments: dict[str, Value] = {"user": Reference(made, "name"), "name": policy.name, "policy": document}
        yield FoundResource("aws.iam.UserPolicy", name, f"{user.name}:{policy.name}", arguments)
        return
    if policy.arn not in managed:
        given = {"name": policy.name, "path": policy.path if policy.path != "/" else None}
        more = {"description": policy.description or None, "policy": document, "tags": dict(policy.tags) or None}
        managed[policy.arn] = FoundResource("aws.iam.Policy", policy.name, policy.arn, {**given, **more})
        yield managed[policy.arn]
    attached = {"user": Reference(made, "name"), "policy_arn": Reference(managed[policy.arn], "arn")}
    yield FoundResource("aws.iam.UserPolicyAttachment", name, f"{user.name}/{policy.arn}", attached)


def is_customers(policy: UserPolicy) -> bool:
    """Returns whether a policy is the account's own, and not one of AWS's."""
    return _AWS_OWN not in policy.arn


def _unquoted(value: str) -> str:
    return value[1:-1] if len(value) > 1 and value[0] == value[-1] == '"' else value
