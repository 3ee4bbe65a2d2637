"""Executes plans and records what came of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from embedded_pulumi_engine import urns
from embedded_pulumi_engine.hooks import HookError
from embedded_pulumi_engine.plugins import InitFailedError, PluginError
from embedded_pulumi_engine.resources import now
from embedded_pulumi_engine.run import StoppedError
from embedded_pulumi_engine.values import is_secret, seal, secrets_in

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from embedded_pulumi_engine.decisions import Plan
    from embedded_pulumi_engine.hooks import Hooks, Moment
    from embedded_pulumi_engine.journal import Pending
    from embedded_pulumi_engine.resources import Resource
    from embedded_pulumi_engine.run import Run
    from embedded_pulumi_engine.values import Props

T = TypeVar("T")


def execute(run: Run, plan: Plan, hooks: Hooks) -> Resource:
    """Does what the plan says and returns the new version; raises StoppedError after reporting a failure."""
    with run.slots:
        run.proceed()
        if plan.op == "same":
            return _same(run, plan)
        run.step(plan.op, plan.new, plan.changes)
        for resource in plan.deletes:
            delete(run, resource, keep=True)
        return _update(run, plan, hooks) if plan.op == "update" else _create(run, plan, hooks)


def delete(run: Run, resource: Resource, *, keep: bool, gone: Collection[str] = ()) -> None:
    """Deletes one recorded resource; with `keep` the state remembers that its replacement is due.

    `gone` are the URNs of what is deleted too: an object goes with the one that it is said to be deleted with.
    """
    run.proceed()
    if run.preview:
        run.journal.settle(drop=() if keep else (resource,))
        return
    entry = run.journal.begin("deleting", resource)
    if resource.custom and not (resource.retain_on_delete or resource.external or resource.deleted_with in gone):
        _attempt(run, resource.urn, entry, lambda: _delete(run, resource))
    if keep:
        run.journal.settle(entry, keep=(resource, replace(resource, pending_replacement=True)))
    else:
        run.journal.settle(entry, drop=(resource,))


def mark_secrets(run: Run, resource: Resource) -> Resource:
    """Marks secret what the program declared so, and what repeats a secret input; the console hides it all."""
    outputs = dict(resource.outputs)
    for key, value in outputs.items():
        if key in resource.additional_secret_outputs or is_secret(resource.inputs.get(key)):
            outputs[key] = seal(value)
    run.console.hide(secrets_in(resource.inputs, outputs))
    return replace(resource, outputs=outputs)


def _same(run: Run, plan: Plan) -> Resource:
    old = plan.recorded
    new = mark_secrets(run, replace(plan.new, id=old.id, outputs=old.outputs))
    if urns.is_provider(new.type):
        run.registry.same(old, new.urn)
    run.journal.settle(new=new, drop=(old,), save=False)
    run.step("same", new)
    return new


def _create(run: Run, plan: Plan, hooks: Hooks) -> Resource:
    entry = None if run.preview else run.journal.begin("creating", plan.new)
    _attempt(run, plan.new.urn, entry, lambda: hooks.run(run, "BeforeCreate", plan.new))
    identifier = ""
    outputs: Props = {}
    failed: InitFailedError | None = None
    if plan.host is not None:
        host = plan.host
        try:
            identifier, outputs = _attempt(run, plan.new.urn, entry, lambda: host.create(plan.new, preview=run.preview))
        except InitFailedError as error:
            identifier, outputs, failed = error.id, error.outputs, error
    time, errors = now(), failed.reasons if failed else ()
    made = replace(plan.new, id=identifier, outputs=outputs, created=time, modified=time, init_errors=errors)
    new = mark_secrets(run, made)
    if plan.old is not None and plan.keep_old:
        run.journal.settle(entry, new=new, keep=(plan.old, replace(plan.old, delete=True)))
    else:
        run.journal.settle(entry, new=new, drop=(plan.old,) if plan.old is not None else ())
    if failed:
        run.fail(new.urn, str(failed))
        raise StoppedError
    return _told(run, "AfterCreate", new, None, hooks)


def _update(run: Run, plan: Plan, hooks: Hooks) -> Resource:
    old = plan.recorded
    new = replace(plan.new, id=old.id)
    _attempt(run, new.urn, None, lambda: hooks.run(run, "BeforeUpdate", new, old))
    if plan.host is not None:
        host = plan.host
        entry = None if run.preview else run.journal.begin("updating", new)
        outputs = _attempt(run, new.urn, entry, lambda: host.update(old, new, preview=run.preview))
        new = mark_secrets(run, replace(new, outputs=outputs, modified=now()))
        run.journal.settle(entry, new=new, drop=(old,))
    else:
        run.journal.settle(new=new, drop=(old,))
    return _told(run, "AfterUpdate", new, old, hooks)


def _told(run: Run, moment: Moment, new: Resource, old: Resource | None, hooks: Hooks) -> Resource:
    """Runs the hooks of what is done, and returns it: it is recorded, whatever they say."""
    _attempt(run, new.urn, None, lambda: hooks.run(run, moment, new, old, new.outputs))
    return new


def _delete(run: Run, resource: Resource) -> None:
    if urns.is_provider(resource.type):
        run.registry.delete(resource)
    else:
        run.plugin(resource).delete(resource)


def _attempt(run: Run, urn: str, entry: Pending | None, action: Callable[[], T]) -> T:
    try:
        return action()
    except InitFailedError:
        raise
    except (PluginError, HookError) as error:
        if entry is not None:
            run.journal.abandon(entry)
        run.fail(urn, str(error))
        raise StoppedError from None
