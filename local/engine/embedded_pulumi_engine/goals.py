"""What a program asks for when it registers a resource."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, cast

from embedded_pulumi_engine import hooks
from embedded_pulumi_engine.aliases import Alias, from_message
from embedded_pulumi_engine.resources import Resource
from embedded_pulumi_engine.values import Props, Value, from_struct, from_value

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pulumi.runtime.proto import alias_pb2, resource_pb2

_SECONDS: Final = {"h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}


@dataclass(frozen=True)
class Goal:
    """A resource as the program wants it."""

    type: str
    name: str
    custom: bool
    inputs: Props = field(repr=False)
    parent: str = ""
    provider: str = ""
    version: str = ""
    dependencies: tuple[str, ...] = ()
    property_dependencies: dict[str, list[str]] = field(default_factory=dict[str, list[str]])
    protect: bool | None = None
    retain_on_delete: bool | None = None
    deleted_with: str = ""
    delete_before_replace: bool | None = None
    aliases: tuple[Alias, ...] = ()
    additional_secret_outputs: tuple[str, ...] = ()
    ignore_changes: tuple[str, ...] = ()
    replace_on_changes: tuple[str, ...] = ()
    replacement_trigger: Value = None
    timeouts: dict[str, float] = field(default_factory=dict[str, float])
    import_id: str = ""
    hooks: dict[str, list[str]] = field(default_factory=dict[str, list[str]])

    def resource(self, urn: str, provider: str, old: Resource | None) -> Resource:
        """Returns the resource before any plug-in has seen it; identity and age come from the old version."""
        extra: dict[str, Any] = {"customTimeouts": self.timeouts} if self.timeouts else {}
        return Resource(
            urn=urn,
            type=self.type,
            custom=self.custom,
            inputs=self.inputs,
            parent=self.parent,
            provider=provider,
            dependencies=self.dependencies,
            property_dependencies=self.property_dependencies,
            protect=bool(self.protect),
            retain_on_delete=bool(self.retain_on_delete),
            deleted_with=self.deleted_with,
            aliases=(old.urn,) if old is not None and old.urn != urn else (),
            additional_secret_outputs=self.additional_secret_outputs,
            ignore_changes=self.ignore_changes,
            replace_on_changes=self.replace_on_changes,
            replacement_trigger=self.replacement_trigger,
            resource_hooks=self.hooks,
            created=old.created if old is not None else "",
            modified=old.modified if old is not None else "",
            extra=extra,
        )


def from_request(request: resource_pb2.RegisterResourceRequest) -> Goal:
    """Reads a registration as the SDK sends it."""
    aliases = cast("Iterable[alias_pb2.Alias]", request.aliases)
    timeouts = {name: seconds(getattr(request.customTimeouts, name)) for name in ("create", "update", "delete")}
    return Goal(
        type=request.type,
        name=request.name,
        custom=request.custom,
        inputs=from_struct(request.object),
        parent=request.parent,
        provider=request.provider,
        version=request.version,
        dependencies=tuple(sorted(request.dependencies)),
        property_dependencies={k: sorted(v.urns) for k, v in sorted(request.propertyDependencies.items())},
        protect=request.protect if request.HasField("protect") else None,
        retain_on_delete=request.retainOnDelete if request.HasField("retainOnDelete") else None,
        deleted_with=request.deletedWith,
        delete_before_replace=request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None,
        aliases=tuple(from_message(message) for message in aliases),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
        ignore_changes=tuple(request.ignoreChanges),
        replace_on_changes=tuple(request.replaceOnChanges),
        replacement_trigger=from_value(request.replacement_trigger)
        if request.HasField("replacement_trigger")
        else None,
        timeouts={name: length for name, length in timeouts.items() if length},
        import_id=request.importId,
        hooks=hooks.bound(request),
    )


def from_read(request: resource_pb2.ReadResourceRequest) -> Goal:
    """Reads a lookup of an object that the program does not own."""
    return Goal(
        type=request.type,
        name=request.name,
        custom=True,
        inputs=from_struct(request.properties),
        parent=request.parent,
        provider=request.provider,
        version=request.version,
        dependencies=tuple(sorted(request.dependencies)),
        additional_secret_outputs=tuple(request.additionalSecretOutputs),
    )


def inherit(request: resource_pb2.RegisterResourceRequest, parent: resource_pb2.RegisterResourceRequest) -> None:
    """Gives a registration the options of its parent that children inherit, where it says nothing itself."""
    if parent.HasField("protect") and not request.HasField("protect"):
        request.protect = parent.protect
    if parent.HasField("retainOnDelete") and not request.HasField("retainOnDelete"):
        request.retainOnDelete = parent.retainOnDelete
    request.deletedWith = request.deletedWith or parent.deletedWith


def seconds(duration: str) -> float:
    """Reads a duration such as `1h30m`, in seconds."""
    return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(r"([\d.]+)(ms|h|m|s)", duration))
