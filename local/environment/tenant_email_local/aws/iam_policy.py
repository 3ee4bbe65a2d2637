"""Evaluates IAM policies: one request against everything that limits its caller.

Sources: docs/contracts/aws_ses.md#iam; IAM User Guide, "Policy evaluation logic" and, for the words of a refusal,
"Troubleshoot access denied error messages": an explicit Deny wins, what nothing allows is denied, and permissions
boundaries and session policies only take away. moto's own evaluation ignores resources' `?` and all condition keys.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import Enum
from functools import partial
from typing import TYPE_CHECKING, Any

from tenant_email_local.aws.iam_conditions import Context, UnknownVariable, as_list, condition_holds, like

if TYPE_CHECKING:
    from collections.abc import Callable

Policy = Mapping[str, Any]


@dataclass(frozen=True)
class Action:
    """What is asked: the action, the resource's ARN or `*`, and the condition keys by lower-case name.

    `shown` is how a refusal names the resource, when not by its ARN; empty, it does not.
    """

    name: str
    resource: str
    context: Context
    shown: str | None = None


class Decision(Enum):
    """What one set of policies says, in the words of SimulatePrincipalPolicy."""

    ALLOWED = "allowed"
    EXPLICIT_DENY = "explicitDeny"
    IMPLICIT_DENY = "implicitDeny"


@dataclass(frozen=True)
class Grants:
    """The policies that decide about a caller; None is a limit that the caller does not have."""

    identity: tuple[Policy, ...]
    boundary: tuple[Policy, ...] | None = None
    session: tuple[Policy, ...] | None = None

    @property
    def sets(self) -> tuple[tuple[str, tuple[Policy, ...]], ...]:
        """Returns the policies by the article and name that a refusal gives them."""
        limits = (("a permissions boundary", self.boundary), ("a session policy", self.session))
        return (("an identity-based policy", self.identity), *((n, given) for n, given in limits if given is not None))


def refusal(grants: Grants, action: Action) -> str:
    """Returns the end of AWS's sentence about what refuses the action, or "" when it is allowed."""
    decisions = [(name, decide(policies, action)) for name, policies in grants.sets]
    for name, decision in decisions:
        if decision is Decision.EXPLICIT_DENY:
            return f"with an explicit deny in {name}"
    for name, decision in decisions:
        if decision is Decision.IMPLICIT_DENY:
            return f"because no {name.partition(' ')[2]} allows the {action.name} action"
    return ""


def decide(policies: Iterable[Policy], action: Action) -> Decision:
    """Returns what a set of policies says of the action."""
    effects = {statement["Effect"] for statement in statements(policies) if applies(statement, action)}
    if "Deny" in effects:
        return Decision.EXPLICIT_DENY
    return Decision.ALLOWED if effects else Decision.IMPLICIT_DENY


def statements(policies: Iterable[Policy]) -> list[Policy]:
    """Returns the statements of policies, each of which may have one or a list."""
    return [statement for policy in policies for statement in as_list(policy.get("Statement"))]


def applies(statement: Policy, action: Action) -> bool:
    """Returns whether a statement speaks of the action."""
    try:
        return (
            _element(statement, "Action", partial(_like, action.name, action.context, fold=True))
            and _element(statement, "Resource", partial(_like, action.resource, action.context, fold=False))
            and condition_holds(statement.get("Condition", {}), action.context)
        )
    except UnknownVariable:
        return False


def _element(statement: Policy, name: str, matches: "Callable[[str], bool]") -> bool:
    negated = f"Not{name}" in statement
    return any(matches(pattern) for pattern in as_list(statement.get(f"Not{name}" if negated else name))) != negated


def _like(value: str, context: Context, pattern: str, *, fold: bool) -> bool:
    return like(value, pattern, context, fold=fold)
