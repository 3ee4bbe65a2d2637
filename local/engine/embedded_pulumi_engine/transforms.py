"""Transforms: functions of the program that may change what it registers, before the registration is planned.

They run in the program's process, which serves them as callbacks: those of the resource itself, then those of its
parents, then those of the stack, as in Pulumi's own engine.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, cast

from embedded_pulumi_engine.messages import resource_pb2
from embedded_pulumi_engine.values import from_struct, lower_outputs, raise_outputs, to_struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embedded_pulumi_engine.callbacks import Callbacks
    from embedded_pulumi_engine.messages import callback_pb2

_SAME: Final = ("protect", "version", "provider", "providers", "aliases", "hooks")
_OPTIONS: Final = {
    **{name: name for name in _SAME},
    "dependencies": "depends_on",
    "ignoreChanges": "ignore_changes",
    "replaceOnChanges": "replace_on_changes",
    "replacement_trigger": "replacement_trigger",
    "hideDiffs": "hide_diff",
    "customTimeouts": "custom_timeouts",
    "pluginDownloadURL": "plugin_download_url",
    "retainOnDelete": "retain_on_delete",
    "deletedWith": "deleted_with",
    "replace_with": "replace_with",
    "additionalSecretOutputs": "additional_secret_outputs",
    "importId": "import",
}
"""A registration's fields, and what a transform calls them."""


class Transforms:
    """The transforms of one run of the program."""

    def __init__(self, callbacks: Callbacks) -> None:
        self._callbacks = callbacks
        self._lock = threading.Lock()
        self._of_stack: list[callback_pb2.Callback] = []
        self._of: dict[str, tuple[callback_pb2.Callback, ...]] = {}
        self._constructed: dict[tuple[str, str, str], tuple[callback_pb2.Callback, ...]] = {}
        self._parents: dict[str, str] = {}

    def add(self, callback: callback_pb2.Callback) -> None:
        """Notes a transform of the stack: it is for whatever registers from now on."""
        with self._lock:
            self._of_stack.append(callback)

    def note(self, urn: str, request: resource_pb2.RegisterResourceRequest) -> None:
        """Notes whose transforms the children of a resource inherit."""
        with self._lock:
            self._parents[urn] = request.parent
            if own := self._own(request):
                self._of[urn] = own

    def apply(self, request: resource_pb2.RegisterResourceRequest) -> resource_pb2.RegisterResourceRequest:
        """Returns the registration as its transforms leave it; raises CallbackError."""
        with self._lock:
            own = self._own(request)
            if request.remote and own:
                # the plug-in that constructs the component registers it once more, and knows nothing of its transforms
                self._constructed[request.parent, request.type, request.name] = own
            callbacks = [*own, *self._inherited(request.parent), *self._of_stack]
        for callback in callbacks:
            request = self._call(callback, request)
        return request

    def _own(self, request: resource_pb2.RegisterResourceRequest) -> tuple[callback_pb2.Callback, ...]:
        own = cast("Iterable[callback_pb2.Callback]", request.transforms)
        return self._constructed.get((request.parent, request.type, request.name)) or tuple(own)

    def _inherited(self, parent: str) -> list[callback_pb2.Callback]:
        found: list[callback_pb2.Callback] = []
        while parent:
            found += self._of.get(parent, ())
            parent = self._parents.get(parent, "")
        return found

    def _call(
        self, callback: callback_pb2.Callback, request: resource_pb2.RegisterResourceRequest
    ) -> resource_pb2.RegisterResourceRequest:
        message = resource_pb2.TransformRequest(
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent,
            properties=to_struct(raise_outputs(from_struct(request.object))),
            options=options_of(request),
        )
        answer = self._callbacks.call(callback, message.SerializeToString())
        return transformed(request, resource_pb2.TransformResponse.FromString(answer))


def options_of(request: resource_pb2.RegisterResourceRequest) -> resource_pb2.TransformResourceOptions:
    """Returns the options of a registration as a transform sees them."""
    given = _set_fields(request)
    found = {name: given[field] for field, name in _OPTIONS.items() if field in given}
    options = resource_pb2.TransformResourceOptions(**found)
    if request.deleteBeforeReplaceDefined:
        options.delete_before_replace = request.deleteBeforeReplace
    return options


def transformed(
    request: resource_pb2.RegisterResourceRequest, answer: resource_pb2.TransformResponse
) -> resource_pb2.RegisterResourceRequest:
    """Returns the registration with what a transform answered; what it left out is as it was."""
    changed: dict[str, Any] = _set_fields(request)
    if answer.HasField("properties"):
        properties = from_struct(answer.properties)
        changed["object"] = to_struct(properties if request.remote else lower_outputs(properties))
    if answer.HasField("options"):
        options = _set_fields(answer.options)
        for field, name in _OPTIONS.items():
            changed.pop(field, None)
            if name in options:
                changed[field] = options[name]
        changed["deleteBeforeReplaceDefined"] = "delete_before_replace" in options
        changed["deleteBeforeReplace"] = options.get("delete_before_replace", False)
    return resource_pb2.RegisterResourceRequest(**changed)


def _set_fields(message: Any) -> dict[str, Any]:
    """Returns the fields of a message that are set, those set to what they are by default among them."""
    return {descriptor.name: value for descriptor, value in message.ListFields()}
