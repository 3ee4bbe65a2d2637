"""Evaluates identity-based IAM policies: one request against all of a user's statements.

Source: contracts/aws_ses.md section 3; an explicit Deny wins, what nothing allows is denied, StringLike and ARNs
are case-sensitive, action names are not. moto's own evaluation ignores resources' `?` and all condition keys.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

Policy = Mapping[str, Any]
Context = Mapping[str, tuple[str, ...]]
Matcher = Callable[[str, str], bool]


@dataclass(frozen=True)
class Action:
    """Describes what is asked: the action, the resource's ARN, and the condition keys by lower-case name."""

    name: str
    resource: str
    context: Context


def allowed(policies: Iterable[Policy], action: Action) -> bool:
    """Tells whether the policies allow the action."""
    statements = [statement for policy in policies for statement in _list(policy.get("Statement"))]
    effects = {statement["Effect"] for statement in statements if _applies(statement, action)}
    return effects == {"Allow"}


def _applies(statement: Policy, action: Action) -> bool:
    return (
        _element(statement, "Action", partial(_like, action.name.lower()), fold=True)
        and _element(statement, "Resource", partial(_like, action.resource), fold=False)
        and all(
            _condition(operator, key, _list(expected), action.context)
            for operator, keys in statement.get("Condition", {}).items()
            for key, expected in keys.items()
        )
    )


def _element(statement: Policy, name: str, matches: Callable[[str], bool], *, fold: bool) -> bool:
    negated = f"Not{name}" in statement
    patterns: list[str] = _list(statement.get(f"Not{name}" if negated else name))
    return any(matches(pattern.lower() if fold else pattern) for pattern in patterns) != negated


def _condition(operator: str, key: str, expected: list[Any], context: Context) -> bool:
    quantifier, _, name = operator.rpartition(":")
    optional, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    actual = context.get(key.lower(), ())
    if name == "Null":
        return (str(expected[0]).lower() == "true") == (not actual)
    if name not in _OPERATORS:
        raise NotImplementedError(f"condition operator {operator}")
    test, negated = _OPERATORS[name]
    if not actual:
        return optional or negated or quantifier == "ForAllValues"
    hits = [any(test(value, str(pattern)) for pattern in expected) != negated for value in actual]
    # without a quantifier a key has one value; a negated one must not match any
    return all(hits) if quantifier == "ForAllValues" or negated else any(hits)


def _like(value: str, pattern: str) -> bool:
    expression = "".join({"*": ".*", "?": "."}.get(part, re.escape(part)) for part in pattern)
    return re.fullmatch(expression, value, re.DOTALL) is not None


def _equals(value: str, pattern: str) -> bool:
    return value == pattern


def _equals_ignoring_case(value: str, pattern: str) -> bool:
    return value.lower() == pattern.lower()


_OPERATORS: dict[str, tuple[Matcher, bool]] = {
    "StringEquals": (_equals, False),
    "StringNotEquals": (_equals, True),
    "StringEqualsIgnoreCase": (_equals_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_equals_ignoring_case, True),
    "StringLike": (_like, False),
    "StringNotLike": (_like, True),
    "ArnEquals": (_like, False),
    "ArnLike": (_like, False),
    "Bool": (_equals_ignoring_case, False),
}


def _list(value: Any) -> list[Any]:
    if value is None:
        return []
    return [value] if isinstance(value, str | bool | Mapping) else list(value)
