"""Objects that a component gets as one output: opened, so that each of their members is an output instead.

A component makes its parts by what is known of an object, such as the kind of settings; only the values in it may come
later. Yet an object comes as an output as a whole where a program applies something to make it or marks it secret,
where it has a transform, and in .NET and Java wherever one value in it is another resource's: their SDKs, and the
engine, say of a whole input what it depends on.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from tenant_email import package_schema as schema
from tenant_email.plugin import wire

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from pulumi.runtime.proto import provider_pb2 as pb

    from tenant_email.json_types import PropsView

_TYPES: Final = "#/types/"


@dataclass(frozen=True)
class _Marks:
    """What is said of an object as a whole, and so of each of its members."""

    is_secret: bool
    urns: frozenset[str]

    def with_those_of(self, fields: MutableMapping[str, struct_pb2.Value]) -> _Marks:
        """Returns these marks and those of an output or a secret."""
        is_secret = _signature(fields) == wire.SECRET or ("secret" in fields and fields["secret"].bool_value)
        listed = fields["dependencies"].list_value.values if "dependencies" in fields else ()
        return _Marks(self.is_secret or is_secret, self.urns | {each.string_value for each in listed})


def open_outputs(request: pb.ConstructRequest) -> None:
    """Gives each member of an input that is an object what the request says of the input as a whole."""
    for name, spec in schema.inputs_of(request.type).items():
        if name in request.inputs.fields and is_known_at_once(spec):
            urns = frozenset(request.inputDependencies[name].urns)
            _open(request.inputs.fields[name], spec, _Marks(is_secret=False, urns=urns))
            request.inputDependencies[name].Clear()


def is_known_at_once(spec: PropsView) -> bool:
    """Returns whether a component must know what a value of this type is: an object, several of them, or a word."""
    is_named = schema.reference(spec).startswith(_TYPES) or bool(schema.discriminator(spec))
    return is_named or (bool(free := schema.items(spec)) and is_known_at_once(free))


def _open(value: struct_pb2.Value, spec: PropsView, marks: _Marks) -> None:
    """Opens a value of this type in place, and all that is in it; a word is what it is, without marks."""
    if not is_known_at_once(spec):
        _mark(value, marks)
        return
    fields = value.struct_value.fields
    while _signature(fields) in (wire.SECRET, wire.OUTPUT) and "value" in fields:
        marks, inner = marks.with_those_of(fields), struct_pb2.Value()
        inner.CopyFrom(fields["value"])
        value.CopyFrom(inner)
        fields = value.struct_value.fields
    if value.HasField("list_value"):
        for each in value.list_value.values:
            _open(each, schema.items(spec), marks)
    if _signature(fields):  # an output that is not known yet
        return
    kind = fields[name].string_value if (name := schema.discriminator(spec)) in fields else None
    free, declared = schema.items(spec), schema.members(spec, kind)
    for key, each in fields.items():
        member = free or declared.get(key, {})
        if key != name and not member.get("plain"):
            _open(each, member, marks)


def _mark(value: struct_pb2.Value, marks: _Marks) -> None:
    """Makes a value an output that is secret, and depends on resources, as the whole was."""
    if value.HasField("null_value") or not (marks.is_secret or marks.urns):
        return
    fields = value.struct_value.fields
    known: struct_pb2.Value | None = value
    if _signature(fields) in (wire.SECRET, wire.OUTPUT):
        marks, known = marks.with_those_of(fields), fields.get("value")
    output = struct_pb2.Value()
    output.struct_value[wire.SIGNATURE] = wire.OUTPUT
    output.struct_value["secret"] = marks.is_secret
    output.struct_value["dependencies"] = sorted(marks.urns)
    if known is not None and known.string_value != rpc.UNKNOWN:
        output.struct_value.fields["value"].CopyFrom(known)
    value.CopyFrom(output)


def _signature(fields: MutableMapping[str, struct_pb2.Value]) -> str:
    return fields[wire.SIGNATURE].string_value if wire.SIGNATURE in fields else ""
