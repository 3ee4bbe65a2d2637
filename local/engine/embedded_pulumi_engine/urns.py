"""URNs: the names under which Pulumi keeps resources.

`urn:pulumi:{stack}::{project}::{type of parent}${type}::{name}`, where the chain of parent types leaves out the stack.
"""

from __future__ import annotations

from typing import Final

STACK_TYPE: Final = "pulumi:pulumi:Stack"
PROVIDER_PREFIX: Final = "pulumi:providers:"
DYNAMIC_PACKAGE: Final = "pulumi-python"


def make(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """Returns the URN of a resource; `parent` is a URN or empty."""
    chain = qualified_type(parent) if parent else ""
    prefix = f"{chain}$" if chain and chain != STACK_TYPE else ""
    return f"urn:pulumi:{stack}::{project}::{prefix}{type_}::{name}"


def stack_of(urn: str) -> str:
    """Returns the stack's name."""
    return urn.split("::", 1)[0].removeprefix("urn:pulumi:")


def project_of(urn: str) -> str:
    """Returns the project's name."""
    return urn.split("::", 2)[1]


def qualified_type(urn: str) -> str:
    """Returns the chain of types."""
    return urn.split("::", 3)[2]


def type_of(urn: str) -> str:
    """Returns the resource's own type."""
    return qualified_type(urn).rsplit("$", 1)[-1]


def name_of(urn: str) -> str:
    """Returns the resource's name."""
    return urn.split("::", 3)[3]


def is_provider(type_: str) -> bool:
    """Returns whether the type is that of a provider resource."""
    return type_.startswith(PROVIDER_PREFIX)


def package_of(type_: str) -> str:
    """Returns the package that serves a type token or a function token."""
    return type_.removeprefix(PROVIDER_PREFIX) if is_provider(type_) else type_.split(":", 1)[0]


def is_default_provider(urn: str) -> bool:
    """Returns whether the engine itself made this provider; such resources are not shown or counted."""
    return is_provider(type_of(urn)) and (name_of(urn) == "default" or name_of(urn).startswith("default_"))


def split_reference(reference: str) -> tuple[str, str]:
    """Splits a provider reference, `urn::id`."""
    urn, _, identifier = reference.rpartition("::")
    return urn, identifier
