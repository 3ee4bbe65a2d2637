"""Whole resources that a program hands to a component: the SDK knows no class of ours, so their URNs are given."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email import package_schema as schema
from tenant_email.plugin import wire

if TYPE_CHECKING:
    from google.protobuf import struct_pb2
    from pulumi.runtime.proto import provider_pb2 as pb

    from tenant_email.json_types import PropsView

_RESOURCES: Final = "#/resources/"


def refers_to_resource(spec: PropsView) -> bool:
    """Returns whether a value of this type is a whole resource."""
    return schema.reference(spec).startswith(_RESOURCES)


def give_urns(request: pb.ConstructRequest) -> None:
    """Puts the URN in place of each resource among the inputs.

    The SDK would take the id where the reference has one, which is empty for a component, and an Output of it where
    the program says that it depends on more than the resource itself, as programs in YAML do.
    """
    for name, spec in schema.inputs_of(request.type).items():
        if refers_to_resource(spec) and (urn := _urn(request.inputs.fields.get(name))):
            request.inputs.fields[name].string_value = urn
            request.inputDependencies[name].Clear()


def _urn(value: struct_pb2.Value | None) -> str:
    """Returns the URN of a resource, which may be in an output or a secret; empty for anything else."""
    if value is None or not value.HasField("struct_value"):
        return ""
    fields = value.struct_value.fields
    if "urn" in fields:
        return fields["urn"].string_value
    return _urn(fields.get("value")) if wire.SIGNATURE in fields else ""
