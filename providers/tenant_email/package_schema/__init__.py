"""The Pulumi package schema, as it is packaged: what the plug-in knows of names, types and secrets without pydantic.

`python -m tenant_email.plugin.describe --write` writes it from the models.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView

PATH: Final = Path(__file__).with_name("schema.json")
PACKAGE: Final = "tenant-email"
_TYPES: Final = "#/types/"
_NOTHING: Final[PropsView] = {}


@cache
def text() -> str:
    """Returns the schema as it stands in its file, which is what Pulumi asks for."""
    return PATH.read_text(encoding="utf-8")


@cache
def load() -> Props:
    """Returns the schema, read once; nobody changes it."""
    found: Props = json.loads(text())
    return found


def token(name: str) -> str:
    """Returns the type token of a resource or component."""
    return f"{PACKAGE}:index:{name}"


def name_of(type_token: str) -> str:
    """Returns the name of the resource or component that a type token stands for."""
    return type_token.rpartition(":")[2]


@cache
def inputs_of(type_token: str) -> PropsView:
    """Returns the inputs of a resource or component, by name; raises KeyError for one that is not in the schema.

    With those that no program writes: how a part of a component reaches AWS is as the component's own provider says.
    """
    described = load()["resources"][type_token]
    inputs: PropsView = described.get("inputProperties", _NOTHING)
    if "region" in inputs and not described.get("isComponent"):
        return {**inputs, "awsProvider": {**config()["aws"], "secret": True}}
    return inputs


@cache
def properties_of(type_token: str) -> PropsView:
    """Returns inputs and outputs of a resource or component, by name."""
    outputs: PropsView = load()["resources"][type_token].get("properties", _NOTHING)
    return {**outputs, **inputs_of(type_token)}


def config() -> PropsView:
    """Returns the inputs of the provider itself."""
    inputs: PropsView = load()["provider"]["inputProperties"]
    return inputs


def members(spec: PropsView, kind: object = None) -> PropsView:
    """Returns the properties that an object of a type has; none of a free map.

    `kind`: what tells the types of a union apart; where it names none, the properties of all are returned.
    """
    if (found := reference(spec, kind)).startswith(_TYPES):
        properties: PropsView = load()["types"][found.removeprefix(_TYPES)].get("properties", _NOTHING)
        return properties
    return {name: each for option in spec.get("oneOf", ()) for name, each in members(option).items()}


def reference(spec: PropsView, kind: object = None) -> str:
    """Returns the reference to the named type of an object; empty where there is none, or `kind` tells none apart.

    Of a union without such a kind, as of a word or an object, it is that of the one object.
    """
    if named := spec.get("$ref", ""):
        return str(named)
    if mapping := spec.get("discriminator", _NOTHING).get("mapping", _NOTHING):
        return mapping.get(kind, "") if isinstance(kind, str) else ""
    objects = [named for option in spec.get("oneOf", ()) if (named := reference(option)) and _is_object(named)]
    return objects[0] if len(objects) == 1 else ""


def _is_object(named: str) -> bool:
    return "properties" in load()["types"].get(named.removeprefix(_TYPES), _NOTHING)


def required(named: str) -> tuple[str, ...]:
    """Returns the properties that an object of a named type must have."""
    return tuple(load()["types"].get(named.removeprefix(_TYPES), _NOTHING).get("required", ()))


def discriminator(spec: PropsView) -> str:
    """Returns the property that tells the types of a union apart; empty where there is none."""
    name: str = spec.get("discriminator", _NOTHING).get("propertyName", "")
    return name


def kinds(spec: PropsView) -> list[str]:
    """Returns what the property that tells the types of a union apart may be; none of anything else."""
    return [*spec.get("discriminator", _NOTHING).get("mapping", _NOTHING)]


def items(spec: PropsView) -> PropsView:
    """Returns the type of what a list or a free map holds; nothing is known of the rest."""
    found: PropsView = spec.get("items") or spec.get("additionalProperties") or _NOTHING
    return found
