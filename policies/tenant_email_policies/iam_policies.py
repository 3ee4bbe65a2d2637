"""IAM policy documents: what they allow beyond sending as named identities."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from tenant_email_policies.values import UNKNOWN, from_json, is_list, is_mapping

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email_policies.values import Value

_ACTIONS: Final = frozenset({"ses:sendemail", "ses:sendrawemail"})
_SOMEBODY: Final = "q7zx.nobody-has-this.example"
"""A domain that a pattern matches only if it matches every domain."""
_FROM: Final = "ses:fromaddress"
_RESTRICTS: Final = frozenset({"stringequals", "stringequalsignorecase", "stringlike"})
_SEGMENTS: Final = ("arn", "aws", "ses", "us-east-1", "123456789012", f"identity/{_SOMEBODY}")
_FIXED: Final = (0, 2)
"""Those that every identity has; partition, region and account are as the pattern has them."""


def document(text: Value) -> Value:
    """Returns a document; None where it is unknown, absent or no object in JSON, which AWS will refuse."""
    parsed = from_json(text)
    return parsed if is_mapping(parsed) else None


def is_same(one: Value, other: Value) -> bool:
    """Returns whether two documents say the same, in whatever order, and with or without lists of one."""
    return _canonical(one) == _canonical(other)


def allows_more(given: Value) -> bool:
    """Returns whether a document allows other actions than to send."""
    for statement in _allowing(given):
        actions = (each.lower() for each in _texts(statement.get("action")))
        if "notaction" in statement or any(each not in _ACTIONS for each in actions):
            return True
    return False


def allows_everyone(given: Value) -> bool:
    """Returns whether a document allows to send as every identity of an account."""
    for statement in _allowing(given):
        is_every = "notresource" in statement or any(map(_is_every, _texts(statement.get("resource"))))
        if is_every and not _names_senders(statement.get("condition")):
            return True
    return False


def _allowing(given: Value) -> Iterator[Mapping[str, Value]]:
    """Yields the statements that allow something; IAM reads the names of their parts in any case."""
    parts = _parts(given).get("statement")
    for each in parts if is_list(parts) else [parts]:
        statement = _parts(each)
        effect = statement.get("effect")
        if isinstance(effect, str) and effect.lower() == "allow":
            yield statement


def _parts(value: Value) -> Mapping[str, Value]:
    return {str(key).lower(): part for key, part in value.items()} if is_mapping(value) else {}


def _texts(value: Value) -> list[str]:
    """Returns the texts of one or several; what a preview does not know is left out."""
    return [each for each in (value if is_list(value) else [value]) if isinstance(each, str)]


def _is_every(pattern: str) -> bool:
    """Returns whether the pattern of a resource stands for identities of whatever domain."""
    *place, last = pattern.split(":", 5)
    # a pattern stands for itself, among others
    known = [_SEGMENTS[at] if at in _FIXED else given for at, given in enumerate(place)]
    probe = ":".join([*known, *_SEGMENTS[len(known) :]])
    return _matches(probe, ":".join([*place, last]))


def _names_senders(condition: Value) -> bool:
    """Returns whether a condition allows named From addresses only."""
    for operator, keys in _parts(condition).items():
        if operator.removeprefix("foranyvalue:") not in _RESTRICTS:
            continue
        addresses = _parts(keys).get(_FROM)
        if addresses is UNKNOWN:
            return True
        if (named := _texts(addresses)) and not any(_matches(f"a@{_SOMEBODY}", each.lower()) for each in named):
            return True
    return False


def _matches(text: str, pattern: str) -> bool:
    return fnmatchcase(text, pattern.replace("[", "[[]"))


def _canonical(value: Value) -> Value:
    if is_mapping(value):
        return {str(key).lower(): _canonical(part) for key, part in value.items()}
    if is_list(value):
        parts = sorted((_canonical(part) for part in value), key=repr)
        return parts[0] if len(parts) == 1 else parts
    return value
