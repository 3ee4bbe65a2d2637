"""Turns property values of the wire into Python's and back: unknowns and secrets keep their marks."""

from collections.abc import Mapping
from typing import Any, TypeGuard

from google.protobuf import json_format, struct_pb2

Properties = dict[str, Any]

# these three are Pulumi's own marks for values on the wire (sdk/python, pulumi.runtime.rpc)
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a type mark, not a secret


def from_wire(struct: struct_pb2.Struct) -> Properties:
    """Reads a Struct; whole numbers become int again."""
    return {key: _whole(value) for key, value in json_format.MessageToDict(struct).items()}


def to_wire(properties: Mapping[str, Any]) -> struct_pb2.Struct:
    """Writes a Struct, without the properties that have no value."""
    struct = struct_pb2.Struct()
    json_format.ParseDict({key: value for key, value in properties.items() if value is not None}, struct)
    return struct


def is_map(value: Any) -> TypeGuard[dict[str, Any]]:
    """Tells a map from the other JSON values."""
    return isinstance(value, dict)


def is_list(value: Any) -> TypeGuard[list[Any]]:
    """Tells a list from the other JSON values."""
    return isinstance(value, list)


def plain(value: Any) -> Any:
    """Takes the secret marks off."""
    if is_map(value):
        if value.get(SIGNATURE) == SECRET:
            return plain(value.get("value"))
        return {key: plain(each) for key, each in value.items()}
    return [plain(each) for each in value] if is_list(value) else value


def has_secret(value: Any) -> bool:
    """Returns whether a value is, or contains, a secret."""
    return bool(plain(value) != value)


def has_unknown(value: Any) -> bool:
    """Returns whether a value is, or contains, something that is not known in a preview."""
    if is_map(value):
        return any(has_unknown(each) for each in value.values())
    if is_list(value):
        return any(has_unknown(each) for each in value)
    return bool(value == UNKNOWN)


def mark(properties: Mapping[str, Any], secret_names: frozenset[str]) -> Properties:
    """Marks the named properties as secret."""
    return {
        key: {SIGNATURE: SECRET, "value": value} if key in secret_names and value is not None else value
        for key, value in properties.items()
    }


def secret_names(properties: Mapping[str, Any]) -> frozenset[str]:
    """Names the properties that hold a secret."""
    return frozenset(key for key, value in properties.items() if has_secret(value))


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_map(value):
        return {key: _whole(each) for key, each in value.items()}
    return [_whole(each) for each in value] if is_list(value) else value
