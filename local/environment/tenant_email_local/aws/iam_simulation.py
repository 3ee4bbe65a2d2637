"""Answers SimulatePrincipalPolicy and SimulateCustomPolicy, which moto lacks.

Source: IAM API reference of both: identity-based policies and the boundary are evaluated, a caller-given boundary
takes the place of the principal's, each action is asked of each resource, and keys that no one gave are reported.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from tenant_email_local.aws.iam_conditions import as_list
from tenant_email_local.aws.iam_policy import Action, Decision, Grants, Policy, applies, decide, statements
from tenant_email_local.aws.iam_principal import documents, iam_of, role_grants, user_grants
from tenant_email_local.aws.wire import AwsCall, AwsError, Params

ACTION_PARTS = 2


def simulate_principal(call: AwsCall) -> Params:
    """Evaluates what a user, group or role may do."""
    held = _grants_of(call, call.text("PolicySourceArn"))
    return _answer(call, Grants((*held.identity, *_read_context(call, "PolicyInputList")), held.boundary))


def simulate_custom(call: AwsCall) -> Params:
    """Evaluates policies that are attached to nobody."""
    return _answer(call, Grants(_read_context(call, "PolicyInputList")))


SIMULATIONS: Mapping[str, Callable[[AwsCall], Params]] = {
    "SimulatePrincipalPolicy": simulate_principal,
    "SimulateCustomPolicy": simulate_custom,
}


def _grants_of(call: AwsCall, arn: str) -> Grants:
    iam, (kind, _, name) = iam_of(call.caller), arn.rpartition(":")[2].partition("/")
    name = name.rpartition("/")[2]
    holders: list[Any] = [*iam.users.values(), *iam.roles.values(), *iam.groups.values()]
    found = next((holder for holder in holders if holder.arn == arn), None)
    if found is None or kind not in ("user", "role", "group"):
        raise AwsError("NoSuchEntity", f"The {kind or 'entity'} with name {name} cannot be found.", 404)
    if kind == "group":
        return Grants(documents(found))
    return user_grants(iam, found) if kind == "user" else role_grants(iam, found)


def _read_context(call: AwsCall, name: str) -> tuple[Policy, ...]:
    try:
        return tuple(json.loads(text) for text in call.params.get(name) or ())
    except ValueError:
        raise AwsError("InvalidInput", f"Invalid policy document in {name}.") from None


def _answer(call: AwsCall, held: Grants) -> Params:
    boundary = _read_context(call, "PermissionsBoundaryPolicyInputList") or held.boundary
    grants = Grants(held.identity, boundary)
    context = {
        str(entry["ContextKeyName"]).lower(): tuple(entry.get("ContextKeyValues") or ())
        for entry in call.params.get("ContextEntries") or ()
    }
    actions: list[str] = call.params.get("ActionNames") or []
    wrong = [name for name in actions if len(name.split(":")) != ACTION_PARTS]
    if wrong:
        raise AwsError("ValidationError", f"Invalid action name: {wrong[0]}")
    resources: list[str] = call.params.get("ResourceArns") or ["*"]
    asked = [Action(name, resource, context) for name in actions for resource in resources]
    return {"EvaluationResults": [_result(grants, action) for action in asked], "IsTruncated": False}


def _result(grants: Grants, action: Action) -> Params:
    identity = decide(grants.identity, action)
    limit = None if grants.boundary is None else decide(grants.boundary, action)
    decision = next(
        each for each in (Decision.EXPLICIT_DENY, Decision.IMPLICIT_DENY, Decision.ALLOWED) if each in (identity, limit)
    )
    matched = [
        {"SourcePolicyId": f"PolicyInputList.{number}", "SourcePolicyType": "IAM Policy"}
        for number, policy in enumerate(grants.identity, 1)
        if any(applies(statement, action) for statement in statements([policy]))
    ]
    detail = {} if limit is None else {"AllowedByPermissionsBoundary": limit is Decision.ALLOWED}
    return {
        "EvalActionName": action.name,
        "EvalResourceName": action.resource,
        "EvalDecision": decision.value,
        "MatchedStatements": matched,
        "MissingContextValues": sorted(set(_missing(grants, action))),
        **({"PermissionsBoundaryDecisionDetail": detail} if detail else {}),
    }


def _missing(grants: Grants, action: Action) -> Iterator[str]:
    """Yields the condition keys that statements about the action use and the simulation does not have."""
    for statement in statements([*grants.identity, *(grants.boundary or ())]):
        without = {name: part for name, part in statement.items() if name != "Condition"}
        if not applies(without, action):
            continue
        for keys in statement.get("Condition", {}).values():
            yield from (key for key in as_list(list(keys)) if key.lower() not in action.context)
