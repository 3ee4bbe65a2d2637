"""Properties on the wire, and as the lifecycles have them; names and secrets by the schema, in one walk each way.

Inwards: unknowns as one sentinel, whole numbers as int, absent for null, names in snake_case; recorded properties may
be in either spelling, because a stack may have moved here from the dynamic resources. Outwards: names in camelCase, and
secret what the schema says and what repeats an input that the user marked. Keys of free maps are the user's, and stay.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from google.protobuf import struct_pb2
from pulumi.runtime import rpc

from tenant_email.inputs.unknowns import UNKNOWN
from tenant_email.json_types import is_object, is_sequence
from tenant_email.package_schema import discriminator, items, members
from tenant_email.package_schema.names import camel, snake
from tenant_email.plugin import wire

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from tenant_email.json_types import Json, Props, PropsView

Path = tuple[str, ...]

_EACH: Final = "*"  # in a path, of a list's elements
_DYNAMIC: Final = frozenset({"__provider", "secret_inputs"})  # what only the other face records


class Asset:
    """Stands for an asset, which no input takes."""


class Archive:
    """Stands for an archive, which no input takes."""


class Reference:
    """Stands for a whole resource, which no input takes."""


UNUSABLE: Final[Mapping[type, str]] = {
    Asset: "Pass the text itself.",
    Archive: "Pass the text itself.",
    Reference: "Pass one of its outputs, such as its id.",
}
"""What Pulumi carries and no input takes, and what to do instead."""

_UNUSABLE: Final[Mapping[str, type]] = {
    wire.ASSET: Asset,
    wire.ARCHIVE: Archive,
    wire.RESOURCE: Reference,
}


@dataclass(slots=True)
class Decoded:
    """Plain properties; `marked` are the paths of what is secret on the wire and not so by the schema."""

    props: Props = field(repr=False)
    marked: list[Path]

    @property
    def marked_paths(self) -> list[str]:
        """Returns the marked paths as the lifecycles write them."""
        return [".".join(path) for path in self.marked]


def decode(struct: struct_pb2.Struct | None, properties: PropsView) -> Decoded:
    """Reads properties of these types."""
    decoded = Decoded({}, [])
    if struct is not None:
        decoded.props = _object(struct.fields, properties, (), decoded.marked)
    return decoded


def _object(fields: Mapping[str, struct_pb2.Value], declared: PropsView, at: Path, marked: list[Path]) -> Props:
    found: Props = {}
    # A map of protobuf has another order in each process, and what is said and sent would change with it.
    for key, value in sorted(fields.items()):
        if not at and key in _DYNAMIC:
            continue
        spec, name = _declared(key, declared)
        read = _value(value, spec, (*at, name), marked)
        if read is not None:
            found[name] = read
    return found


def _declared(key: str, declared: PropsView) -> tuple[PropsView, str]:
    """Returns (the type of a property, its name in the lifecycles), in whichever spelling it comes."""
    if key in declared:
        return declared[key], snake(key)
    return declared.get(camel(key), {}), key


def _value(value: struct_pb2.Value, spec: PropsView, at: Path, marked: list[Path]) -> Json:
    kind = value.WhichOneof("kind")
    if kind == "string_value":
        return UNKNOWN if value.string_value == rpc.UNKNOWN else value.string_value
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        inner: list[Path] = []
        read = [_value(each, items(spec), (*at, _EACH), inner) for each in value.list_value.values]
        if inner:  # of a list only the whole can be secret
            marked.append(at)
        return UNKNOWN if any(each is UNKNOWN for each in read) else read
    if kind == "struct_value":
        return _struct(value.struct_value.fields, spec, at, marked)
    return None


def _struct(fields: Mapping[str, struct_pb2.Value], spec: PropsView, at: Path, marked: list[Path]) -> Json:
    signature = fields[wire.SIGNATURE].string_value if wire.SIGNATURE in fields else ""
    if signature in (wire.SECRET, wire.OUTPUT):
        if (signature == wire.SECRET or fields["secret"].bool_value) and not spec.get("secret"):
            marked.append(at)
        return _value(fields["value"], spec, at, []) if "value" in fields else UNKNOWN
    if signature:
        return _UNUSABLE.get(signature, Reference)()
    kind = fields[discriminator(spec)].string_value if discriminator(spec) in fields else None
    free, declared = items(spec), members(spec, kind)
    if not free:
        return _object(fields, declared, at, marked)
    pairs = ((key, _value(each, free, (*at, key), marked)) for key, each in sorted(fields.items()))
    return {key: each for key, each in pairs if each is not None}


def encode(props: PropsView, properties: PropsView, marked: Collection[Path] = ()) -> struct_pb2.Struct:
    """Writes properties of these types; `marked` are the paths, as the lifecycles write them, of what is secret."""
    return struct_pb2.Struct(fields=_fields(props, properties, (), frozenset(marked)))


def _fields(props: PropsView, declared: PropsView, at: Path, marked: frozenset[Path]) -> dict[str, struct_pb2.Value]:
    written: dict[str, struct_pb2.Value] = {}
    for name, value in props.items():
        key = camel(name)
        spec: PropsView = declared.get(key) or {}
        if value is not None:
            written[key if spec else name] = _sealed(value, spec, (*at, name), marked)
    return written


def _sealed(value: Json, spec: PropsView, at: Path, marked: frozenset[Path]) -> struct_pb2.Value:
    plain = _written(value, spec, at, marked)
    if not (spec.get("secret") or at in marked):
        return plain
    signature = struct_pb2.Value(string_value=wire.SECRET)
    return struct_pb2.Value(struct_value=struct_pb2.Struct(fields={wire.SIGNATURE: signature, "value": plain}))


def _written(value: Json, spec: PropsView, at: Path, marked: frozenset[Path]) -> struct_pb2.Value:
    if value is UNKNOWN:
        return struct_pb2.Value(string_value=rpc.UNKNOWN)
    if isinstance(value, bool):
        return struct_pb2.Value(bool_value=value)
    if isinstance(value, int | float):
        return struct_pb2.Value(number_value=value)
    if is_sequence(value):
        each = [_sealed(item, items(spec), (*at, _EACH), frozenset()) for item in value]
        return struct_pb2.Value(list_value=struct_pb2.ListValue(values=each))
    if is_object(value):
        return struct_pb2.Value(struct_value=struct_pb2.Struct(fields=_members(value, spec, at, marked)))
    return struct_pb2.Value(string_value=str(value))


def _members(value: Props, spec: PropsView, at: Path, marked: frozenset[Path]) -> dict[str, struct_pb2.Value]:
    if free := items(spec):
        pairs: Any = ((key, each) for key, each in value.items() if each is not None)
        return {key: _sealed(each, free, (*at, key), marked) for key, each in pairs}
    return _fields(value, members(spec, value.get(snake(discriminator(spec)))), at, marked)
