"""What Logto can do, as data."""

from __future__ import annotations

from typing import Final

from tenant_email.capabilities import Capabilities
from tenant_email.platforms.logto.kinds import KINDS
from tenant_email.tenants.connections import ConnectionSpec

CONNECTION: Final = ConnectionSpec(
    platform="logto",
    url_variable="LOGTO_ENDPOINT",
    plain={"appId": "LOGTO_APP_ID"},
    secret={"appSecret": "LOGTO_APP_SECRET"},
    api_paths=("/api", "/oidc/token", "/oidc"),
    scopes={"all": "everything"},  # docs/contracts/logto.md#authentication
)

CAPABILITIES: Final = Capabilities(
    platform="logto",
    title="Logto",
    create="look-first",
    replaces_whole=True,
    transports={name: kind.transport for name, kind in KINDS.items()},
    password_rule="the stored one was entered for another host or user and is never passed on.",  # noqa: S106 - prose
    kind_rule="another kind of connector starts without the old credentials.",
    on_delete_provider=("delete", "retain"),
    on_delete_template=("delete", "restore", "retain"),
    templates_apart=True,  # docs/contracts/logto.md#email-templates
    preflight=("off", "connect", "send"),
)
