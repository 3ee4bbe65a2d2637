"""Declares a fleet's tenants as resources: what `stacks/fleet` runs."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pulumi

from tenant_email.components.ses_regions import active_sending_domain
from tenant_email.components.ses_sending_domain import SesSendingDomain
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.declared import DeclaredTenant
from tenant_email.fleet.document import PROVIDER_OPTIONS
from tenant_email.fleet.elsewhere import DomainElsewhere
from tenant_email.fleet.program_secrets import ProgramSecrets
from tenant_email.fleet.sending_domains import (
    SENDS_THROUGH,
    active_region,
    all_regions,
    domain_of,
    region_of,
    regional_arguments,
    second_name,
    sends_through_problem,
    shared_outputs,
)
from tenant_email.fleet.shapes import RENAMED_FROM
from tenant_email.fleet.stack_config import SENDING_DOMAIN, TENANT, Unit, config_problems, environment_problems
from tenant_email.inputs.spelling import nearest
from tenant_email.platforms.settings import limits_of
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
    for tenant in tenants:
        problems += sends_through_problem(fleet, tenant, domain_of(fleet, tenant) or {})
    problems += config_problems(fleet, unit, Path.cwd(), pulumi.Config("tenant-email").get("tenants"))
    if problems:
        raise InvalidSettings(str(fleet.file), tuple(problems))
    shared = _shared_domains(fleet, tenants, in_stack=bool(unit.tenant))
    declared = [DeclaredTenant.of(fleet, tenant, ProgramSecrets(environ)) for tenant in tenants]
    if problems := [problem for each in declared for problem in each.problems]:
        raise InvalidSettings(str(fleet.file), tuple(problems))
    found = {each.tenant.name: _register(fleet, each, shared.get(each.tenant.shared_domain, {})) for each in declared}
    pulumi.export("tenants", found)


Regions = dict[str, "SendingDomain"]
"""A sending domain by its regions, the first one first."""


def _declare_shared(fleet: Fleet, name: str) -> None:
    given = fleet.sending_domains[name]
    made = _made(fleet, name, f"sending_domains.{name}", given)
    for domain, (prefix, arguments) in zip(made.values(), all_regions(given), strict=True):
        for output in shared_outputs(fleet, arguments):
            pulumi.export(f"{prefix}{output}", getattr(domain, output))


def _made(fleet: Fleet, name: str, at: str, given: Props, before: str = "") -> Regions:
    """Makes a sending domain of the file, in its second region too; `before` is what its tenant was called."""
    before = str(given.get(RENAMED_FROM) or before)
    (_, first), *others = regional_arguments(fleet, given, at)
    made = SesSendingDomain(name, **first, opts=pulumi.ResourceOptions(aliases=_aliases(before)))
    regions: Regions = {region_of(fleet, given): made}
    for _, second in others:
        region = second["region"]
        aliases = _aliases(second_name(before, region) if before else "")
        # the keys that the second region signs with are those of the first
        opts = pulumi.ResourceOptions(depends_on=[made], aliases=aliases)
        regions[region] = SesSendingDomain(second_name(name, region), **second, opts=opts)
    return regions


def _aliases(before: str) -> list[pulumi.Input[str | pulumi.Alias]]:
    """Returns what a resource is known by that was called otherwise before."""
    return [pulumi.Alias(name=before)] if before else []


def _shared_domains(fleet: Fleet, tenants: list[Tenant], *, in_stack: bool) -> dict[str, Regions]:
    """Returns the sending domains that tenants share: of another stack, or made in this one."""
    names = dict.fromkeys(tenant.shared_domain for tenant in tenants if tenant.shared_domain)
    if in_stack:
        return {name: _elsewhere(fleet, tenants[0], name) for name in names}
    return {name: _made(fleet, name, f"sending_domains.{name}", fleet.sending_domains[name]) for name in names}


def _elsewhere(fleet: Fleet, tenant: Tenant, name: str) -> Regions:
    """Returns the domain of another stack, in the region that a tenant sends through."""
    prefix, arguments = active_region(tenant, fleet.sending_domains[name])
    found = DomainElsewhere(name, arguments, prefix, region_of(fleet, arguments))
    return {tenant.email.get(SENDS_THROUGH) or "": cast("SendingDomain", found)}


def _active(regions: Regions, wanted: str | None) -> SendingDomain | None:
    """Returns the domain in the region that mail goes through; all that a program makes can send the same mail."""
    region = wanted or next(iter(regions), "")
    made = {name: each for name, each in regions.items() if isinstance(each, SesSendingDomain)}
    return active_sending_domain(made, region) if len(made) > 1 else regions.get(region)


def _register(fleet: Fleet, declared: DeclaredTenant, shared: Regions) -> dict[str, Any]:
    """Registers a tenant; returns what its stack shows of it."""
    tenant, email = declared.tenant, declared.tenant.email
    at = f"tenants.{tenant.name}.email.sending_domain"
    before = tenant.renamed_from
    regions = _made(fleet, tenant.name, at, tenant.own_domain, before) if tenant.own_domain else shared
    domain: Any = _active(regions, email.get(SENDS_THROUGH))
    options = pulumi.ResourceOptions(
        protect=email.get("protect"), depends_on=[domain] if isinstance(domain, SesSendingDomain) else None
    )
    settings, provider = declared.settings(domain), None
    limits = limits_of(settings.key_of if settings else None)
    if settings is not None:
        provider = EmailProvider(
            tenant.name,
            tenant=tenant.name,
            settings=settings,
            from_address=email.get("from_address"),
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(aliases=_aliases(before))),
            **{name: email[name] for name in PROVIDER_OPTIONS if name in email},
        )
    for each in declared.templates:
        aliases = _aliases(f"{before}.{each.name}" if before else "")
        # neither name holds a dot, so that no two templates of one stack are called alike
        EmailTemplate(
            f"{tenant.name}.{each.name}",
            tenant=tenant.name,
            settings=each.cls(**each.arguments),
            provider_id=None if provider is None else provider.id,
            opts=pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(aliases=aliases)),
            **limits,
        )
    return {
        "provider": None if provider is None else provider.id,
        "templates": [each.name for each in declared.templates],
    }
