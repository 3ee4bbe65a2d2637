"""One resource for one thing of a tenant: a second one is refused while the program is built, before any step."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import pulumi
from pulumi.runtime.config import get_config
from pulumi.runtime.settings import get_root_resource

from tenant_email import platforms
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.resources.secrecy import is_secret
from tenant_email.tenants.connections import CONFIG_KEY, Connections

if TYPE_CHECKING:
    from collections.abc import Hashable

    from tenant_email.aws.dns_records import DnsRecord
    from tenant_email.json_types import Props
    from tenant_email.platforms.settings import TemplateSettings


@dataclass(frozen=True, slots=True)
class _Program:
    """What the resources of one run own: parts of tenants and of SES by id, records by name, type and zone.

    `hosts` are those of each tenant, by its platform and its name: every resource of the tenant asks for them.
    """

    owners: dict[str, str] = field(default_factory=dict[str, str])
    of_ses: dict[Hashable, str] = field(default_factory=dict["Hashable", str])
    records: dict[tuple[str, str], dict[str | None, str]] = field(
        default_factory=dict[tuple[str, str], dict["str | None", str]]
    )
    hosts: dict[tuple[str, str], tuple[str, ...]] = field(default_factory=dict[tuple[str, str], tuple[str, ...]])

    def places(self, platform: str, tenant: str) -> tuple[str, ...]:
        """Returns the hosts that a tenant answers to; its name where this program's config does not say."""
        if (platform, tenant) not in self.hosts:
            self.hosts[platform, tenant] = _hosts(platform, tenant) or (f"({tenant})",)
        return self.hosts[platform, tenant]


_programs: WeakKeyDictionary[pulumi.Resource, _Program] = WeakKeyDictionary()
"""By the stack, which the Automation API makes anew for each run."""


def _program() -> _Program | None:
    root = get_root_resource()
    return None if root is None else _programs.setdefault(root, _Program())


def only_once(name: str, what: str, platform: str, tenant: str, part: str) -> None:
    """Refuses a second resource for one part of a tenant within one run of a program.

    Tenants are distinguished by platform and host, aliases included, because two names may mean one tenant and one name
    a tenant of each platform. Raises InvalidSettings.
    """
    program = _program()
    if program is None:
        return
    owners, places = program.owners, program.places(platform, tenant)
    for place in places:
        if other := owners.get(f"{platform}/{place}/{part}"):
            taken = f"{what} of tenant {tenant} is already managed by {other!r}"
            problem = Problem("", taken, "Keep one of the two resources.")
            raise InvalidSettings(name, (problem,))
    # Under every host it answers to: the other resource may name the tenant by an alias.
    owners.update({f"{platform}/{place}/{part}": name for place in places})


def claim_of_ses(name: str, id_: Hashable, made: Problem) -> list[Problem]:
    """Notes who makes what has one name in SES; returns a problem where another component of this run does already.

    The id says where it is, as far as that is known at once. `made` is the problem, whose sentence the owner ends.
    """
    program = _program()
    if program is None:
        return []
    if other := program.of_ses.get(id_):
        return [replace(made, what=f"{made.what} is already made by {other!r}")]
    program.of_ses[id_] = name
    return []


def claim_record(name: str, path: str, record: DnsRecord, zone_id: pulumi.Input[str], remedy: str) -> list[Problem]:
    """Notes who publishes a name and type in DNS; returns a problem where another resource of this run does already.

    Two zones of the same name are distinguished where their ids are known at once.
    """
    program, zone = _program(), zone_id if isinstance(zone_id, str) else None
    if program is None:
        return []
    zones = program.records.setdefault((record.name, record.type), {})
    for other, owner in zones.items():
        if zone is None or other in (None, zone):
            return [Problem(path, f"{record.name} {record.type} is already published by {owner!r}", remedy)]
    zones[zone] = name
    return []


def template_only_once(name: str, settings: TemplateSettings, props: Props, tenant: str) -> Props:
    """Refuses a second resource for one template; returns the props, which look once a key that comes later is known.

    A key that is an output is looked at where it becomes known, in the preview where it can be.
    """
    names = settings.keyed_by
    key = [props.get(each) for each in names]

    def look(values: list[str], *, hidden: bool = False) -> str:
        part = "/".join(map(str, values))
        what = "the same template" if hidden else f"the template {part}"
        only_once(name, what, settings.kind.partition(".")[0], tenant, f"email-template/{part}")
        return values[0]

    # At once where it can be: an error in the program has a line number, one in an apply has none.
    if all(isinstance(value, str) for value in key):
        look([str(value) for value in key])
        return props
    if not names:
        return props
    known = pulumi.Output.all(*key)
    looked = pulumi.Output.all(known, is_secret(known)).apply(lambda both: look(both[0], hidden=both[1]))
    return {**props, names[0]: looked}


def _hosts(platform: str, tenant: str) -> tuple[str, ...]:
    """Returns the hosts of a tenant, as far as this program's config says."""
    try:
        spec = platforms.connection_specs()[platform]
        # Hosts and not names: two entries of one tenant would each own its only provider, and take turns overwriting
        # it.
        return Connections(get_config(CONFIG_KEY), os.environ, {platform: spec}).hosts(tenant, platform)
    except KeyError:
        return ()
