"""Where the tenant of other tool's files is: what they say themselves, or what the user names."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tenant_email import platforms
from tenant_email.errors import TenantEmailError
from tenant_email.migration.project import Place
from tenant_email.tenants.connections import Connections

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.migration.found import FoundTenant
    from tenant_email.tenants.connections import Connection
    from tenant_email.tenants.selection import NamedTenants

_MAIN = "main"


def place_of(tenant: FoundTenant, named: NamedTenants, word: str | None, url: str | None) -> Place:
    """Returns where a tenant is.

    Args:
        tenant: what was read.
        named: the tenants of `--tenants` and of the environment.
        word: which of them is meant; None to take what the files say, or the only one of the platform.
        url: its url, where the user gives it.

    Raises:
        TenantEmailError: nobody says where it is, or the files are of another tenant than the one that is named.

    """
    if url is not None:
        name = (word or "").rpartition("/")[2] or _MAIN
        return _place(_at(tenant.platform, _MAIN if name == tenant.platform else name, url, {}))
    if word is None and tenant.host:
        return _place(_at(tenant.platform, _MAIN, f"https://{tenant.host}", {}))
    chosen = named.choose(word or tenant.platform)
    if chosen.platform != tenant.platform:
        what = f"{chosen} is a tenant of {chosen.platform}, and the files are of {tenant.platform}"
        raise TenantEmailError(what, remedy="Name a tenant of that platform.")
    try:
        connection = chosen.connection()
    except TenantEmailError as error:
        variable = platforms.connection_specs()[tenant.platform].url_variable
        remedy = f"Say it with --url https://…, or set {variable}."
        raise TenantEmailError(f"the files do not say where the tenant is ({error.message})", remedy=remedy) from None
    if tenant.host and not connection.answers_to(tenant.host):
        what = f"the files are of {tenant.host}, and {chosen} is {connection.host}"
        raise TenantEmailError(what, remedy="Name the tenant of the files, or leave it out.")
    return _place(connection)


def _at(platform: str, name: str, url: str, environ: Mapping[str, str]) -> Connection:
    entry = {name: {"platform": platform, "url": url}}
    return Connections(json.dumps(entry), environ, platforms.connection_specs()).get(name, platform)


def _place(connection: Connection) -> Place:
    return Place(connection.tenant, str(connection.url), connection.id_host)
