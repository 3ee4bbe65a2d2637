"""Which tenant an entry means: its platform and its host, however the url is written. Pure."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from tenant_email import platforms
from tenant_email.json_types import is_list
from tenant_email.tenants.tenant_url import id_part, normal_url

if TYPE_CHECKING:
    from tenant_email.json_types import PropsView

Host = tuple[str, str]
"""A platform, and a host as it stands in ids."""
NOBODY: Host = ("", "")


def host_of(entry: PropsView) -> Host:
    """Returns the tenant of an entry; `NOBODY` where it has none."""
    platform, url = str(entry.get("platform")), str(entry.get("url") or "")
    if spec := platforms.connection_specs().get(platform):
        with suppress(ValueError):
            return platform, id_part(normal_url(spec.without_suffix(url), allow_http=True)[1])
    return NOBODY


def hosts_of(entry: PropsView) -> frozenset[Host]:
    """Returns the same with the hosts that the tenant answered to before."""
    aliases = entry.get("aliases")
    urls = (entry.get("url"), *(aliases if is_list(aliases) else ()))
    return frozenset(host_of({**entry, "url": url}) for url in urls) - {NOBODY}
