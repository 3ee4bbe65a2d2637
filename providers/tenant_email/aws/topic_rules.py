"""Whether the policy of an SNS topic, or of the key that encrypts it, lets events of SES or alarms in; pure.

A policy may say more than is understood here: then nobody knows, and the service itself tries.
Rules: docs/contracts/aws_ses.md#events; evaluation: IAM User Guide, "Policy evaluation logic".
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.aws.iam_texts import like, texts
from tenant_email.json_types import is_object, is_sequence

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tenant_email.json_types import Json, PropsView

EVENTS: Final = "ses.amazonaws.com"
ALARMS: Final = "cloudwatch.amazonaws.com"
"""Who publishes to a topic: the services of events of mail and of alarms."""
PUBLISH: Final = ("sns:Publish",)
ENCRYPT: Final = ("kms:GenerateDataKey", "kms:Decrypt")
_OWN_KEY: Final = "alias/aws/sns"
_OPERATORS: Final = frozenset({"stringequals", "stringlike", "stringequalsignorecase", "arnequals", "arnlike"})
_PATTERNS: Final = frozenset({"stringlike", "arnequals", "arnlike"})


def is_own_key(key_id: str) -> bool:
    """Returns whether a topic's key is AWS's own, whose policy nobody can change, so that no service can use it."""
    return key_id == _OWN_KEY or key_id.endswith(f":{_OWN_KEY}")


def allows(
    policy: Json, service: str, actions: Iterable[str], resource: str, context: Mapping[str, str]
) -> bool | None:
    """Returns whether a policy lets a service do all of these; None where that cannot be told from here.

    Args:
        policy: the document, as it was parsed.
        service: the service's principal.
        actions: what it does, as in `sns:Publish`.
        resource: the ARN of what it does it to.
        context: what the request says of itself, by names of condition keys in lower case.

    """
    found = [_allows(policy, service, action, resource, context) for action in actions]
    if False in found:
        return False
    return None if None in found else True


def _allows(policy: Json, service: str, action: str, resource: str, context: Mapping[str, str]) -> bool | None:
    statements: Json = policy.get("Statement") if is_object(policy) else None
    listed = statements if is_sequence(statements) else [statements]
    told = [(each, _applies(each, service, action, resource, context)) for each in listed if is_object(each)]
    by_effect = {effect: [how for each, how in told if each.get("Effect") == effect] for effect in ("Deny", "Allow")}
    if True in by_effect["Deny"]:
        return False
    if None in by_effect["Deny"]:
        return None
    if True in by_effect["Allow"]:
        return True
    return None if None in by_effect["Allow"] else False


def _applies(statement: PropsView, service: str, action: str, resource: str, context: Mapping[str, str]) -> bool | None:
    """Returns whether a statement is about a call of a service's; None where it says what is not understood here."""
    if any(name in statement for name in ("NotPrincipal", "NotAction", "NotResource")):
        return None
    is_about = (
        _is_principal(statement.get("Principal"), service)
        and any(like(action.lower(), each.lower()) for each in texts(statement.get("Action")))
        and any(like(resource, each) for each in texts(statement.get("Resource", "*")))
    )
    return _holds(statement.get("Condition"), context) if is_about else False


def _is_principal(principal: Json, service: str) -> bool:
    if is_object(principal):
        return service in texts(principal.get("Service")) or "*" in texts(principal.get("AWS"))
    return bool(principal == "*")


def _holds(condition: Json, context: Mapping[str, str]) -> bool | None:
    """Returns whether a condition holds; every key of it has to."""
    if condition is None:
        return True
    if not is_object(condition):
        return None
    found = [
        _holds_one(operator.lower(), key.lower(), texts(values), context)
        for operator, keys in condition.items()
        for key, values in (keys.items() if is_object(keys) else [("", None)])
    ]
    if False in found:
        return False
    return None if None in found else True


def _holds_one(operator: str, key: str, values: list[str], context: Mapping[str, str]) -> bool | None:
    operator = operator.removesuffix("ifexists")
    if key not in context or operator not in _OPERATORS or any("${" in each for each in values):
        return None
    said = context[key]
    if operator == "stringequalsignorecase":
        return said.lower() in {each.lower() for each in values}
    return any(like(said, each) for each in values) if operator in _PATTERNS else said in values
