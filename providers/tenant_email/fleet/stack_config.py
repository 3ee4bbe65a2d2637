"""What the config of a fleet's stack holds: a tenant's entry and how AWS is reached, never a secret. Pure.

One stack a tenant, and one for each sending domain that tenants share; or one stack with all of them.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, Self

from tenant_email import platforms
from tenant_email.errors import Problem
from tenant_email.fleet.shapes import RENAMED_FROM
from tenant_email.json_types import is_object
from tenant_email.tenants.credentials import FILE, FILE_VARIABLE, names_of
from tenant_email.tenants.entries import CONFIG_KEY
from tenant_email.tenants.entry_shapes import VARIABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from tenant_email.fleet.document import Fleet, Tenant
    from tenant_email.json_types import Json, Props, PropsView
    from tenant_email.tenants.connections import ConnectionSpec

DEFAULT_FILE: Final = "tenants.yaml"
TENANT: Final = "tenant"
SENDING_DOMAIN: Final = "sendingDomain"
FILE_KEY: Final = "file"
_DOMAIN_STACK: Final = "sending_domain."  # no tenant's name holds a dot


@dataclass(frozen=True, slots=True)
class Unit:
    """What one stack of a fleet is for: a tenant, a shared sending domain, or, with neither, all of them."""

    tenant: str = ""
    sending_domain: str = ""

    @classmethod
    def of(cls, stack: str) -> Self:
        """Returns what a stack of this name is for."""
        if stack.startswith(_DOMAIN_STACK):
            return cls(sending_domain=stack.removeprefix(_DOMAIN_STACK))
        return cls(tenant=stack)

    @property
    def stack(self) -> str:
        """Returns the name of the stack."""
        return self.tenant or f"{_DOMAIN_STACK}{self.sending_domain}"

    @property
    def is_one(self) -> bool:
        """Returns whether it is for one thing, and not for all tenants."""
        return bool(self.tenant or self.sending_domain)


def units(fleet: Fleet) -> tuple[Unit, ...]:
    """Returns the stacks of a fleet, one for each tenant: first the sending domains that tenants share."""
    used = {tenant.shared_domain for tenant in fleet.tenants.values()}
    domains = (Unit(sending_domain=name) for name in fleet.sending_domains if name in used)
    return (*domains, *(Unit(tenant=name) for name in fleet.tenants))


def needs(fleet: Fleet, unit: Unit) -> Unit | None:
    """Returns the stack that has to be up before this one: that of the sending domain which a tenant shares."""
    shared = fleet.tenants[unit.tenant].shared_domain if unit.tenant else ""
    return Unit(sending_domain=shared) if shared else None


def makes_domain(fleet: Fleet, unit: Unit) -> bool:
    """Returns whether a stack makes a sending domain, and so needs AWS."""
    return bool(made_domain(fleet, unit)[1])


def made_domain(fleet: Fleet, unit: Unit) -> tuple[str, Props]:
    """Returns (path, arguments) of the sending domain that a stack makes; without arguments it makes none."""
    if unit.sending_domain:
        return f"sending_domains.{unit.sending_domain}", fleet.sending_domains[unit.sending_domain]
    return f"tenants.{unit.tenant}.email.sending_domain", fleet.tenants[unit.tenant].own_domain or {}


def called_before(fleet: Fleet, unit: Unit) -> str:
    """Returns what the tenant or the sending domain of a stack was called before; empty where it was not."""
    if unit.tenant:
        return fleet.tenants[unit.tenant].renamed_from
    return str(fleet.sending_domains.get(unit.sending_domain, {}).get(RENAMED_FROM) or "")


def renamed_stacks(fleet: Fleet) -> tuple[tuple[Unit, Unit], ...]:
    """Returns (old, new) of each stack that was called otherwise; that of a domain which a tenant had is a new one."""
    found = ((unit, called_before(fleet, unit)) for unit in units(fleet))
    named = ((Unit(tenant=old) if unit.tenant else Unit(sending_domain=old), unit) for unit, old in found if old)
    return tuple((old, unit) for old, unit in named if old.sending_domain not in fleet.tenants)


def config_of(fleet: Fleet, unit: Unit, project: Path) -> dict[str, Json]:
    """Returns the config of a stack by full key, without that of the project's own namespace.

    A structured value is an object. `project` is the folder that Pulumi runs the program in, where the relative paths
    of an entry begin.
    """
    found: dict[str, Json] = {f"aws:{name}": value for name, value in fleet.aws.items()}
    if unit.sending_domain:
        return found
    chosen = [fleet.tenants[unit.tenant]] if unit.tenant else list(fleet.tenants.values())
    return {**found, CONFIG_KEY: {tenant.name: entry_of(tenant, fleet.folder, project) for tenant in chosen}}


def own_config(fleet: Fleet, unit: Unit, project: Path) -> dict[str, str]:
    """Returns the config of a stack in the project's own namespace."""
    named = {TENANT: unit.tenant, SENDING_DOMAIN: unit.sending_domain}
    file = _from(project, fleet.file)
    return {**{key: name for key, name in named.items() if name}, **({} if file == DEFAULT_FILE else {FILE_KEY: file})}


def entry_of(tenant: Tenant, folder: Path, project: Path) -> Props:
    """Returns the entry of a tenant for stack config, its paths as the project has them."""
    return {
        name: _from(project, folder / value) if name.endswith(FILE) and _is_relative(value) else value
        for name, value in tenant.entry.items()
    }


def _is_relative(value: Json) -> bool:
    return isinstance(value, str) and not value.startswith(("~", "/")) and not Path(value).is_absolute()


def _from(project: Path, path: Path) -> str:
    return os.path.relpath(path.absolute(), project.absolute()).replace(os.sep, "/")


def config_problems(fleet: Fleet, unit: Unit, project: Path, raw: str | None) -> Iterator[Problem]:
    """Yields what of a stack's config is not as the file has it; `raw` is its `tenant-email:tenants`."""
    remedy = "Run: tenant-email fleet configure; or use tenant-email fleet up, which does."
    try:
        found: object = json.loads(raw or "{}")
    except ValueError:
        found = None
    entries = found if is_object(found) else {}
    wanted: Props = config_of(fleet, unit, project).get(CONFIG_KEY, {})
    for name, entry in wanted.items():
        if name not in entries:
            yield Problem(f"{CONFIG_KEY}.{name}", f"is missing, and {fleet.file.name} has that tenant", remedy)
        elif entries[name] != entry:
            yield Problem(f"{CONFIG_KEY}.{name}", f"is not what {fleet.file.name} says", remedy)


def environment_problems(tenants: Collection[Tenant], environ: Mapping[str, str]) -> Iterator[Problem]:
    """Yields the usual variables that would go before the settings of a tenant: of the only one, or of one named main.

    A stack of a fleet has one tenant, so that a variable left over from elsewhere, such as AUTH0_DOMAIN, would send
    what is meant for each of them to the one that it names.
    """
    for tenant in tenants:
        if len(tenants) > 1 and tenant.name != "main":
            continue
        for variable in usual_variables(platforms.connection_specs()[tenant.platform], tenant.entry):
            if environ.get(variable, "").strip():
                what = f"is set, and would go before what the file says of tenants.{tenant.name}"
                yield Problem(variable, what, f"Unset {variable}; tenant-email fleet leaves it out by itself.")


def usual_variables(spec: ConnectionSpec, entry: PropsView = MappingProxyType({})) -> tuple[str, ...]:
    """Returns the variables that go before an entry where they are for its tenant.

    Before a credential that the entry refers to none goes, whatever it is called.
    """
    own = [spec.variable(end) for end in VARIABLES.values()]
    open_ = [variable for key, variable in spec.credentials.items() if not entry.keys() & names_of(key)[1:]]
    return (spec.url_variable, *own, *(name for each in open_ for name in (each, f"{each}{FILE_VARIABLE}")))
