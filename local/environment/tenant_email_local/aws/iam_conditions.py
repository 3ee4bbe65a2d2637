"""Tests the conditions of a policy's statement against the keys of a request.

Source: IAM User Guide, "IAM JSON policy elements: Condition operators", "Conditions with multiple context keys or
values", "Policy variables". A key that the request lacks fails all but the negated operators, `...IfExists`,
`ForAllValues:` and `Null`; StringLike and ARNs are case-sensitive.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from ipaddress import ip_address, ip_network
from typing import Any

from tenant_email_local.aws.wire import is_list

Context = Mapping[str, tuple[str, ...]]
Matcher = Callable[[str, str], bool]

_PARTS = re.compile(r"(\$\{[^}]*\}|\*|\?)")
_LITERALS = {"${*}": "*", "${?}": "?", "${$}": "$"}


class UnknownVariable(Exception):
    """A policy variable that has no value in this request."""


def condition_holds(condition: Mapping[str, Any], context: Context) -> bool:
    """Returns whether every operator holds for every key; keys of the context are in lower case."""
    return all(
        _holds(operator, key, as_list(expected), context)
        for operator, keys in condition.items()
        for key, expected in keys.items()
    )


def like(value: str, pattern: str, context: Context, *, fold: bool = False) -> bool:
    """Matches `*` and `?`; what a variable stands for is literal.

    Raises: UnknownVariable.
    """
    expression = "".join(_expression(part, context) for part in _PARTS.split(pattern))
    return re.fullmatch(expression, value, re.DOTALL | (re.IGNORECASE if fold else 0)) is not None


def as_list(value: Any) -> list[Any]:
    """Returns an element that may be one value or a list of them as a list."""
    if value is None:
        return []
    return value if is_list(value) else [value]


def _expression(part: str, context: Context) -> str:
    if part in ("*", "?"):
        return ".*" if part == "*" else "."
    return re.escape(_resolve(part, context) if part.startswith("${") else part)


def _resolve(text: str, context: Context) -> str:
    if text in _LITERALS:
        return _LITERALS[text]
    key, comma, default = text[2:-1].partition(",")
    values = context.get(key.strip().lower(), ())
    if len(values) == 1:
        return values[0]
    if not comma:
        raise UnknownVariable(text)
    return default.strip().strip("'")


def _substitute(text: str, context: Context) -> str:
    return "".join(_resolve(part, context) if part.startswith("${") else part for part in _PARTS.split(text))


def _holds(operator: str, key: str, expected: list[Any], context: Context) -> bool:
    quantifier, _, name = operator.rpartition(":")
    optional, name = name.endswith("IfExists"), name.removesuffix("IfExists")
    actual = context.get(key.lower(), ())
    if name == "Null":
        return (str(expected[0]).lower() == "true") == (not actual)
    if name in _PATTERNS:
        test, negated = _pattern_test(context), _PATTERNS[name]
    elif name in _OPERATORS:
        (compare, negated) = _OPERATORS[name]
        test = _literal_test(compare, context)
    else:
        raise NotImplementedError(f"condition operator {operator}")
    if not actual:
        return optional or negated or quantifier == "ForAllValues"
    hits = [any(test(value, _text(pattern)) for pattern in expected) != negated for value in actual]
    # without a quantifier a key has one value; a negated one must not match any
    return all(hits) if quantifier == "ForAllValues" or (negated and not quantifier) else any(hits)


def _pattern_test(context: Context) -> Matcher:
    return lambda value, pattern: like(value, pattern, context)


def _literal_test(compare: Matcher, context: Context) -> Matcher:
    return lambda value, pattern: compare(value, _substitute(pattern, context))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _equals(value: str, pattern: str) -> bool:
    return value == pattern


def _equals_ignoring_case(value: str, pattern: str) -> bool:
    return value.lower() == pattern.lower()


def _moment(text: str) -> float:
    return float(text) if text.replace(".", "").isdigit() else datetime.fromisoformat(text).timestamp()


def _within(value: str, pattern: str) -> bool:
    return ip_address(value) in ip_network(pattern, strict=False)


def _order_operators(read: Callable[[str], float]) -> Iterable[tuple[str, Matcher]]:
    yield "Equals", lambda value, pattern: read(value) == read(pattern)
    yield "LessThan", lambda value, pattern: read(value) < read(pattern)
    yield "LessThanEquals", lambda value, pattern: read(value) <= read(pattern)
    yield "GreaterThan", lambda value, pattern: read(value) > read(pattern)
    yield "GreaterThanEquals", lambda value, pattern: read(value) >= read(pattern)


# name -> whether it is negated; an ArnEquals matches patterns as ArnLike does
_PATTERNS = {
    "StringLike": False,
    "StringNotLike": True,
    "ArnEquals": False,
    "ArnLike": False,
    "ArnNotEquals": True,
    "ArnNotLike": True,
}
_OPERATORS: dict[str, tuple[Matcher, bool]] = {
    "StringEquals": (_equals, False),
    "StringNotEquals": (_equals, True),
    "StringEqualsIgnoreCase": (_equals_ignoring_case, False),
    "StringNotEqualsIgnoreCase": (_equals_ignoring_case, True),
    "Bool": (_equals_ignoring_case, False),
    "IpAddress": (_within, False),
    "NotIpAddress": (_within, True),
    **{f"Numeric{name}": (test, False) for name, test in _order_operators(float)},
    **{f"Date{name}": (test, False) for name, test in _order_operators(_moment)},
    "NumericNotEquals": (lambda value, pattern: float(value) == float(pattern), True),
    "DateNotEquals": (lambda value, pattern: _moment(value) == _moment(pattern), True),
}
