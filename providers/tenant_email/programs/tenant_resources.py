"""From the inputs of a tenant's resources to what a program writes for them, with the id that each is imported by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.programs.found import FoundResource, Reference
from tenant_email.programs.settings import construct

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.programs.found import Value

_MAIN: Final = "main"
_UNKEYED: Final = frozenset({"tenant", "settings"})


def provider_resource(
    id_: str, inputs: Mapping[str, Value], prefix: str = "", notes: tuple[str, ...] = ()
) -> FoundResource:
    """Returns the EmailProvider of these inputs; `prefix` is of its name, and of its files, where there are several."""
    return FoundResource("EmailProvider", f"{prefix}email", id_, _arguments(inputs, prefix), notes)


def template_resource(
    id_: str, inputs: Mapping[str, Value], provider: FoundResource | None, prefix: str = "", notes: tuple[str, ...] = ()
) -> FoundResource:
    """Returns the EmailTemplate of these inputs, behind the provider of its tenant."""
    key = id_.partition("/email-template/")[2].replace("/", "-")
    arguments = _arguments(inputs, prefix)
    if provider is not None:
        arguments["provider_id"] = Reference(provider, "id")
    return FoundResource("EmailTemplate", f"{prefix}{key}", id_, arguments, notes)


def esv_resource(resource: str, id_: str, inputs: Mapping[str, Value], notes: tuple[str, ...] = ()) -> FoundResource:
    """Returns the EsvVariable or EsvSecret of these inputs."""
    arguments = {**_tenant(inputs), **{name: value for name, value in inputs.items() if name != "tenant"}}
    return FoundResource(f"pingone_aic.{resource}", str(inputs["esv"]), id_, arguments, notes)


def _arguments(inputs: Mapping[str, Value], prefix: str) -> dict[str, Value]:
    settings = inputs["settings"]
    assert isinstance(settings, dict)  # noqa: S101 - inputs have it so
    rest = {name: value for name, value in inputs.items() if name not in _UNKEYED}
    folder = f"templates/{prefix.rstrip('-')}" if prefix else "templates"
    return {**_tenant(inputs), "settings": construct(settings, folder), **rest}


def _tenant(inputs: Mapping[str, Value]) -> dict[str, Value]:
    """Returns the argument that names the tenant, where it is not the usual one."""
    name = inputs.get("tenant", _MAIN)
    return {} if name == _MAIN else {"tenant": name}
