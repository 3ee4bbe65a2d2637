"""What all resources share: type tokens that subclasses keep, Pulumi's options, settings as properties."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pulumi
from pulumi.dynamic import Resource

from tenant_email.resources.arguments import carried

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pulumi.dynamic import ResourceProvider

    from tenant_email.capabilities import OnDelete, OnExisting


class Named(Resource):
    """A dynamic resource whose subclasses keep its type token, so that a user's subclass changes no state."""

    _resource_type_name: ClassVar[str]

    def __init_subclass__(cls, module: str = "", name: str = "", **kwargs: Any) -> None:
        inherited = getattr(cls, "_resource_type_name", "")
        super().__init_subclass__(module=module, name=name, **kwargs)
        if not name:
            cls._resource_type_name = inherited

    def __init__(
        self, lifecycle: ResourceProvider, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions
    ) -> None:
        carried(name, props)
        super().__init__(lifecycle, name, props, opts)


def options_for(
    opts: pulumi.ResourceOptions | None, on_delete: OnDelete | None, secrets: Sequence[str] = ()
) -> tuple[pulumi.ResourceOptions, str | None]:
    """Returns (options for Pulumi, the id to import or None).

    A dynamic resource never receives a provider. "retain" also keeps the engine from calling delete.
    """
    merged = pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(additional_secret_outputs=list(secrets)))
    import_id = merged.import_
    merged.import_ = merged.provider = None
    if on_delete == "retain" and merged.retain_on_delete is None:
        merged.retain_on_delete = True
    return merged, import_id


def existing(on_existing: OnExisting | None, import_id: str | None, default: OnExisting = "fail") -> dict[str, Any]:
    """Returns the inputs that say what to do with what exists; see lifecycle/imports.py."""
    importing = import_id is not None and on_existing != "adopt"
    return {"on_existing": "import" if importing else on_existing or default, "import_id": import_id}
