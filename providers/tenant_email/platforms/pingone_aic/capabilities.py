"""What PingOne Advanced Identity Cloud can do, as data."""

from __future__ import annotations

from typing import Final

from tenant_email.capabilities import Capabilities
from tenant_email.platforms.pingone_aic.kinds import KINDS
from tenant_email.tenants.connections import ConnectionSpec

CONNECTION: Final = ConnectionSpec(
    platform="pingone_aic",
    url_variable="FRODO_HOST",
    plain={"serviceAccountId": "FRODO_SA_ID"},
    secret={"serviceAccountKey": "FRODO_SA_JWK"},
    url_suffix="/am",
    api_paths=("/openidm", "/environment", "/am/oauth2/access_token"),
    # docs/contracts/pingone_aic.md#authentication
    scopes={"fr:idm:*": "EmailProvider and EmailTemplate", "fr:idc:esv:*": "EsvVariable, EsvSecret and EsvRestart"},
)

CAPABILITIES: Final = Capabilities(
    platform="pingone_aic",
    title="PingOne Advanced Identity Cloud",
    create="look-first",
    replaces_whole=True,
    transports={kind.name: kind.transport for kind in KINDS.values()},
    password_rule="the stored one was entered for another host, port or user, and goes to no other.",  # noqa: S106 - prose
    kind_rule="the stored secret belongs to the other kind.",
    on_delete_provider=("delete", "retain"),
    on_delete_template=("delete", "restore", "retain"),
    preflight=("off", "connect", "send"),
)
