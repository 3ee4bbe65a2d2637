"""The tenant that a resource's inputs name, whatever kind of resource it is, and who owns an object of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tenant_email import platforms
from tenant_email.errors import WrongTenant
from tenant_email.inputs.spelling import nearest
from tenant_email.operations import operation
from tenant_email.operations.import_ids import wrong_id
from tenant_email.tenants.connections import CONFIG_KEY

if TYPE_CHECKING:
    from collections.abc import Callable
    from contextlib import AbstractContextManager

    from tenant_email.json_types import Props
    from tenant_email.tenants.connections import Connection


def find_tenant(id_: str, platform: str, host: str) -> Connection:
    """Returns the tenant that an id to import names; raises InvalidSettings, or WrongTenant, for none."""
    if platform not in platforms.names():
        known = f"Use one of: {', '.join(platforms.names())}."
        raise wrong_id(
            id_, f"begins with {platform}, which is not a platform", nearest(platform, platforms.names()) or known
        )
    connections = operation.current().connections()
    try:
        return connections.by_host(host, platform)
    except WrongTenant as error:
        hosts = " or ".join(connections.all_hosts(platform))
        write = f", or write the host of one that is there: {hosts}" if hosts else ""
        raise WrongTenant(error.message, remedy=f"Add the tenant to {CONFIG_KEY}{write}.") from None


@dataclass(frozen=True, slots=True)
class TenantScoped:
    """Inputs, of a subclass, and the tenant they are for; `nowhere` when it is not found."""

    connection: Connection

    @property
    def host(self) -> str:
        """Returns the tenant's host as it stands in ids."""
        return self.connection.id_host

    @property
    def who(self) -> str:
        """Returns how messages begin."""
        return f"{self.connection.platform} {self.connection.host}"

    def is_at(self, host: str) -> bool:
        """Returns whether the tenant answers to a host, as far as the inputs name one."""
        return self.connection.is_nowhere or self.connection.answers_to(host)

    def is_tenant_of(self, id_: str) -> bool:
        """Returns whether an id that begins with platform and host is of this tenant, as far as the inputs name one."""
        platform, host = id_.split("/")[:2]
        return platform == self.connection.platform and self.is_at(host)

    def write_lock(self) -> AbstractContextManager[object]:
        """Returns the lock that serializes writes to the tenant."""
        return operation.current().write_lock(self.connection.platform, self.host)

    def find_released(self, id_at: Callable[[str], str]) -> Props | None:
        """Returns what was recorded of an object of this tenant that another resource of this run gave up.

        `id_at` returns its id on one of the tenant's hosts: an older id may hold another of them.
        """
        ids = map(id_at, (self.host, *self.connection.aliases))
        found = map(operation.current().ownership.find_released, ids)
        return next((recorded for recorded in found if recorded is not None), None)
