"""Which stacks an operation is for, in which order. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING

from tenant_email.errors import TenantEmailError
from tenant_email.fleet.stack_config import Unit, needs, units
from tenant_email.inputs.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.fleet.document import Fleet


def selected(fleet: Fleet, globs: Sequence[str], *, destroys: bool = False) -> tuple[tuple[Unit, ...], ...]:
    """Returns the stacks of the tenants whose names match, in two stages: each waits for the one before.

    Shared sending domains come before the tenants that send from them. A destroy goes the other way, and leaves a
    domain that a tenant has which is not selected.

    Raises:
        TenantEmailError: a pattern matches no tenant.
    """
    for glob in globs:
        if not any(fnmatchcase(name, glob) for name in fleet.tenants):
            remedy = nearest(glob, fleet.tenants) or f"There are: {', '.join(fleet.tenants)}."
            raise TenantEmailError(f"--tenants {glob}: matches no tenant of {fleet.file.name}", remedy=remedy)
    chosen = [name for name in fleet.tenants if not globs or any(fnmatchcase(name, glob) for glob in globs)]
    tenants = tuple(Unit(tenant=name) for name in chosen)
    needed = {needs(fleet, unit) for unit in tenants}
    if destroys:
        needed -= {needs(fleet, Unit(tenant=name)) for name in fleet.tenants if name not in chosen}
    domains = tuple(unit for unit in units(fleet) if unit.sending_domain and unit in needed)
    return (tenants, domains) if destroys else (domains, tenants)
