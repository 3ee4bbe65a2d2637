"""Which properties differ, for the engine to show: their paths, and whether each forces a replacement."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from pulumi.runtime.proto import provider_pb2 as pb

from tenant_email.json_types import is_object
from tenant_email.package_schema import discriminator, items, members
from tenant_email.package_schema.names import camel, declared_as, snake

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tenant_email.json_types import Json, PropsView

_ABSENT: Final = object()
_Kind = pb.PropertyDiff


def compare(
    recorded: PropsView, desired: PropsView, declared: PropsView, replaces: Collection[str]
) -> dict[str, pb.PropertyDiff]:
    """Returns the differences of inputs by property path, at the depth where they are; lists differ as a whole.

    `replaces` are the inputs, as the lifecycles name them, that force a replacement.
    """
    found: dict[str, pb.PropertyDiff] = {}
    for name in sorted({*recorded, *desired}):
        spec: PropsView = declared.get(camel(name), {})
        pair = recorded.get(name, _ABSENT), desired.get(name, _ABSENT)
        for path, (before, after) in _differences(*pair, spec, declared_as(name, declared)):
            found[path] = pb.PropertyDiff(kind=_kind(before, after, replaced=name in replaces), inputDiff=True)
    return found


def _differences(before: Json, after: Json, spec: PropsView, path: str) -> Iterator[tuple[str, tuple[Json, Json]]]:
    if not (is_object(before) and is_object(after)):
        if before != after:
            yield path, (before, after)
        return
    free, key = items(spec), snake(discriminator(spec))
    kind = after.get(key)
    declared = members(spec, kind if before.get(key) == kind else None)
    for name in sorted({*before, *after}):
        below: PropsView = free or declared.get(camel(name), {})
        yield from _differences(
            before.get(name, _ABSENT), after.get(name, _ABSENT), below, f"{path}{_step(declared_as(name, declared))}"
        )


def _step(name: str) -> str:
    """Returns a name as Pulumi writes it in a property path."""
    return f".{name}" if name.isidentifier() else f'["{name.replace(chr(34), chr(92) + chr(34))}"]'


def _kind(before: Json, after: Json, *, replaced: bool) -> pb.PropertyDiff.Kind.ValueType:
    if before is _ABSENT:
        return _Kind.ADD_REPLACE if replaced else _Kind.ADD
    if after is _ABSENT:
        return _Kind.DELETE_REPLACE if replaced else _Kind.DELETE
    return _Kind.UPDATE_REPLACE if replaced else _Kind.UPDATE
