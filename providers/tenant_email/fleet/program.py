"""Declares a fleet's tenants as resources: what `stacks/fleet` runs."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pulumi

from tenant_email.components.ses_sending_domain import SesSendingDomain
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.document import PROVIDER_OPTIONS
from tenant_email.fleet.elsewhere import CONFIGURATION_SET, SHARED_OUTPUTS, DomainElsewhere
from tenant_email.fleet.program_secrets import ProgramSecrets
from tenant_email.fleet.sending_domains import domain_arguments
from tenant_email.fleet.settings import SettingsReader, filled_by_ses, make
from tenant_email.fleet.shapes import FROM_SES, provider_classes
from tenant_email.fleet.stack_config import SENDING_DOMAIN, TENANT, Unit, config_problems, environment_problems
from tenant_email.fleet.templates import templates_of
from tenant_email.inputs.spelling import nearest
from tenant_email.resources.tenant import EmailProvider, EmailTemplate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.fleet.document import Fleet, Tenant
    from tenant_email.json_types import Props
    from tenant_email.platforms.settings import SendingDomain


def declare(fleet: Fleet, unit: Unit, environ: Mapping[str, str] = os.environ) -> None:
    """Registers what a stack is for, and its outputs.

    Raises:
        InvalidSettings: the stack's config or the environment is not as the file has it, or a tenant's settings cannot
            be; with every problem.
    """
    for key, name, there in (
        (TENANT, unit.tenant, fleet.tenants),
        (SENDING_DOMAIN, unit.sending_domain, fleet.sending_domains),
    ):
        if name and name not in there:
            remedy = nearest(name, there) or "Restore it in the file, or take its stack down with: pulumi destroy."
            problem = Problem(f"{pulumi.get_project()}:{key}", f"names {name}, which is not in the file", remedy)
            raise InvalidSettings(str(fleet.file), (problem,))
    tenants = [fleet.tenants[unit.tenant]] if unit.tenant else list(fleet.tenants.values())
    if unit.sending_domain:
        _declare_shared(fleet, unit.sending_domain)
        return
    problems = [*environment_problems(tenants, environ)]
    problems += config_problems(fleet, unit, Path.cwd(), pulumi.Config("tenant-email").get("tenants"))
    if problems:
        raise InvalidSettings(str(fleet.file), tuple(problems))
    shared = _shared_domains(fleet, tenants, in_stack=bool(unit.tenant))
    declared = [DeclaredTenant.of(fleet, tenant, environ) for tenant in tenants]
    if problems := [problem for each in declared for problem in each.problems]:
        raise InvalidSettings(str(fleet.file), tuple(problems))
    found = {each.tenant.name: each.register(shared.get(each.tenant.shared_domain)) for each in declared}
    pulumi.export("tenants", found)


def _declare_shared(fleet: Fleet, name: str) -> None:
    domain = _made(fleet, name, f"sending_domains.{name}", fleet.sending_domains[name])
    for output in SHARED_OUTPUTS:
        pulumi.export(output, getattr(domain, output))
    if domain.configuration_set is not None:
        pulumi.export(CONFIGURATION_SET, domain.configuration_set)


def _made(fleet: Fleet, name: str, at: str, given: Props) -> SesSendingDomain:
    """Makes a sending domain of the file."""
    found = domain_arguments(given, at, fleet.folder, registers=True)
    if found.problems:
        raise InvalidSettings(str(fleet.file), found.problems)
    return SesSendingDomain(name, **found.values)


def _shared_domains(fleet: Fleet, tenants: list[Tenant], *, in_stack: bool) -> dict[str, SendingDomain]:
    """Returns the sending domains that tenants share: of another stack, or made in this one."""
    names = dict.fromkeys(tenant.shared_domain for tenant in tenants if tenant.shared_domain)
    if in_stack:
        return {name: cast("SendingDomain", DomainElsewhere(name, fleet.sending_domains[name])) for name in names}
    return {name: _made(fleet, name, f"sending_domains.{name}", fleet.sending_domains[name]) for name in names}


@dataclass(frozen=True, slots=True)
class DeclaredTenant:
    """A tenant whose texts and secrets are read, and of which nothing is registered yet."""

    fleet: Fleet
    tenant: Tenant
    reader: SettingsReader
    provider: Mapping[str, Any] = field(repr=False)
    templates: tuple[Any, ...] = field(repr=False)

    @classmethod
    def of(cls, fleet: Fleet, tenant: Tenant, environ: Mapping[str, str]) -> DeclaredTenant:
        """Reads what a tenant's settings name."""
        at = f"tenants.{tenant.name}.email"
        reader = SettingsReader(fleet.folder, ProgramSecrets(environ), f"{at}.provider")
        given: Props = tenant.email.get("provider") or {}
        provider: Props = {}
        if given:
            kind = provider_classes(tenant.platform)[given["kind"]]
            provider = reader.arguments(kind, given)
            reader.require(kind, provider, filled=filled_by_ses(kind) if given.get(FROM_SES) else ())
            if given.get(FROM_SES) and not tenant.email.get("sending_domain"):
                reader.problems.append(Problem(f"{at}.sending_domain", "is missing", f"Set it, or remove {FROM_SES}."))
        return cls(fleet, tenant, reader, provider, tuple(templates_of(tenant, reader)))

    @property
    def problems(self) -> list[Problem]:
        """Returns what is wrong with it."""
        return self.reader.problems

    def register(self, shared: SendingDomain | None) -> dict[str, Any]:
        """Registers it; returns what its stack shows of it."""
        tenant, email = self.tenant, self.tenant.email
        at = f"tenants.{tenant.name}.email.sending_domain"
        domain: Any = _made(self.fleet, tenant.name, at, tenant.own_domain) if tenant.own_domain else shared
        options = pulumi.ResourceOptions(
            protect=email.get("protect"), depends_on=[domain] if isinstance(domain, SesSendingDomain) else None
        )
        provider, held = None, None
        if given := email.get("provider"):
            kind = provider_classes(tenant.platform)[given["kind"]]
            settings = make(kind, self.provider, domain if given.get(FROM_SES) else None)
            held = settings.key_of
            provider = EmailProvider(
                tenant.name,
                tenant=tenant.name,
                settings=settings,
                from_address=email.get("from_address"),
                opts=options,
                **{name: email[name] for name in PROVIDER_OPTIONS if name in email},
            )
        limits: dict[str, Any] = {}
        if held is not None:
            limits = {
                "sending_domain": held.domain,
                "further_domains": held.further_domains or None,
                "sending_addresses": held.from_addresses or None,
            }
        for each in self.templates:
            # neither name holds a dot, so that no two templates of one stack are called alike
            EmailTemplate(
                f"{tenant.name}.{each.name}",
                tenant=tenant.name,
                settings=each.cls(**each.arguments),
                provider_id=None if provider is None else provider.id,
                opts=options,
                **limits,
            )
        return {
            "provider": None if provider is None else provider.id,
            "templates": [each.name for each in self.templates],
        }
