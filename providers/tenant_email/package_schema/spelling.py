"""Properties that the plug-in recorded, by the names of the lifecycles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email import package_schema as schema
from tenant_email.json_types import Json, is_list, is_object
from tenant_email.package_schema.names import snake

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView


def from_plugin(name: str, recorded: PropsView) -> Props:
    """Returns what the plug-in recorded of a resource of this name; keys of free maps are the user's, and stay."""
    return _object(recorded, schema.properties_of(schema.token(name)))


def _object(values: PropsView, declared: PropsView) -> Props:
    return {snake(key) if key in declared else key: _value(each, declared.get(key, {})) for key, each in values.items()}


def _value(value: Json, spec: PropsView) -> Json:
    if is_list(value):
        return [_value(each, schema.items(spec)) for each in value]
    if not is_object(value):
        return value
    if free := schema.items(spec):
        return {key: _value(each, free) for key, each in value.items()}
    return _object(value, schema.members(spec, value.get(schema.discriminator(spec))))
