"""Whether the first `up` of a project will take everything over without a write: found out as it does, by reads."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from tenant_email.errors import TenantEmailError
from tenant_email.findings import Finding, Level
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.email_template import EmailTemplateLifecycle
from tenant_email.lifecycle.esv_secret import EsvSecretLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email.operations import operation
from tenant_email.programs.trial import refusal, unknown_settings
from tenant_email.tenants.entries import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.json_types import PropsView
    from tenant_email.operations.lifecycle import Lifecycle
    from tenant_email.programs.found import Found, FoundResource

_LIFECYCLES: Final[Mapping[str, type[Lifecycle]]] = {
    "EmailProvider": EmailProviderLifecycle,
    "EmailTemplate": EmailTemplateLifecycle,
    "pingone_aic.EsvSecret": EsvSecretLifecycle,
    "pingone_aic.EsvVariable": EsvVariableLifecycle,
}


def prove(found: Found, entries: Mapping[str, PropsView]) -> Iterator[Finding]:
    """Yields for each resource of a tenant whether an `up` would take it over, and why not.

    `entries` are the tenants of a config, with what logs in; the environment is asked too.
    """
    described = {tenant.name: {"platform": tenant.platform, "url": tenant.url} for tenant in found.tenants}
    merged = {name: {**entry, **entries.get(name, {})} for name, entry in described.items()}
    config = {CONFIG_KEY: json.dumps(merged)}
    operation.begin().configure(config.get)
    for each in found.resources:
        if each.resource in _LIFECYCLES:
            yield _finding(_LIFECYCLES[each.resource](), each)
        else:
            what = f"{each.id}: is not tried; an up compares it, and stops where it differs"
            yield Finding(Level.UNKNOWN, what, about="AWS", check="proof")


def _finding(lifecycle: Lifecycle, resource: FoundResource) -> Finding:
    about, check = "the tenant, as an up will find it", "proof"
    if missing := unknown_settings(list(resource.arguments.values())):
        what = f"{resource.id}: cannot be tried without a value of {', '.join(missing)}"
        return Finding(Level.UNKNOWN, what, "Give it in the mappings or the environment.", about, check)
    try:
        reason = refusal(lifecycle, resource)
    except TenantEmailError as error:
        reason = str(error)
    if not reason:
        return Finding(Level.OK, f"{resource.id}: is as the files say", about=about, check=check)
    what, _, remedy = reason.rpartition("\n")
    return Finding(Level.PROBLEM, what or remedy, remedy if what else "", about, check)
