"""A tenant whose settings are made of what the file names, before anything of it is registered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tenant_email.errors import Problem
from tenant_email.fleet.settings import SettingsReader, filled_by_ses, make
from tenant_email.fleet.shapes import FROM_SES, provider_classes
from tenant_email.fleet.templates import NamedTemplate, templates_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.fleet.document import Fleet, Tenant
    from tenant_email.fleet.settings import Secrets
    from tenant_email.json_types import Props
    from tenant_email.platforms.settings import ProviderSettings, SendingDomain


@dataclass(frozen=True, slots=True)
class DeclaredTenant:
    """A tenant whose texts and secrets are read; `problems` has what is wrong with them."""

    tenant: Tenant
    provider: Mapping[str, Any] = field(repr=False)
    templates: tuple[NamedTemplate, ...] = field(repr=False)
    problems: tuple[Problem, ...]

    @classmethod
    def of(cls, fleet: Fleet, tenant: Tenant, secrets: Secrets) -> DeclaredTenant:
        """Reads what a tenant's settings name."""
        at = f"tenants.{tenant.name}.email"
        reader = SettingsReader(fleet.folder, secrets, f"{at}.provider")
        given: Props = tenant.email.get("provider") or {}
        provider: Props = {}
        if given:
            kind = provider_classes(tenant.platform)[given["kind"]]
            provider = reader.arguments(kind, given)
            reader.require(kind, provider, filled=filled_by_ses(kind) if given.get(FROM_SES) else ())
            if given.get(FROM_SES) and not tenant.email.get("sending_domain"):
                reader.problems.append(Problem(f"{at}.sending_domain", "is missing", f"Set it, or remove {FROM_SES}."))
        templates = tuple(templates_of(tenant, reader))
        return cls(tenant, provider, templates, tuple(reader.problems))

    def settings(self, domain: SendingDomain | None) -> ProviderSettings | None:
        """Returns the settings of its provider, with the key of a sending domain where it sends through one."""
        if not (given := self.tenant.email.get("provider")):
            return None
        kind = provider_classes(self.tenant.platform)[given["kind"]]
        return make(kind, self.provider, domain if given.get(FROM_SES) else None)
