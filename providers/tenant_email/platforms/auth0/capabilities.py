"""What Auth0 can do, as data."""

from __future__ import annotations

from typing import Final

from tenant_email.capabilities import Capabilities
from tenant_email.connections import ConnectionSpec
from tenant_email.platforms.auth0.kinds import KINDS, OTHER

CONNECTION: Final = ConnectionSpec(
    platform="auth0",
    url_variable="AUTH0_DOMAIN",
    plain={"clientId": "AUTH0_CLIENT_ID"},
    secret={"clientSecret": "AUTH0_CLIENT_SECRET"},
)

CAPABILITIES: Final = Capabilities(
    platform="auth0",
    title="Auth0",
    create="post-conflicts",
    reads_before_update="never",
    transports={transport.kind: transport for transport in (*(kind.transport for kind in KINDS.values()), OTHER)},
    password_rule="Auth0 discards the stored one when host, port or username changes.",  # noqa: S106 - prose
    kind_rule="Auth0 drops the old credentials and settings when the kind changes.",
    on_delete_provider=("delete", "disable", "retain"),
    on_delete_template=("disable", "restore", "retain"),
    preflight=("off",),
)
