"""Plans a registration: claim, provider, check, diff, step.

One registration is planned at a time, as in Pulumi's own engine. The work itself runs concurrently, and so do checks: a
plug-in answers one only after what it does already, and all other registrations would wait for that.
"""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from embedded_pulumi_engine import decisions, diffs, urns
from embedded_pulumi_engine.claims import Claims, InvalidRegistrationError
from embedded_pulumi_engine.decisions import Plan
from embedded_pulumi_engine.default_providers import default_provider, needs_provider
from embedded_pulumi_engine.dependents import dependents_to_replace
from embedded_pulumi_engine.diffs import Diff
from embedded_pulumi_engine.registrations import Registration, check
from embedded_pulumi_engine.run import StoppedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_pulumi_engine.goals import Goal
    from embedded_pulumi_engine.resources import Resource
    from embedded_pulumi_engine.run import Run

_PROTECTED: Final = (
    'unable to replace resource "{}"\nas it is currently marked for protection. To unprotect the resource, remove the '
    "`protect` flag from the resource in your Pulumi program and run `pulumi up`"
)


class Planner:
    """A planner of registrations, one at a time but for their checks."""

    def __init__(self, run: Run, register: Callable[[Goal], Resource]) -> None:
        self.lock = threading.RLock()
        self.claims = Claims()
        self._run = run
        self._register = register
        self._deleted: set[str] = set()  # because what they depend on is replaced: they are to come again
        self._replaced: set[str] = set()

    def plan(self, goal: Goal) -> Plan:
        """Plans one registration; raises InvalidRegistrationError, PluginError or StoppedError."""
        urn = self.urn_of(goal)
        with self.lock:
            self._run.proceed()
            self.claims.take(urn)
            old = self.claims.find_old(urn, goal.parent, goal.aliases, self._run.recorded)
            registration = self._serve(goal, urn, old)
            anew = urn in self._deleted or urn in self._run.replace  # what is claimed is not deleted any more
        registration = check(registration, anew=anew)
        with self.lock:
            self._run.proceed()
            return self._step(registration, self._diff(registration))

    def place(self, goal: Goal) -> Registration:
        """Claims the URN of an object that is only looked up, and finds its provider and its old version."""
        urn = self.urn_of(goal)
        self.claims.take(urn)
        return self._serve(goal, urn, self._run.recorded.get(urn))

    def urn_of(self, goal: Goal) -> str:
        """Returns the URN that a registration takes."""
        return urns.make(self._run.stack, self._run.project, goal.parent, goal.type, goal.name)

    def default_provider(self, package: str, version: str) -> str:
        """Returns the reference of a package's default provider, registering it at first use."""
        goal = default_provider(package, version, self._run.config)
        found = self._run.journal.find(self.urn_of(goal)) or self._register(goal)
        return f"{found.urn}::{found.id}"

    def _serve(self, goal: Goal, urn: str, old: Resource | None) -> Registration:
        """Finds the provider and its plug-in; providers themselves are the registry's, components nobody's."""
        if not needs_provider(goal):
            host = self._run.registry if urns.is_provider(goal.type) else None
            return Registration(goal, goal.resource(urn, "", old), old, host)
        provider = goal.provider or self.default_provider(urns.package_of(goal.type), goal.version)
        return Registration(goal, goal.resource(urn, provider, old), old, self._run.registry.get(provider))

    def _diff(self, registration: Registration) -> Diff | None:
        """Compares with the old version; None when that is not there, not ours, or deleted in this run."""
        old, new, host = registration.owned, registration.new, registration.host
        if old is None or new.urn in self._deleted:
            return None
        if forced := decisions.forced_diff(old, new, requested=new.urn in self._run.replace):
            return forced
        if self._replaces_provider(old, new):
            return Diff(changes=True, replaces=("provider",))
        if new.deleted_with in self._replaced:
            return Diff(changes=True, replaces=("deletedWith",))
        if host is None:
            return Diff(changes=old.inputs != new.inputs)
        answer = host.diff(replace(old, urn=new.urn), new.inputs, new.ignore_changes)
        return diffs.decide(answer, old.inputs, new.inputs, new.ignore_changes, new.replace_on_changes)

    def _replaces_provider(self, old: Resource, new: Resource) -> bool:
        """A changed provider replaces its resources only when the plug-in says that the new one cannot manage them."""
        changed = decisions.provider_urns(old, new)
        if changed is None or self.claims.is_same(*changed):
            return False
        recorded, registered = self._run.recorded.get(changed[0]), self._run.journal.find(changed[1])
        if recorded is None or registered is None:
            return True
        return bool(self._run.registry.get(new.provider).diff_config(recorded, registered.outputs).replaces)

    def _step(self, registration: Registration, diff: Diff | None) -> Plan:
        op = decisions.operation(registration, diff)
        changes = decisions.shown_changes(registration, diff)
        plan = Plan(op, registration.new, registration.old, registration.host, changes)
        self._deleted.discard(plan.new.urn)
        if op == "replace":
            self._replaced.add(plan.new.urn)
        return plan if op != "replace" or diff is None else self._replacement(registration, diff, plan)

    def _replacement(self, registration: Registration, diff: Diff, plan: Plan) -> Plan:
        """Completes the replacement of what exists: new inputs, and what is deleted before or after."""
        old, urn = plan.recorded, plan.new.urn
        if old.protect and plan.new.protect:
            self._run.fail(urn, _PROTECTED.format(urn))
            if not self._run.preview:
                raise StoppedError
        if urn not in self._run.replace:  # else they were checked so already
            plan = replace(plan, new=check(registration, anew=True).new)
        if not decisions.deletes_first(registration.goal, diff):
            return replace(plan, keep_old=not old.pending_replacement)
        dependents = dependents_to_replace(self._run, old, self.claims.seen)
        if protected := [dependent for dependent in dependents if dependent.protect]:
            raise InvalidRegistrationError(_PROTECTED.format(protected[0].urn))
        self._deleted |= {dependent.urn for dependent in dependents}
        last = () if old.pending_replacement else (old,)
        return replace(plan, deletes=(*reversed(dependents), *last))
