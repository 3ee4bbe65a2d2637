"""The resources of environment-specific values (ESVs): variables, secrets, and the restart that loads them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

from tenant_email.platforms.pingone_aic.placeholders import esv as placeholder_of
from tenant_email.resources import lifecycles
from tenant_email.resources.arguments import as_secret, require_list, require_text
from tenant_email.resources.base import Named, existing_inputs, options_for, options_without_import
from tenant_email.resources.duplicates import only_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from tenant_email.inputs.fields import DeleteOrRetain
    from tenant_email.json_types import Props
    from tenant_email.lifecycle.esv_variable import ExpressionType

_PLATFORM: Final = "pingone_aic"


class EsvVariable(Named, module="tenant-email", name="EsvVariable"):
    """A variable of one environment; everybody who may read ESVs there can read it.

    Args:
        name: the resource's name in the stack.
        tenant: the name of a tenant in the stack config `tenant-email:tenants`.
        esv: its name, with or without `esv-` in front; another name is another variable.
        value: its value; numbers and booleans are written as the API wants them.
        expression_type: what placeholders give out; it can never be changed.
        description: as the console shows it.
        on_existing: "fail" says what exists; "adopt" takes it over, and a destroy leaves it.
        on_delete: omitted, what was created is deleted, unless someone else changed it since; or "delete", "retain".
        opts: Pulumi's options; `import_`, the id, means adopt without a write, unless on_existing is "adopt".

    """

    secret_outputs = frozenset({"last_written"})

    tenant: pulumi.Output[str]
    esv: pulumi.Output[str]
    value: pulumi.Output[str]
    revision: pulumi.Output[int]
    """How many writes needed a restart, for an EsvRestart."""
    adopted: pulumi.Output[bool]
    """Whether it was there before, so that a destroy leaves it."""
    last_written: pulumi.Output[Props]
    """The variable as the last write left it (secret)."""
    placeholder: pulumi.Output[str]
    """What stands for its value in configuration: `&{esv.…}`."""

    def __init__(
        self,
        name: str,
        *,
        tenant: str = "main",
        esv: str,
        value: pulumi.Input[str | int | bool],
        expression_type: ExpressionType = "string",
        description: pulumi.Input[str] = "",
        on_existing: Literal["fail", "adopt"] = "fail",
        on_delete: DeleteOrRetain | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        require_text(name, tenant=tenant, esv=esv, on_existing=on_existing or "fail")
        only_once(name, esv, _PLATFORM, tenant, f"esv/{placeholder_of(esv)}")
        options, import_id = options_for(opts, on_delete)
        props = {
            "tenant": tenant,
            "esv": esv,
            "value": value,
            "expression_type": expression_type,
            "description": description,
            **existing_inputs(on_existing, import_id),
            "on_delete": on_delete,
            "revision": None,
            "adopted": None,
            "last_written": None,
        }
        super().__init__(lifecycles.ESV_VARIABLE, name, props, options)
        self.placeholder = self.esv.apply(placeholder_of)


class EsvSecret(Named, module="tenant-email", name="EsvSecret"):
    """A secret of one environment; the platform never shows its value again.

    Args:
        name: the resource's name in the stack.
        tenant: the name of a tenant in the stack config `tenant-email:tenants`.
        esv: its name, with or without `esv-` in front; another name is another secret.
        value: a new value is a new version; omitted, the tenant's is kept.
        encoding: what the value is; it can never be changed.
        use_in_placeholders: whether placeholders may name it; it can never be changed.
        description: as the console shows it.
        keep_versions: how many versions stay when one is added, the new one among them; older ones are destroyed, but
            for the one that the tenant runs with until a restart. Omitted, all stay.
        on_existing: "fail" says what exists; "adopt" takes it over, and a destroy leaves it.
        on_delete: omitted, what was created is deleted, unless someone else changed it since; or "delete", "retain".
        opts: Pulumi's options; `import_`, the id, means adopt without a write, unless on_existing is "adopt".

    """

    secret_outputs = frozenset({"last_written"})

    tenant: pulumi.Output[str]
    esv: pulumi.Output[str]
    version: pulumi.Output[str]
    """The active version, for an EsvRestart."""
    adopted: pulumi.Output[bool]
    """Whether it was there before, so that a destroy leaves it."""
    last_written: pulumi.Output[Props]
    """Number and date of the version that the last write made (secret)."""
    placeholder: pulumi.Output[str]
    """What stands for its value in configuration: `&{esv.…}`."""

    def __init__(
        self,
        name: str,
        *,
        tenant: str = "main",
        esv: str,
        value: pulumi.Input[str] | None = None,
        encoding: Literal["generic", "pem", "base64hmac", "base64aes"] = "generic",
        use_in_placeholders: bool = True,
        description: pulumi.Input[str] = "",
        keep_versions: int | None = None,
        on_existing: Literal["fail", "adopt"] = "fail",
        on_delete: DeleteOrRetain | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        require_text(name, tenant=tenant, esv=esv, on_existing=on_existing or "fail")
        only_once(name, esv, _PLATFORM, tenant, f"esv/{placeholder_of(esv)}")
        options, import_id = options_for(opts, on_delete)
        props = {
            "tenant": tenant,
            "esv": esv,
            "value": as_secret(name, "value", value),
            "encoding": encoding,
            "use_in_placeholders": use_in_placeholders,
            "description": description,
            "keep_versions": keep_versions,
            **existing_inputs(on_existing, import_id),
            "on_delete": on_delete,
            "version": None,
            "adopted": None,
            "last_written": None,
        }
        super().__init__(lifecycles.ESV_SECRET, name, props, options, declared=["value"])
        self.placeholder = self.esv.apply(placeholder_of)


class EsvRestart(Named, module="tenant-email", name="EsvRestart"):
    """A restart of the tenant, which takes minutes, when one of these ESVs is not loaded yet; otherwise nothing.

    Make what uses the ESVs depend on it. In Python: `opts=ResourceOptions(depends_on=[restart])`.

    Args:
        name: the resource's name in the stack.
        tenant: the name of a tenant in the stack config `tenant-email:tenants`.
        esvs: the resources that must be loaded.
        timeout: how long to wait, as in "90s", "20m", "1h".
        opts: Pulumi's options.

    """

    tenant: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        *,
        tenant: str = "main",
        esvs: Sequence[EsvVariable | EsvSecret],
        timeout: str = "20m",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        options = options_without_import(name, opts, "Remove import_.")
        require_text(name, tenant=tenant)
        require_list(name, "esvs", esvs, (EsvVariable, EsvSecret), "EsvVariable and EsvSecret resources")
        props: Props = {
            "tenant": tenant,
            "esvs": [each.esv for each in esvs],
            "revisions": [each.version if isinstance(each, EsvSecret) else each.revision for each in esvs],
            "timeout": timeout,
        }
        super().__init__(lifecycles.ESV_RESTART, name, props, options)
