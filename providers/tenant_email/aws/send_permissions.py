"""Which users of an account may send for an identity, by their policies alone: pure (docs/contracts/aws_ses.md#iam).

A policy is only said to be for an identity where it names that and nothing by a pattern: what a wider one is meant for
nobody can tell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from tenant_email.aws.iam_texts import like, texts
from tenant_email.json_types import is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.json_types import Json, PropsView

Reach = Literal["exact", "wider", "none"]

_SENDING: Final = ("ses:sendemail", "ses:sendrawemail")


@dataclass(frozen=True, slots=True)
class UserPolicy:
    """A policy of a user: one of its own, or one that is attached to it and has an ARN."""

    name: str
    document: PropsView = field(repr=False)
    arn: str = ""
    path: str = "/"
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True)
class User:
    """An IAM user; `groups` are the names of those that it is in."""

    name: str
    path: str = "/"
    boundary: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])
    policies: tuple[UserPolicy, ...] = ()
    groups: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Principals:
    """The users of an account, and the policies of its groups by the group's name."""

    users: tuple[User, ...]
    groups: Mapping[str, tuple[UserPolicy, ...]]


def reach_of(document: PropsView, identity: str) -> Reach:
    """Returns whether a policy allows sending for the identity with this ARN, and whether it is for that one."""
    found = {_reach(each, identity) for each in _statements(document)}
    return "exact" if "exact" in found else "wider" if "wider" in found else "none"


def _statements(document: PropsView) -> Iterator[PropsView]:
    given: Json = document.get("Statement")
    yield from (each for each in (given if is_list(given) else [given]) if is_object(each))


def _reach(statement: PropsView, identity: str) -> Reach:
    if statement.get("Effect") != "Allow" or not _allows_sending(statement):
        return "none"
    resources = texts(statement.get("Resource"))
    if identity in resources:
        return "exact"
    if "NotResource" in statement:
        return "wider"
    return "wider" if any(like(identity, each) for each in resources) else "none"


def _allows_sending(statement: PropsView) -> bool:
    if "NotAction" in statement:
        return True
    return any(like(action, each.lower()) for action in _SENDING for each in texts(statement.get("Action")))
