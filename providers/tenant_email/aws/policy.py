"""IAM documents: what a sending user may do.

Pure functions of strings, so that ARNs can be built from inputs and a preview shows the whole document. Rules:
docs/contracts/aws_ses.md#iam.
"""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING, Final, NotRequired, TypedDict

from tenant_email.aws.regions import partition_of
from tenant_email.aws.senders import spellings

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Condition = dict[str, dict[str, list[str] | str]]


class Statement(TypedDict):
    """One statement of an IAM policy; keys are IAM's."""

    Sid: str
    Effect: str
    Action: list[str]
    Resource: list[str]
    Condition: NotRequired[Condition]


class PolicyDocument(TypedDict):
    """An IAM policy document."""

    Version: str
    Statement: list[Statement]


# IAM looks at the content, not at the call: SendEmail with raw content is authorized as SendRawEmail, and so is SMTP.
SEND_ANY: Final = ("ses:SendEmail", "ses:SendRawEmail")
SEND_SIMPLE: Final = ("ses:SendEmail",)
SEND_SMTP: Final = ("ses:SendRawEmail",)
ACTIONS: Final = {"any": SEND_ANY, "simple": SEND_SIMPLE, "smtp": SEND_SMTP}
"""The actions by what a platform's settings class says of its path through SES (`ses_path`)."""

LONGEST_POLICY: Final = 6144
"""Characters of a managed policy, white space apart (IAM User Guide, "IAM and AWS STS quotas")."""
_LONGEST_SET_NAME: Final = 64
SET_NAME: Final = re.compile(rf"[A-Za-z0-9_-]{{1,{_LONGEST_SET_NAME}}}")
"""The names that SES takes for a configuration set, and for a pool of addresses."""
NAME_A_SET: Final = f"Use 1 to {_LONGEST_SET_NAME} letters, digits, underscores and hyphens."


def identity_arn(identity: str, region: str, account: str, partition: str | None = None) -> str:
    """Returns the ARN of a domain or email address identity; no SES call returns it."""
    return f"arn:{partition or partition_of(region)}:ses:{region}:{account}:identity/{identity}"


def configuration_set_arn(name: str, region: str, account: str, partition: str | None = None) -> str:
    """Returns the ARN of a configuration set."""
    return f"arn:{partition or partition_of(region)}:ses:{region}:{account}:configuration-set/{name}"


def managed_policy_arn(name: str, path: str | None, region: str, account: str) -> str:
    """Returns the ARN of a policy that an account has made."""
    return f"arn:{partition_of(region)}:iam::{account}:policy{path or '/'}{name}"


def default_set_name(domain: str) -> str:
    """Returns the name of a domain's own set: the domain with hyphens; one that is too long ends in its digest."""
    name = domain.replace(".", "-")
    if len(name) <= _LONGEST_SET_NAME:
        return name
    digest = hashlib.sha256(domain.encode()).hexdigest()[:8]
    return f"{name[: _LONGEST_SET_NAME - len(digest) - 1]}-{digest}"


def sending_policy(
    identity_arn: str,
    *,
    further_identity_arns: Sequence[str] = (),
    actions: Sequence[str] = SEND_ANY,
    from_addresses: Sequence[str] = (),
    from_display_names: Sequence[str] = (),
    recipients: Sequence[str] = (),
    configuration_set_arns: Sequence[str] = (),
    from_identity_arns: Sequence[str] = (),
    sandbox_recipient_arns: Sequence[str] = (),
) -> PolicyDocument:
    """Returns the least that lets a user send as the domain of `identity_arn`; `*` and `?` are wildcards.

    Args:
        identity_arn: the domain identity that mail is sent as.
        further_identity_arns: other domain identities that mail is sent as.
        actions: `SEND_ANY`, or less where the platform's path needs less.
        from_addresses: the only From addresses allowed; none given allows every address of the identity.
        from_display_names: the only display names allowed.
        recipients: the only recipients allowed.
        configuration_set_arns: sets named in calls **or attached to the identity**; IAM checks them either way.
        from_identity_arns: email address identities among the From addresses. SES checks the longest match, so
            such an address is not covered by its domain's ARN.
        sandbox_recipient_arns: identities of recipients; while an account is in the sandbox, IAM checks them too.
    """
    conditions = _conditions(from_addresses, from_display_names, recipients)
    own = (identity_arn, *further_identity_arns)
    sending = (*own, *from_identity_arns, *configuration_set_arns)
    statements = [allow("SendAsTenant", actions, sending, conditions)]
    if sandbox_recipient_arns:
        # Without a From condition this statement would let the user send *as* the recipients.
        names = [arn.partition(":identity/")[2] for arn in (*own, *from_identity_arns)]
        senders = from_addresses or [sender for name in names for sender in _senders_of(name)]
        guard = _conditions(senders, from_display_names, recipients)
        statements.append(allow("ReachSandboxRecipients", actions, sandbox_recipient_arns, guard))
    return {"Version": "2012-10-17", "Statement": statements}


def policy_json(document: PolicyDocument) -> str:
    """Returns the document as the same text for the same content, so that no diff appears out of nothing."""
    return json.dumps(document, sort_keys=True, separators=(",", ":"))


def counted_length(text: str) -> int:
    """Returns the length of a policy as IAM counts it: without white space."""
    return len("".join(text.split()))


def allow(sid: str, actions: Iterable[str], resources: Iterable[str], condition: Condition | None = None) -> Statement:
    """Returns a statement that allows actions on resources, each named once."""
    statement: Statement = {"Sid": sid, "Effect": "Allow", "Action": _unique(actions), "Resource": _unique(resources)}
    if condition:
        statement["Condition"] = condition
    return statement


def _senders_of(identity: str) -> Sequence[str]:
    """Returns the From addresses that are an identity's, as patterns: a domain's are those below it too."""
    return [identity] if "@" in identity else [f"*@{identity}", f"*@*.{identity}"]


def _conditions(from_addresses: Sequence[str], names: Sequence[str], recipients: Sequence[str]) -> Condition:
    condition: Condition = {}
    for key, values in (
        ("ses:FromAddress", [spelling for address in from_addresses for spelling in spellings(address)]),
        ("ses:FromDisplayName", names),
    ):
        if values:
            condition.setdefault(_operator(values), {})[key] = _unique(values)
    if recipients:
        values = [spelling for address in recipients for spelling in spellings(address)]
        condition[f"ForAllValues:{_operator(values)}"] = {"ses:Recipients": _unique(values)}
        # ForAllValues is true of a request without the key: the guard demands the key.
        condition["Null"] = {"ses:Recipients": "false"}
    return condition


def _operator(values: Iterable[str]) -> str:
    # One operator a key, because two on the same key must both hold.
    return "StringLike" if any("*" in value or "?" in value for value in values) else "StringEquals"


def _unique(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
