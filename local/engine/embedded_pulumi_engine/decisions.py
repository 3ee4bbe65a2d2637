"""Step: what a registration comes to, once its plug-in has compared it. Pure: no plug-in, no state."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from embedded_pulumi_engine import diffs, urns
from embedded_pulumi_engine.diffs import Diff
from embedded_pulumi_engine.values import has_unknown, reveal

if TYPE_CHECKING:
    from embedded_pulumi_engine.diffs import PropertyChange
    from embedded_pulumi_engine.goals import Goal
    from embedded_pulumi_engine.plugins import Host
    from embedded_pulumi_engine.registrations import Registration
    from embedded_pulumi_engine.resources import Resource

Op: TypeAlias = Literal["same", "create", "update", "replace"]


@dataclass(frozen=True)
class Plan:
    """What is to be done for one registration."""

    op: Op
    new: Resource
    old: Resource | None = None
    host: Host | None = None  # None for components
    changes: tuple[PropertyChange, ...] = ()
    deletes: tuple[Resource, ...] = ()  # before the creation: dependents first, the old version last
    keep_old: bool = False  # the old version is deleted at the end of the run

    @property
    def recorded(self) -> Resource:
        """The old version; raises LookupError for a creation, which has none."""
        if self.old is None:
            raise LookupError(self.new.urn)
        return self.old


def forced_diff(old: Resource, new: Resource, *, requested: bool) -> Diff | None:
    """Returns a replacement that no plug-in is asked about: a changed trigger, or the user's request; else None."""
    before, after = reveal(old.replacement_trigger), reveal(new.replacement_trigger)
    comparable = before is not None and after is not None
    if comparable and (before != after or has_unknown(after)):
        return Diff(changes=True, replaces=("replacementTrigger",))
    return Diff(changes=True, replaces=("id",)) if requested else None


def provider_urns(old: Resource, new: Resource) -> tuple[str, str] | None:
    """Returns the URNs of the providers before and after, empty for a component's; None when it is the same one."""
    if old.provider == new.provider:
        return None
    before, after = (urns.split_reference(each.provider)[0] for each in (old, new))
    return before, after


def operation(registration: Registration, diff: Diff | None) -> Op:
    """Returns what is to be done; without a `diff` nothing of the old version stays."""
    old = registration.old
    if old is None:
        return "create"
    if diff is None or old.pending_replacement:
        return "replace"
    if not diff.changes:
        # what exists but never came up gets an update without changes, as Pulumi's own engine gives it
        return "update" if old.init_errors else "same"
    return "replace" if diff.replaces else "update"


def shown_changes(registration: Registration, diff: Diff | None) -> tuple[PropertyChange, ...]:
    """Returns the properties that differ from what this stack made; none where the plug-in sees no difference."""
    old = registration.owned
    if old is None or (diff is not None and not (diff.changes or old.pending_replacement)):
        return ()
    return diffs.compare(old.inputs, registration.new.inputs)


def deletes_first(goal: Goal, diff: Diff) -> bool:
    """Returns whether the old version must go before the new one can come: the program's word, else the plug-in's."""
    return diff.delete_before_replace if goal.delete_before_replace is None else goal.delete_before_replace
