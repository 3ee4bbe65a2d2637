"""Hooks: functions of the program that run right before, or after, something is created or updated.

They run in the program's process, which serves them as callbacks. Those around a deletion, those after a component, and
those of a component that a plug-in constructs are refused: this engine does not run them.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias, cast

from embedded_pulumi_engine.callbacks import CallbackError
from embedded_pulumi_engine.messages import resource_pb2
from embedded_pulumi_engine.values import to_struct

if TYPE_CHECKING:
    from embedded_pulumi_engine.callbacks import Callbacks
    from embedded_pulumi_engine.resources import Resource
    from embedded_pulumi_engine.run import Run
    from embedded_pulumi_engine.values import Props

Moment: TypeAlias = Literal["BeforeCreate", "AfterCreate", "BeforeUpdate", "AfterUpdate"]

_MOMENTS: Final = {
    "before_create": "BeforeCreate",
    "after_create": "AfterCreate",
    "before_update": "BeforeUpdate",
    "after_update": "AfterUpdate",
    "before_delete": "BeforeDelete",
    "after_delete": "AfterDelete",
}
"""The fields of a registration, and what a state calls them."""


class HookError(Exception):
    """A hook failed, or cannot run; the text says so."""


class Hooks:
    """The hooks of one run of the program."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._lock = threading.Lock()
        self._known: dict[str, resource_pb2.RegisterResourceHookRequest] = {}

    def add(self, request: resource_pb2.RegisterResourceHookRequest) -> None:
        """Notes a hook by its name, by which resources are bound to it; raises HookError for one that is taken."""
        with self._lock:
            if not request.name or request.name in self._known:
                raise HookError(f'resource hook already registered for name "{request.name}"')
            self._known[request.name] = request

    def run(
        self, run: Run, moment: Moment, new: Resource, old: Resource | None = None, made: Props | None = None
    ) -> None:
        """Runs what a resource is bound to at a moment; `made` are its outputs. Raises HookError for one that fails."""
        for name in new.resource_hooks.get(moment, ()):
            hook = self._known.get(name)
            if hook is None:
                raise HookError(f'hook "{name}" was not registered')
            if run.preview and not hook.on_dry_run:
                continue
            if error := self._call(hook, new, old, made):
                when = "before" if moment.startswith("Before") else "after"
                failed = f'{when} hook "{name}" failed: {error}'
                if not hook.ignore_errors:
                    raise HookError(failed)
                run.console.log("warning", new.urn, failed)

    def _call(
        self,
        hook: resource_pb2.RegisterResourceHookRequest,
        new: Resource,
        old: Resource | None,
        made: Props | None,
    ) -> str:
        """Returns what went wrong, else an empty text."""
        message = resource_pb2.ResourceHookRequest(
            urn=new.urn,
            id=new.id,
            name=new.name,
            type=new.type,
            new_inputs=to_struct(new.inputs),
            old_inputs=to_struct(old.inputs) if old is not None else None,
            new_outputs=to_struct(made) if made is not None else None,
            old_outputs=to_struct(old.outputs) if old is not None else None,
        )
        try:
            answer = self._callbacks.call(cast("Any", hook).callback, message.SerializeToString())
        except CallbackError as error:
            return str(error)
        return resource_pb2.ResourceHookResponse.FromString(answer).error


def bound(request: resource_pb2.RegisterResourceRequest) -> dict[str, list[str]]:
    """Returns the hooks that a registration is bound to, as a state has them."""
    names = {moment: list(getattr(request.hooks, field)) for field, moment in _MOMENTS.items()}
    return {moment: found for moment, found in names.items() if found}


def refusal(request: resource_pb2.RegisterResourceRequest) -> str:
    """Returns why this engine cannot run the hooks of a registration; an empty text where it can."""
    found = bound(request)
    if request.remote and found:
        return "this engine runs no hooks of a component that a plug-in constructs"
    if not request.custom and found.keys() & {"AfterCreate", "AfterUpdate"}:
        return "this engine runs no hooks after a component"
    if found.keys() & {"BeforeDelete", "AfterDelete"}:
        return "this engine runs no hooks around a deletion"
    return ""
