"""Decides what a registration means: nothing, a creation, an update or a replacement.

One registration is planned at a time, as in Pulumi's own engine; only the work itself runs concurrently.
"""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

from embedded_pulumi_engine import diffs, urns
from embedded_pulumi_engine.aliases import former_urns
from embedded_pulumi_engine.dependents import condemned
from embedded_pulumi_engine.goals import Goal
from embedded_pulumi_engine.project import as_properties
from embedded_pulumi_engine.providers import INTERNAL
from embedded_pulumi_engine.run import StoppedError
from embedded_pulumi_engine.values import has_unknown, reveal, seal

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_pulumi_engine.diffs import Change, Diff
    from embedded_pulumi_engine.plugins import Host
    from embedded_pulumi_engine.resources import Resource
    from embedded_pulumi_engine.run import Run
    from embedded_pulumi_engine.values import Props

_PROTECTED: Final = (
    'unable to replace resource "{}"\nas it is currently marked for protection. To unprotect the resource, remove the '
    "`protect` flag from the resource in your Pulumi program and run `pulumi up`"
)


@dataclass(frozen=True)
class Plan:
    """What is to be done for one registration."""

    op: str  # same, create, update or replace
    new: Resource
    old: Resource | None = None
    host: Host | None = None  # None for components
    changes: tuple[Change, ...] = ()
    deletes: tuple[Resource, ...] = ()  # before the creation: dependents first, the old version last
    keep_old: bool = False  # the old version is deleted at the end of the run

    @property
    def former(self) -> Resource:
        """The old version; raises LookupError for a creation, which has none."""
        if self.old is None:
            raise LookupError(self.new.urn)
        return self.old


class Planner:
    """Plans registrations, one at a time."""

    def __init__(self, run: Run, register: Callable[[Goal], Resource]) -> None:
        self.lock = threading.RLock()
        self.seen: set[str] = set()
        self._run = run
        self._register = register
        self._aliased: dict[str, str] = {}  # recorded URN -> the one that claims it
        self._renamed: dict[str, str] = {}  # the other way round
        self._condemned: set[str] = set()  # deleted because what they depend on is replaced; they will come again

    def plan(self, goal: Goal) -> Plan:
        """Plans one registration; raises StoppedError when it is invalid, after saying why."""
        urn = self._claim(goal)
        old = self._find_old(urn, goal)
        provider = self._provider_of(goal)
        host = self._host(goal, provider)
        new = goal.resource(urn, provider, old)
        if old is None or old.external:  # what was only looked up so far is not ours to change
            op = "create" if old is None else "replace"
            return Plan(op, self._checked(new, host, None, goal.inputs), old, host)
        if urn in self._condemned or urn in self._run.replace:
            new = self._checked(new, host, None, goal.inputs)
        else:
            inputs = diffs.ignored(goal.inputs, old.inputs, goal.ignore_changes)
            new = self._checked(replace(new, inputs=inputs), host, old.inputs, inputs)
        if urn in self._condemned:
            self._condemned.discard(urn)
            return Plan("replace", new, old, host, diffs.compare(old.inputs, new.inputs))
        return self._compared(goal, old, new, host)

    def place(self, goal: Goal) -> tuple[Resource, Resource | None]:
        """Finds URN, provider and old version of an object that is only looked up."""
        urn = self._claim(goal)
        old = self._run.recorded.get(urn)
        return goal.resource(urn, self._provider_of(goal), old), old

    def default_provider(self, package: str, version: str) -> str:
        """Returns the reference of a package's default provider, registering it at first use."""
        name = "_".join(["default", *(part for part in re.split(r"[.+-]", version) if part)])
        type_ = f"{urns.PROVIDER_PREFIX}{package}"
        urn = urns.make(self._run.stack, self._run.project, "", type_, name)
        found = self._run.journal.find(urn)
        if found is None:
            inputs = self._package_config(package)
            if version:
                inputs |= {INTERNAL: {}, "version": version}
            found = self._register(Goal(type=type_, name=name, custom=True, inputs=inputs))
        return f"{found.urn}::{found.id}"

    def _claim(self, goal: Goal) -> str:
        urn = urns.make(self._run.stack, self._run.project, goal.parent, goal.type, goal.name)
        if urn in self.seen:
            self._refuse(urn, f"Duplicate resource URN '{urn}'; try giving it a unique name")
        self.seen.add(urn)
        return urn

    def _package_config(self, package: str) -> Props:
        """A dynamic host receives the whole configuration under full keys, any other plug-in its own namespace."""
        config = self._run.config
        if package == urns.DYNAMIC_PACKAGE:
            return {key: seal(value.text) if value.secret else value.text for key, value in config.items()}
        return as_properties(config, package, seal)

    def _find_old(self, urn: str, goal: Goal) -> Resource | None:
        if urn in self._aliased:
            self._refuse(urn, f"Duplicate resource alias '{urn}': {self._aliased[urn]} has claimed it")
        for candidate in (urn, *former_urns(urn, goal.parent, goal.aliases, self._renamed)):
            old = self._run.recorded.get(candidate)
            if old is None:
                continue
            if candidate != urn:
                if candidate in self.seen or candidate in self._aliased:
                    self._refuse(urn, f"Duplicate resource alias '{candidate}' applied to resource with URN '{urn}'")
                self._aliased[candidate] = urn
                self._renamed[urn] = candidate
                self.seen.add(candidate)
            return old
        return None

    def _provider_of(self, goal: Goal) -> str:
        if not goal.custom or urns.is_provider(goal.type):
            return ""
        return goal.provider or self.default_provider(urns.package_of(goal.type), goal.version)

    def _host(self, goal: Goal, provider: str) -> Host | None:
        if urns.is_provider(goal.type):
            return self._run.registry
        return self._run.registry.get(provider) if goal.custom else None

    def _checked(self, new: Resource, host: Host | None, olds: Props | None, news: Props) -> Resource:
        if host is None:
            return new
        checked = host.check(new.urn, olds, news)
        for failure in checked.failures:
            self._run.fail(new.urn, _explain(new, failure.property, failure.reason))
        if checked.failures:
            raise StoppedError
        return replace(new, inputs=checked.inputs)

    def _compared(self, goal: Goal, old: Resource, new: Resource, host: Host | None) -> Plan:
        diff = self._diff(old, new, host)
        changes = diffs.compare(old.inputs, new.inputs)
        if not (diff.changes or old.pending_replacement):
            # what exists but never came up gets an update without changes, as the real engine gives it
            return Plan("update" if old.init_errors else "same", new, old, host)
        if not (diff.replaces or old.pending_replacement):
            return Plan("update", new, old, host, changes)
        if old.protect and new.protect:
            self._run.fail(new.urn, _PROTECTED.format(new.urn))
            if not self._run.preview:
                raise StoppedError
        if new.urn not in self._run.replace:
            # defaults were carried over from a version that goes away
            new = self._checked(new, host, None, goal.inputs)
        return self._replacement(goal, diff, Plan("replace", new, old, host, changes))

    def _replacement(self, goal: Goal, diff: Diff, plan: Plan) -> Plan:
        first = diff.delete_before_replace if goal.delete_before_replace is None else goal.delete_before_replace
        if not first or plan.old is None:
            return replace(plan, keep_old=not plan.former.pending_replacement)
        doomed = condemned(self._run, plan.old, self.seen)
        for dependent in doomed:
            if dependent.protect:
                self._refuse(plan.new.urn, _PROTECTED.format(dependent.urn))
        self._condemned |= {dependent.urn for dependent in doomed}
        last = () if plan.old.pending_replacement else (plan.old,)
        return replace(plan, deletes=(*reversed(doomed), *last))

    def _diff(self, old: Resource, new: Resource, host: Host | None) -> Diff:
        triggers = [reveal(resource.replacement_trigger) for resource in (old, new)]
        if None not in triggers and (triggers[0] != triggers[1] or any(map(has_unknown, triggers))):
            return diffs.Diff(changes=True, replaces=("replacementTrigger",))
        if new.urn in self._run.replace:
            return diffs.Diff(changes=True, replaces=("id",))
        if self._provider_replaced(old, new):
            return diffs.Diff(changes=True, replaces=("provider",))
        if host is None:
            return diffs.Diff(changes=old.inputs != new.inputs)
        answer = host.diff(replace(old, urn=new.urn), new.inputs, new.ignore_changes)
        return diffs.decide(answer, old.inputs, new.inputs, new.ignore_changes, new.replace_on_changes)

    def _provider_replaced(self, old: Resource, new: Resource) -> bool:
        """A changed provider replaces its resources only when the plug-in says that the new one cannot manage them."""
        if old.provider == new.provider:
            return False
        if not (old.provider and new.provider):
            return True
        before, after = (urns.split_reference(r)[0] for r in (old.provider, new.provider))
        if self._aliased.get(before) == after:
            return False
        was, now = self._run.recorded.get(before), self._run.journal.find(after)
        if was is None or now is None:
            return True
        return bool(self._run.registry.get(new.provider).diff_config(was, now.outputs).replaces)

    def _refuse(self, urn: str, message: str) -> None:
        self._run.fail(urn, message)
        raise StoppedError


def _explain(new: Resource, path: str, reason: str) -> str:
    if not path:
        return f"{new.type} resource '{new.name}' has a problem: {reason}"
    return f"{new.type} resource '{new.name}': property {path} has a problem: {reason}"
