"""Decides whether a role trusts who asks to assume it.

Source: IAM User Guide, "AWS JSON policy elements: Principal" and "Cross-account policy evaluation": within one account
a trust policy that names the account, or everybody, leaves the decision to the caller's own policies.
"""

import json
from typing import Any

from tenant_email_local.aws.iam_conditions import as_list, condition_holds, like
from tenant_email_local.aws.iam_policy import Action, Policy, statements
from tenant_email_local.aws.iam_principal import iam_of
from tenant_email_local.aws.wire import AwsCall, AwsError, Caller


def refuse_distrust(call: AwsCall, action: Action) -> None:
    """Raises AwsError AccessDenied for an AssumeRole of a role that is not there or does not trust the caller."""
    role = next((role for role in iam_of(call.caller).roles.values() if role.arn == action.resource), None)
    trust: list[Policy] = statements([json.loads(role.assume_role_policy_document)]) if role else []
    effects = {statement["Effect"] for statement in trust if _speaks_of(statement, call.caller, action)}
    if effects != {"Allow"}:
        message = f"User: {call.caller.arn} is not authorized to perform: {action.name} on resource: {action.resource}"
        raise AwsError("AccessDenied", message, 403)


def _speaks_of(statement: Policy, caller: Caller, action: Action) -> bool:
    return (
        any(like(action.name, pattern, {}, fold=True) for pattern in as_list(statement.get("Action")))
        and any(_is(caller, principal) for principal in _principals(statement.get("Principal")))
        and condition_holds(statement.get("Condition", {}), action.context)
    )


def _principals(element: Any) -> list[str]:
    return as_list(element) if isinstance(element, str) else as_list(element and element.get("AWS"))


def _is(caller: Caller, principal: str) -> bool:
    partition = caller.arn.split(":")[1]
    return principal in ("*", caller.account, f"arn:{partition}:iam::{caller.account}:root", caller.arn)
