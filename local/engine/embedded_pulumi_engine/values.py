"""Property values as they travel between the SDK, the engine and the plug-ins.

One representation serves everywhere: JSON values in which a secret is `{SIGNATURE: SECRET, "value": ...}` and an
unknown is a fixed string, exactly as on the wire. So nothing has to be converted between the program and a plug-in.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, Final, TypeAlias, TypeGuard, cast

from google.protobuf import struct_pb2

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

Value: TypeAlias = Any
Props: TypeAlias = dict[str, Value]

SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
SECRET: Final = "1b47061264138c4ac30d75fd1eb44270"  # noqa: S105 - a type tag of the wire format, not a password
RESOURCE: Final = "5cf8f73096256a8f31e491e813e4eb8e"
OUTPUT: Final = "d0e6a833031e9bbcd3f4e8bde6ca49a4"
UNKNOWN: Final = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
LOOPBACK: Final = "127.0.0.1"
CHANNEL_OPTIONS: Final = [
    ("grpc.max_receive_message_length", 400 * 2**20),  # the SDK's own limit, in bytes
    ("grpc.enable_http_proxy", 0),  # what is asked is on this machine
]
_LARGEST_EXACT: Final = 2**53
_CONTAINERS: Final = (dict, list)


def is_object(value: Value) -> TypeGuard[Props]:
    """Returns whether the value is a plain object: a dict that carries no signature."""
    return isinstance(value, dict) and SIGNATURE not in value


def is_array(value: Value) -> TypeGuard[list[Value]]:
    """Returns whether the value is a list."""
    return isinstance(value, list)


def is_tagged(value: Value, tag: str) -> TypeGuard[Props]:
    """Returns whether the value is a dict that carries the given signature."""
    return isinstance(value, dict) and cast("Props", value).get(SIGNATURE) == tag


def is_secret(value: Value) -> bool:
    """Returns whether the value itself is a secret."""
    return is_tagged(value, SECRET)


def seal(value: Value) -> Props:
    """Makes a secret of the value; one that is secret already stays as it is."""
    return cast("Props", value) if is_secret(value) else {SIGNATURE: SECRET, "value": value}


def children(value: Value) -> list[Value]:
    """Lists the values directly inside a value."""
    if isinstance(value, dict):
        return list(cast("Props", value).values())
    return value if is_array(value) else []


def has_secret(value: Value) -> bool:
    """Returns whether a secret lies anywhere in the value."""
    return is_secret(value) or any(has_secret(child) for child in children(value) if isinstance(child, _CONTAINERS))


def has_unknown(value: Value) -> bool:
    """Returns whether an unknown lies anywhere in the value."""
    return value == UNKNOWN or any(has_unknown(child) for child in children(value))


def walk(value: Value, step: Callable[[Value], Value]) -> Value:
    """Returns the value with `step` applied to each object and list directly inside of it; most others are texts."""
    if isinstance(value, dict):
        items = cast("Props", value).items()
        return {key: step(child) if isinstance(child, _CONTAINERS) else child for key, child in items}
    if is_array(value):
        return [step(child) if isinstance(child, _CONTAINERS) else child for child in value]
    return value


def reveal(value: Value) -> Value:
    """Returns the value with every secret opened."""
    return reveal(value["value"]) if is_secret(value) else walk(value, reveal)


def mask(value: Value) -> Value:
    """Returns the value as people may see it."""
    if is_secret(value):
        return "[secret]"
    if is_tagged(value, RESOURCE):
        return value.get("id") or value.get("urn", "")
    if isinstance(value, dict):
        return {key: mask(child) for key, child in cast("Props", value).items()}
    if isinstance(value, list):
        return [mask(child) for child in children(value)]
    return "[unknown]" if value == UNKNOWN else value


def annotate(outputs: Props, inputs: Props) -> Props:
    """Marks secret in the outputs what is secret at the same key path in the inputs.

    Lists are not entered: one secret element makes the whole list a secret, as in Pulumi's own engine.
    """
    marked = dict(outputs)
    for key in outputs.keys() & inputs.keys():
        theirs, ours = outputs[key], inputs[key]
        if is_object(theirs) and is_object(ours):
            marked[key] = annotate(theirs, ours)
        elif has_secret(ours):
            marked[key] = seal(theirs)
    return marked


def raise_outputs(value: Value) -> Value:
    """Returns the value with secrets and unknowns as output values, the only form in which a transform gets them."""
    if is_tagged(value, OUTPUT):
        return value
    if is_tagged(value, SECRET):
        inner = value["value"]
        return {SIGNATURE: OUTPUT, "secret": True, **({} if has_unknown(inner) else {"value": reveal(inner)})}
    if value == UNKNOWN:
        return {SIGNATURE: OUTPUT}
    if isinstance(value, dict):
        return {key: raise_outputs(child) for key, child in cast("Props", value).items()}
    return [raise_outputs(child) for child in children(value)] if isinstance(value, list) else value


def lower_outputs(value: Value) -> Value:
    """Returns the value with output values as secrets and unknowns, as everything else has them."""
    if is_tagged(value, OUTPUT):
        inner = lower_outputs(value["value"]) if "value" in value else UNKNOWN
        return seal(inner) if value.get("secret") else inner
    return walk(value, lower_outputs)


def leaves(value: Value) -> list[str]:
    """Lists the texts and numbers inside a value, as text; what is to be hidden when the value is a secret."""
    if isinstance(value, (dict, list)):
        return [leaf for child in children(cast("Value", value)) for leaf in leaves(child)]
    return [] if value is None or isinstance(value, bool) else [str(value)]


def secrets_in(*values: Value) -> list[str]:
    """Lists the texts that must not be shown of values that belong together, as a resource's inputs and outputs do.

    A secret text or number is one of them always. Of a secret object or list, which may be one for a single part of it,
    a part that also stands in clear in these values is none: hiding it would only mangle what may be read anyway.
    """
    secrets: list[Value] = []
    clear: set[str] = set()
    if not _has_signature(list(values)):  # as in most resources
        return []
    for value in values:
        _part(value, secrets, clear)
    whole = [leaf for secret in secrets if not children(secret) for leaf in leaves(secret)]
    return whole + [leaf for secret in secrets if children(secret) for leaf in leaves(secret) if leaf not in clear]


def _has_signature(value: Value) -> bool:
    if isinstance(value, dict) and SIGNATURE in value:
        return True
    return any(_has_signature(child) for child in children(cast("Value", value)) if isinstance(child, _CONTAINERS))


def _part(value: Value, secrets: list[Value], clear: set[str]) -> None:
    if isinstance(value, str):  # which most values are
        clear.add(value)
    elif is_tagged(value, SECRET) or (is_tagged(value, OUTPUT) and value.get("secret")):
        secrets.append(reveal(value.get("value")))
    elif found := children(value):
        for child in found:
            _part(child, secrets, clear)
    else:
        clear.update(leaves(value))


def to_struct(props: Props, opened: Collection[str] = ()) -> struct_pb2.Struct:
    """Converts properties to protobuf.

    `opened` are the signatures that the receiver does not accept: it gets what a SECRET holds, and the id or the URN of
    a RESOURCE.
    """
    message = struct_pb2.Value()
    _put(message, props, opened)
    return message.struct_value


def _put(message: struct_pb2.Value, value: Value, opened: Collection[str]) -> None:
    """Sets a protobuf value; what is opened on the way is not copied before, since an operation sends each often."""
    if isinstance(value, str):
        message.string_value = value
    elif isinstance(value, dict):
        held = cast("Props", value)
        if SIGNATURE in held and held[SIGNATURE] in opened:
            _put(message, _content(held), opened)
            return
        struct = message.struct_value
        struct.SetInParent()
        fields = struct.fields
        for key, child in held.items():
            _put(fields[key], child, opened)
    elif isinstance(value, list):
        message.list_value.SetInParent()
        for child in children(cast("Value", value)):
            _put(message.list_value.values.add(), child, opened)
    elif value is None:
        message.null_value = struct_pb2.NULL_VALUE
    elif isinstance(value, bool):
        message.bool_value = value
    else:
        message.number_value = value


def _content(value: Props) -> Value:
    """Returns what a secret holds, or the id of a resource that has one, else its URN."""
    if value[SIGNATURE] == SECRET:
        return value["value"]
    return value["id"] if "id" in value else value.get("urn", "")


def from_struct(struct: struct_pb2.Struct) -> Props:
    """Converts protobuf to properties; whole numbers come back as int, as they are written in states."""
    return {key: from_value(value) for key, value in struct.fields.items()}


def from_value(value: struct_pb2.Value) -> Value:
    """Converts one protobuf value; raises ValueError for a number that JSON does not have."""
    kind = value.WhichOneof("kind")
    if kind == "struct_value":
        return from_struct(value.struct_value)
    if kind == "list_value":
        return [from_value(item) for item in value.list_value.values]
    if kind == "number_value":
        return _whole(value.number_value)
    return None if kind is None or kind == "null_value" else getattr(value, kind)


def _whole(number: float) -> float:
    if not math.isfinite(number):
        msg = f"{number} is not a number that a state can hold"
        raise ValueError(msg)
    return int(number) if number.is_integer() and abs(number) < _LARGEST_EXACT else number
