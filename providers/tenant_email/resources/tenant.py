"""The resources of a tenant: its email provider and its templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.platforms.settings import limits_of
from tenant_email.resources import lifecycles
from tenant_email.resources.arguments import require_text, settings_props
from tenant_email.resources.base import Named, declared_secrets, existing_inputs, options_for
from tenant_email.resources.duplicates import only_once, template_only_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pulumi

    from tenant_email.capabilities import OnDelete, OnDrift, OnExisting, Preflight
    from tenant_email.json_types import Props
    from tenant_email.platforms.settings import ProviderSettings, TemplateSettings


class EmailProvider(Named, module="tenant-email", name="EmailProvider"):
    """What sends a tenant's mail.

    Args:
        name: the resource's name in the stack.
        tenant: the name of a tenant in the stack config `tenant-email:tenants`.
        settings: what sends, as one of a platform's kinds, such as `auth0.Smtp`. A secret that is omitted is left as
            the tenant holds it.
        from_address: the built-in sender, `a@b.example` or `Name <a@b.example>`; must be one the transport may use.
        enabled: False keeps the configuration but sends nothing through it.
        on_existing: "fail" says what exists, even when it equals the inputs in all that shows; "adopt" takes it over
            and changes only what differs.
        on_delete: omitted, what was created is deleted and what was adopted is left; or "delete", "disable", "retain".
        on_drift: "fail" compares live with recorded and stops when someone else changed it. No platform has revisions
            to write against, so the look is the last request before the write, after every other check: what someone
            writes within that one round trip, tenths of a second, is not seen.
        preflight: a check of the transport: "connect" tries the server as it will be stored, before the write; "send"
            sends a test email, where the platform can.
        test_recipient: where a test email goes; needed for `preflight="send"`, and enough for it on PingOne AIC.
        sending_domain: the verified domain that `from_address` must lie in. Of settings that `from_ses` made this, and
            the next three, are those of the key that they hold, whatever is given here.
        further_domains: other domains that the key may send from.
        sending_addresses: the only addresses that may send, where a policy says so; `*` and `?` are wildcards.
        sending_names: the only display names that may send, where a policy says so, with the same wildcards.
        opts: Pulumi's options; `import_`, the id, means adopt without a write, unless on_existing is "adopt".

    """

    tenant: pulumi.Output[str]
    settings: pulumi.Output[Props]
    from_address: pulumi.Output[str | None]
    enabled: pulumi.Output[bool]
    live: pulumi.Output[Props]
    """What the tenant showed last of the provider, without secrets, in the platform's own names."""
    adopted: pulumi.Output[bool]
    """Whether it was there before, so that a destroy leaves it."""

    def __init__(
        self,
        name: str,
        *,
        tenant: str = "main",
        settings: ProviderSettings,
        from_address: pulumi.Input[str] | None = None,
        enabled: pulumi.Input[bool] = True,
        on_existing: OnExisting = "fail",
        on_delete: OnDelete | None = None,
        on_drift: OnDrift = "overwrite",
        preflight: Preflight = "off",
        test_recipient: pulumi.Input[str] | None = None,
        sending_domain: pulumi.Input[str] | None = None,
        further_domains: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        sending_addresses: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        sending_names: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        require_text(name, tenant=tenant, on_existing=on_existing, on_drift=on_drift, preflight=preflight)
        shown = settings_props(name, settings)
        only_once(name, "the email provider", settings.kind.partition(".")[0], tenant, "email-provider")
        # `import_` is taken off the options here: the engine's own import sends a dynamic provider no state to load it
        # from.
        options, import_id = options_for(opts, on_delete)
        props = {
            "tenant": tenant,
            "settings": shown,
            "from_address": from_address,
            "enabled": enabled,
            **existing_inputs(on_existing, import_id),
            "on_delete": on_delete,
            "on_drift": on_drift,
            "preflight": preflight,
            "test_recipient": test_recipient,
            "sending_domain": sending_domain,
            "further_domains": further_domains,
            "sending_addresses": sending_addresses,
            "sending_names": sending_names,
            **_of_key(settings),
            # outputs: Pulumi resolves only those that are named among the inputs
            "live": None,
            "secret_digests": None,
            "adopted": None,
            "written_identity": None,
        }
        super().__init__(lifecycles.EMAIL_PROVIDER, name, props, options, declared=declared_secrets(settings))


class EmailTemplate(Named, module="tenant-email", name="EmailTemplate"):
    """One email template of a tenant.

    Args:
        name: the resource's name in the stack.
        tenant: the name of a tenant in the stack config `tenant-email:tenants`.
        settings: the template, of a platform's kind, such as `auth0.Template`. An option that is omitted is not
            managed.
        provider_id: the id of the EmailProvider, so that the template is applied after it and removed before it.
        on_existing: "adopt", the default, takes an existing template over, with a snapshot that a destroy puts back;
            "fail" says what exists.
        sending_domain: as in EmailProvider, for the template's own `from_address`; else that of the EmailProvider that
            the program has for the tenant.
        further_domains: as in EmailProvider.
        sending_addresses: as in EmailProvider.
        sending_names: as in EmailProvider.
        on_delete: omitted, what was created is deleted (on Auth0: disabled) and what was adopted is restored, unless
            someone else changed it since; or "delete", "disable", "restore", "retain", whoever changed it.
        opts: Pulumi's options; `import_`, the id, means adopt without a write, unless on_existing is "adopt".

    """

    secret_outputs = frozenset({"snapshot", "last_written"})

    tenant: pulumi.Output[str]
    settings: pulumi.Output[Props]
    live: pulumi.Output[Props]
    """What the tenant showed last of the template, in the platform's own names."""
    adopted: pulumi.Output[bool]
    """Whether it was there before, so that a destroy restores it."""
    snapshot: pulumi.Output[Props | None]
    """The template as it was before it was adopted (secret)."""
    last_written: pulumi.Output[Props | None]
    """The template as the last write left it (secret), where someone else changed it since; else `live` is that."""

    def __init__(
        self,
        name: str,
        *,
        tenant: str = "main",
        settings: TemplateSettings,
        provider_id: pulumi.Input[str] | None = None,
        sending_domain: pulumi.Input[str] | None = None,
        further_domains: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        sending_addresses: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        sending_names: pulumi.Input[Sequence[pulumi.Input[str]]] | None = None,
        on_existing: OnExisting | None = None,
        on_delete: OnDelete | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        require_text(name, tenant=tenant, on_existing=on_existing or "adopt")
        shown = template_only_once(name, settings, settings_props(name, settings), tenant)
        options, import_id = options_for(opts, on_delete)
        props = {
            "tenant": tenant,
            "settings": shown,
            "provider_id": provider_id,
            "sending_domain": sending_domain,
            "further_domains": further_domains,
            "sending_addresses": sending_addresses,
            "sending_names": sending_names,
            **existing_inputs(on_existing, import_id, "adopt"),
            "on_delete": on_delete,
            # outputs, as above
            "live": None,
            "adopted": None,
            "snapshot": None,
            "last_written": None,
        }
        super().__init__(lifecycles.EMAIL_TEMPLATE, name, props, options, declared=declared_secrets(settings))


def _of_key(settings: ProviderSettings) -> Props:
    """Returns what the policy of the settings' own key allows, and notes that this program uses the key."""
    key = settings.key_of
    if key is None:
        return {}
    # A rotation warns of a key that no EmailProvider of the program takes up (components/ses_handover.py).
    key.held_here = True
    return limits_of(key)
