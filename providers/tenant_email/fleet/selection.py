"""Which stacks an operation is for, in which order. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.stack_config import Unit, needs, units
from tenant_email.inputs.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tenant_email.fleet.document import Fleet

_LISTED: Final = 20  # names of a message


def selected(
    fleet: Fleet, globs: Sequence[str], *, destroys: bool = False, tenants_only: bool = False
) -> tuple[tuple[Unit, ...], ...]:
    """Returns the stacks of the tenants whose names match, in two stages: each waits for the one before.

    Shared sending domains come before the tenants that send from them. A destroy goes the other way, and leaves a
    domain that a tenant has which is not selected. With `tenants_only` the domains are left as they are.

    Raises:
        InvalidSettings: with every pattern that matches no tenant.
    """
    if unknown := [glob for glob in globs if not any(fnmatchcase(name, glob) for name in fleet.tenants)]:
        what = f"matches no tenant of {fleet.file.name}"
        problems = (Problem(f"--tenants {glob}", what, _remedy(glob, fleet)) for glob in unknown)
        raise InvalidSettings("fleet", tuple(problems))
    chosen = [name for name in fleet.tenants if not globs or any(fnmatchcase(name, glob) for glob in globs)]
    tenants = tuple(Unit(tenant=name) for name in chosen)
    needed = {needs(fleet, unit) for unit in tenants if not tenants_only}
    if destroys:
        needed -= {needs(fleet, Unit(tenant=name)) for name in fleet.tenants if name not in chosen}
    domains = tuple(unit for unit in units(fleet) if unit.sending_domain and unit in needed)
    return (tenants, domains) if destroys else (domains, tenants)


def _remedy(glob: str, fleet: Fleet) -> str:
    if "," in glob:
        return "Repeat --tenants for each pattern."
    listed = ", ".join(list(fleet.tenants)[:_LISTED])
    more = f" and {len(fleet.tenants) - _LISTED} more" if len(fleet.tenants) > _LISTED else ""
    return nearest(glob, fleet.tenants) or f"There are: {listed}{more}."
