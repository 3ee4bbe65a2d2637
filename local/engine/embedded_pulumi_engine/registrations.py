"""Check: one registration on its way to a step, and what its plug-in makes of its inputs."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from embedded_pulumi_engine import diffs
from embedded_pulumi_engine.claims import InvalidRegistrationError

if TYPE_CHECKING:
    from embedded_pulumi_engine.goals import Goal
    from embedded_pulumi_engine.plugins import CheckFailure, Host
    from embedded_pulumi_engine.resources import Resource
    from embedded_pulumi_engine.values import Props


@dataclass(frozen=True)
class Registration:
    """What the program wants, the version that is recorded, the new one, and who serves it (None for components)."""

    goal: Goal
    new: Resource
    old: Resource | None
    host: Host | None

    @property
    def owned(self) -> Resource | None:
        """The old version, when this stack made it: what was only looked up so far is not ours to change."""
        return None if self.old is None or self.old.external else self.old


def inputs_to_check(registration: Registration, *, anew: bool) -> tuple[Props | None, Props]:
    """Returns the recorded inputs and the program's, as a check takes them.

    With `anew` nothing is carried over from a version that goes away: no defaults, and no ignored changes.
    """
    goal, old = registration.goal, registration.owned
    if anew or old is None:
        return None, goal.inputs
    return old.inputs, diffs.keep_ignored(goal.inputs, old.inputs, goal.ignore_changes)


def check(registration: Registration, *, anew: bool) -> Registration:
    """Lets the plug-in validate the inputs and fill in defaults; raises InvalidRegistrationError with all problems."""
    olds, news = inputs_to_check(registration, anew=anew)
    if registration.host is None:
        return replace(registration, new=replace(registration.new, inputs=news))
    checked = registration.host.check(registration.new.urn, olds, news)
    if checked.failures:
        raise InvalidRegistrationError(*(explain(registration.new, failure) for failure in checked.failures))
    return replace(registration, new=replace(registration.new, inputs=checked.inputs))


def explain(new: Resource, failure: CheckFailure) -> str:
    """Says what is wrong with a resource, in the words of Pulumi's own console."""
    if not failure.property:
        return f"{new.type} resource '{new.name}' has a problem: {failure.reason}"
    return f"{new.type} resource '{new.name}': property {failure.property} has a problem: {failure.reason}"
