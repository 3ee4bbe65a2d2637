"""What the local AWS holds, for whoever looks at the machine: SES by region, IAM, and no secret of either."""

from __future__ import annotations

import copy
import json
from typing import TYPE_CHECKING, Any

from moto.iam.models import iam_backends

from tenant_email_local.aws.iam_principal import boundary_arn, default_document
from tenant_email_local.holdings import Holding, Section

if TYPE_CHECKING:
    from tenant_email_local.aws.identity import EmailIdentity
    from tenant_email_local.aws.server import AwsServer


def sections(aws: AwsServer) -> tuple[Section, ...]:
    """Returns identities, configuration sets, users with the ids of their keys, policies and roles."""
    identities = [
        Holding(each.name, _state_of(each), _plain(each.document(0, sending=each.verified)))
        for each in sorted(aws.store.identities(), key=lambda each: (each.region, each.name))
    ]
    sets = [
        Holding(found.name, region, _plain({"options": found.options, "tags": found.tags}))
        for region, found in aws.store.configuration_sets()
    ]
    users, policies, roles = list[Holding](), list[Holding](), list[Holding]()
    for iam in _backends(aws):
        users += [_user(iam, each) for each in list(iam.users.values())]
        policies += [
            Holding(each.name, each.arn, _parsed(default_document(each)))
            for each in list(iam.managed_policies.values())
            if f":{iam.account_id}:" in each.arn
        ]
        roles += [Holding(each.name, each.arn) for each in list(iam.roles.values())]
    none = "There is none in this account."
    return (
        Section(
            "SES identities", tuple(identities), "No domain is known to SES. A SesSendingDomain in a stack adds one."
        ),
        Section("SES configuration sets", tuple(sets), none),
        Section("IAM users", tuple(users), f"{none} A SesSendingDomain makes one with a key that may only send."),
        Section("IAM policies", tuple(policies), none),
        Section("IAM roles", tuple(roles), none),
    )


def _state_of(identity: EmailIdentity) -> str:
    parts = [identity.region, identity.status]
    if identity.is_domain:
        parts.append(f"DKIM {identity.machine.status}{'' if identity.dkim.enabled else ', not signing'}")
    if identity.mail_from:
        parts.append(f"MAIL FROM {identity.mail_from.domain} {identity.mail_from.machine.status}")
    return " · ".join(parts)


def _backends(aws: AwsServer) -> list[Any]:
    return [iam for account in sorted(aws.accounts) for iam in list(iam_backends[account].values())]


def _user(iam: Any, user: Any) -> Holding:
    """Returns a user; of a key its id alone."""
    keys = [
        {"AccessKeyId": key.access_key_id, "Status": key.status, "CreateDate": str(key.create_date)}
        for key in list(user.access_keys)
    ]
    groups = [group.name for group in iam.get_groups_for_user(user.name)]
    document = {
        "Arn": user.arn,
        "Keys": keys,
        "Policies": {name: _parsed(text) for name, text in dict(user.policies).items()},
        "AttachedPolicies": list(user.managed_policies),
        "Groups": groups,
        "PermissionsBoundary": boundary_arn(user),
    }
    active = sum(key["Status"] == "Active" for key in keys)
    note = f"{len(keys)} key{'s' * (len(keys) != 1)}, {active} active"
    return Holding(user.name, note, {name: value for name, value in document.items() if value})


def secrets_of(aws: AwsServer) -> tuple[str, ...]:
    """Returns the secrets of all keys, those of the accounts included."""
    users = [key.secret_access_key for iam in _backends(aws) for key in list(iam.access_keys.values())]
    return (*aws.root_secrets, *filter(None, users))


def _parsed(text: Any) -> Any:
    try:
        return json.loads(text)
    except (TypeError, ValueError):
        return str(text)


def _plain(document: dict[str, Any]) -> Any:
    return json.loads(json.dumps(copy.deepcopy(document), default=str))
