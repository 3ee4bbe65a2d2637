"""How the resources of a component are registered that the plug-in constructs: as its own, by the schema's names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email import package_schema as schema
from tenant_email.json_types import Json, is_object, is_sequence
from tenant_email.package_schema.names import camel, declared_as, snake
from tenant_email.plugin.words import names
from tenant_email.resources.secrecy import is_output

if TYPE_CHECKING:
    import pulumi

    from tenant_email.json_types import Props, PropsView
    from tenant_email.resources.lifecycles import LifecycleReference


_IF_ANY: Final = {"smtpHost": "_smtp_host_if_any"}
"""Outputs that are an error where there is none: a component that is looked at whole may do without."""


class _UsersKey(str):
    """A key of a free map, such as a tag, which is no property whatever it is called."""

    __slots__ = ()


class PluginFace:
    """The plug-in: what is secret travels as such, so that nothing has to be marked."""

    needs_marks = False
    sees_stack_config = False

    def registration(self, lifecycle: LifecycleReference, type_name: str, props: Props) -> tuple[str, Props]:
        """Returns the type of the plug-in's resource, and its properties with what is in them by the schema's names."""
        token = schema.token(type_name.rpartition(":")[2])
        declared = schema.properties_of(token)
        # the SDK names the properties themselves, by `input_name`: it keeps their outputs under the names given here
        return token, {name: _value(value, declared.get(camel(name), {})) for name, value in props.items()}

    def former_types(self, type_name: str) -> list[str]:
        """Returns the type of the dynamic resource: a component's parts have no SDK that would name it."""
        return [f"pulumi-python:{type_name}"]

    def outputs(self, component: pulumi.ComponentResource, shown: Props) -> Props:
        """Returns all outputs: a program that hands the component over does so by what the engine knows of it."""
        token = schema.token(type(component).__name__)
        return outputs_of(component, schema.load()["resources"][token]["properties"])

    def input_name(self, name: str) -> str:
        """Returns the name of an input; the SDK asks at every depth."""
        if isinstance(name, _UsersKey):
            return str(name)
        return camel(name) if name in names() else name

    def output_name(self, name: str) -> str:
        """Returns the attribute of an output; the SDK asks at every depth."""
        return written if (written := snake(name)) in names() else name


def _value(value: Json, spec: PropsView) -> Json:
    if is_sequence(value):
        return [_value(each, schema.items(spec)) for each in value]
    if not is_object(value):
        return value
    if free := schema.items(spec):
        return {_UsersKey(key): _value(each, free) for key, each in value.items()}
    declared = schema.members(spec, value.get(snake(schema.discriminator(spec))))
    return {declared_as(name, declared): _value(each, declared.get(camel(name), {})) for name, each in value.items()}


def outputs_of(component: pulumi.ComponentResource, declared: PropsView) -> Props:
    """Returns the outputs of a component that are there, by their names in the schema."""
    attributes = {name: _IF_ANY.get(name, snake(name)) for name in declared}
    found = {name: _written(getattr(component, attributes[name], None), spec) for name, spec in declared.items()}
    return {name: value for name, value in found.items() if value is not None}


def _written(value: Json, spec: PropsView) -> Json:
    """Returns an output with its names as the schema has them."""
    if is_output(value):
        return value.apply(lambda known: _written(known, spec))
    if is_sequence(value):
        return [_written(each, schema.items(spec)) for each in value]
    if is_object(value):
        declared = schema.members(spec)
        return {declared_as(key, declared): each for key, each in value.items()}
    return value
