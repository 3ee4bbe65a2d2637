"""Operations that need no program: deleting what is no longer wanted, and refreshing."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING
from zlib import crc32

from embedded_pulumi_engine import diffs, urns
from embedded_pulumi_engine.dependents import waves
from embedded_pulumi_engine.plugins import PluginError
from embedded_pulumi_engine.resources import now
from embedded_pulumi_engine.run import StoppedError
from embedded_pulumi_engine.steps import delete

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from embedded_pulumi_engine.resources import Resource
    from embedded_pulumi_engine.run import Run

_PROTECTED = (
    'resource "{}" cannot be deleted\nbecause it is protected. To unprotect the resource, either remove the `protect` '
    "flag from the resource in your Pulumi program and run `pulumi up`"
)


def delete_unseen(run: Run, seen: Collection[str], workers: int) -> None:
    """Deletes every recorded resource that the program did not register, dependents first."""
    to_delete = [(old, left) for old, left in run.journal.remaining if left.delete or old.urn not in seen]
    loaded = {id(left): old for old, left in to_delete}
    gone = {left.urn for _, left in to_delete}
    for wave in waves(left for _, left in to_delete):
        _each(run, wave, lambda resource: _delete(run, resource, loaded[id(resource)], gone), workers)
        run.proceed()


def refresh_all(run: Run, workers: int) -> None:
    """Reads every resource and records what it finds; creations that were interrupted are forgotten."""
    _each(run, [old for old, _ in run.journal.remaining], lambda resource: _refresh(run, resource), workers)
    if not run.failed.is_set():
        run.journal.forget_interrupted()


def _each(run: Run, resources: Iterable[Resource], action: Callable[[Resource], None], workers: int) -> None:
    # neighbors in the state are often of one account, and would all wait for its login: any other order is better
    mixed = sorted(resources, key=lambda resource: crc32(resource.urn.encode()))

    def careful(resource: Resource) -> None:
        with suppress(StoppedError):
            action(resource)

    with ThreadPoolExecutor(workers) as pool:
        outcomes = [pool.submit(careful, resource) for resource in mixed]
        try:
            for outcome in outcomes:
                outcome.result()
        except KeyboardInterrupt:
            run.interrupt()


def _delete(run: Run, resource: Resource, loaded: Resource, gone: Collection[str]) -> None:
    if resource.pending_replacement:
        run.journal.settle(drop=(loaded,))  # it was deleted when its replacement was due
        return
    if resource.protect and not resource.delete:
        run.fail(resource.urn, _PROTECTED.format(resource.urn))
        return
    run.proceed()
    run.step("discard" if resource.external else "delete-replaced" if resource.delete else "delete", resource)
    delete(run, loaded, keep=False, gone=gone)


def _refresh(run: Run, old: Resource) -> None:
    if not old.custom or urns.is_provider(old.type) or old.pending_replacement:
        run.step("same", old)
        return
    run.proceed()
    try:
        plugin = run.plugin(old)
        live = plugin.read(old)
        if not live.id:
            run.journal.settle(drop=(old,))
            run.step("delete", old)
            return
        inputs = old.inputs if live.inputs is None else live.inputs
        new = replace(old, id=live.id, inputs=inputs, outputs=live.outputs, init_errors=())
        answer = plugin.diff(new, old.inputs, old.ignore_changes)
    except PluginError as error:
        run.fail(old.urn, str(error))
        return
    diff = diffs.decide(answer, new.inputs, old.inputs, old.ignore_changes, ())
    if new.inputs != old.inputs or new.outputs != old.outputs or old.init_errors:
        run.journal.settle(keep=(old, replace(new, modified=now())))
    run.step("update" if diff.changes else "same", new, diffs.compare(old.outputs, new.outputs) if diff.changes else ())
