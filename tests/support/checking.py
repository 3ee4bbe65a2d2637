"""Checks inputs in this process, as the host would, without a tenant and without a call."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from support.own_operation import own_operation
from tenant_email.operations import operation

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.operations.border import DynamicLifecycle

TENANTS: Final = {
    "main": {"platform": "auth0", "url": "https://acme.eu.auth0.com", "clientId": "x", "clientSecret": "canary-client"},
    "logto": {"platform": "logto", "url": "https://acme.logto.app"},
    "aic": {"platform": "pingone_aic", "url": "https://openam-acme.forgeblocks.com"},
}


def reasons(
    lifecycle: type[DynamicLifecycle],
    inputs: Mapping[str, Any],
    recorded: Mapping[str, Any] | None = None,
    tenants: Mapping[str, Any] = TENANTS,
) -> list[str]:
    """Returns the reasons of all check failures."""
    config = {"tenant-email:tenants": json.dumps(tenants)}
    with own_operation():
        operation.begin().configure(config.get)
        return [failure.reason for failure in lifecycle().check(dict(recorded or {}), dict(inputs)).failures]
