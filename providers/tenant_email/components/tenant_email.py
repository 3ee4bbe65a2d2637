"""A tenant that sends its mail from a verified domain."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict, Unpack, cast

import pulumi

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.json_types import is_object
from tenant_email.platforms.settings import limits_of
from tenant_email.resources import faces
from tenant_email.resources.arguments import settings_props
from tenant_email.resources.base import component_options
from tenant_email.resources.tenant import EmailProvider, EmailTemplate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.capabilities import OnDelete, OnDrift, OnExisting, Preflight
    from tenant_email.components.ses_sending_domain import SesSendingDomain
    from tenant_email.platforms.settings import ProviderSettings, TemplateSettings


class ProviderOptions(TypedDict, total=False):
    """The options of EmailProvider that TenantEmail passes on."""

    enabled: pulumi.Input[bool]
    on_existing: OnExisting
    on_delete: OnDelete | None
    on_drift: OnDrift
    preflight: Preflight
    test_recipient: pulumi.Input[str] | None


class TenantEmail(pulumi.ComponentResource):
    """A tenant's email: provider and templates, switched to a sending domain once that is verified and its key works.

    Args:
        name: the component's name in the stack.
        tenant: the name of a tenant in the stack config `tenant-email:tenants`.
        sending_domain: where the mail goes out.
        settings: what sends, as in EmailProvider, with the key of the sending domain. In Python also what makes it of
            the sending domain, such as `auth0.Ses.from_ses`.
        from_address: the built-in sender; the key's policy must allow it: the sending domain, or its further_domains.
        templates: settings of templates, by the suffix of their resource's name.
        opts: Pulumi's options.
        options: EmailProvider's own options.

    """

    def __init__(
        self,
        name: str,
        *,
        tenant: str = "main",
        sending_domain: SesSendingDomain,
        settings: ProviderSettings | Callable[[SesSendingDomain], ProviderSettings],
        from_address: pulumi.Input[str],
        templates: Mapping[str, TemplateSettings] | None = None,
        opts: pulumi.ResourceOptions | None = None,
        **options: Unpack[ProviderOptions],
    ) -> None:
        if not hasattr(sending_domain, "from_addresses"):
            what = f"is a {type(sending_domain).__name__}"
            raise InvalidSettings(name, (Problem("sending_domain", what, "Pass a SesSendingDomain(…)."),))
        component_options(name, opts, "Set on_existing='adopt' to take a provider over.")
        super().__init__("tenant-email:index:TenantEmail", name, None, opts)
        self.sending_domain = sending_domain
        made = _make_settings(name, settings, sending_domain)
        held = made.key_of or sending_domain
        self.provider = EmailProvider(
            name,
            tenant=tenant,
            settings=made,
            from_address=from_address,
            opts=pulumi.ResourceOptions(parent=self, depends_on=[sending_domain]),
            **limits_of(sending_domain),
            **options,
        )
        self.templates = {
            key: EmailTemplate(
                f"{name}-{key}",
                tenant=tenant,
                settings=template,
                provider_id=self.provider.id,
                opts=pulumi.ResourceOptions(parent=self),
                **limits_of(held),
            )
            for key, template in _templates(name, templates).items()
        }
        self.register_outputs(faces.current().outputs(self, {"provider_id": self.provider.id}))


def _make_settings(
    name: str,
    settings: ProviderSettings | Callable[[SesSendingDomain], ProviderSettings],
    sending_domain: SesSendingDomain,
) -> ProviderSettings:
    """Returns the settings; EmailProvider refuses what are none."""
    if callable(settings) and not isinstance(settings, type):
        return settings(sending_domain)
    settings_props(name, settings)
    return cast("ProviderSettings", settings)


def _templates(name: str, templates: Mapping[str, TemplateSettings] | None) -> Mapping[str, TemplateSettings]:
    if templates is None or is_object(templates):
        return templates or {}
    remedy = 'Pass a dict from names to settings, as in {"welcome": auth0.Template(…)}.'
    raise InvalidSettings(name, (Problem("templates", f"is a {type(templates).__name__}, not a dict", remedy),))
