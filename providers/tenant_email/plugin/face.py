"""How the resources of a component are registered that the plug-in constructs: as its own, by the schema's names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.json_types import Json, is_object, is_sequence
from tenant_email.plugin import schema
from tenant_email.plugin.names import camel, snake

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView
    from tenant_email.resources.lifecycles import LifecycleReference


class PluginFace:
    """The plug-in: what is secret travels as such, so that nothing has to be marked."""

    needs_marks = False

    def registration(self, lifecycle: LifecycleReference, type_name: str, props: Props) -> tuple[str, Props]:
        """Returns the type of the plug-in's resource, and its properties by their names in the schema."""
        token = schema.token(type_name.rpartition(":")[2])
        return token, _renamed(props, schema.properties_of(token))

    def output_name(self, name: str) -> str:
        """Returns the attribute of an output."""
        return snake(name)


def _renamed(props: PropsView, declared: PropsView) -> Props:
    return {
        camel(name) if camel(name) in declared else name: _value(value, declared.get(camel(name), {}))
        for name, value in props.items()
    }


def _value(value: Json, spec: PropsView) -> Json:
    if is_sequence(value):
        return [_value(each, schema.items(spec)) for each in value]
    if not is_object(value):
        return value
    if free := schema.items(spec):
        return {key: _value(each, free) for key, each in value.items()}
    return _renamed(value, schema.members(spec, value.get(snake(schema.discriminator(spec)))))
