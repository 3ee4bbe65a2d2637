"""By which face Pulumi reaches the resources that this process registers: dynamic providers, or the plug-in.

A program's resources are dynamic ones. Those of a component that the plug-in constructs are the plug-in's own, because
the program that asks for it may have no Python in which a dynamic one could run.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from pulumi.dynamic.dynamic import PROVIDER_KEY

if TYPE_CHECKING:
    import pulumi

    from tenant_email.json_types import Props
    from tenant_email.resources.lifecycles import LifecycleReference


class Face(Protocol):
    """How a resource is registered."""

    needs_marks: bool
    """Whether what is secret has to be marked for the lifecycle, which sees every value in clear."""
    sees_stack_config: bool
    """Whether the lifecycle sees all of the stack's config, keys for AWS among it."""

    def registration(self, lifecycle: LifecycleReference, type_name: str, props: Props) -> tuple[str, Props]:
        """Returns (type token, properties) of a resource whose Python type is `type_name`."""
        ...

    def former_types(self, type_name: str) -> list[str]:
        """Returns the type tokens under which a state may have the resource from another face."""
        ...

    def outputs(self, component: pulumi.ComponentResource, shown: Props) -> Props:
        """Returns the outputs that a component registers; `shown` are those that a program's console shows."""
        ...

    def input_name(self, name: str) -> str:
        """Returns the name of an input as the engine has it."""
        ...

    def output_name(self, name: str) -> str:
        """Returns the attribute of an output, from its name as the engine has it."""
        ...


class DynamicFace:
    """The SDK's dynamic providers."""

    needs_marks = True
    sees_stack_config = True

    def registration(self, lifecycle: LifecycleReference, type_name: str, props: Props) -> tuple[str, Props]:
        """Returns the type of a dynamic resource; its lifecycle goes with it."""
        # not Pulumi's own constructor of dynamic resources, which makes the pickle of an instance in the program
        return f"pulumi-python:{type_name}", {**props, PROVIDER_KEY: lifecycle.pickled}

    def former_types(self, type_name: str) -> list[str]:
        """Returns none: an alias of each resource would be sent for the few that ever were another face's."""
        return []

    def outputs(self, component: pulumi.ComponentResource, shown: Props) -> Props:
        """Returns what is shown: all else the program has in its own hands."""
        return shown

    def input_name(self, name: str) -> str:
        """Returns the name as it is."""
        return name

    def output_name(self, name: str) -> str:
        """Returns the name as it is."""
        return name


_current: Face = DynamicFace()


def current() -> Face:
    """Returns the face of this process."""
    return _current


def use(face: Face) -> None:
    """Sets the face of this process, before it registers anything."""
    global _current  # noqa: PLW0603 - Pulumi knows of no face, so a constructor has to find it here
    _current = face
