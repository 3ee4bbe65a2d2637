"""What Auth0 can do, as data."""

from __future__ import annotations

from typing import Final

from tenant_email.capabilities import Capabilities
from tenant_email.net.ratelimits import Bucket
from tenant_email.platforms.auth0.kinds import KINDS, OTHER
from tenant_email.tenants.connections import ConnectionSpec

CONNECTION: Final = ConnectionSpec(
    platform="auth0",
    url_variable="AUTH0_DOMAIN",
    plain={"clientId": "AUTH0_CLIENT_ID"},
    secret={"clientSecret": "AUTH0_CLIENT_SECRET"},
    api_paths=("/api/v2", "/api", "/oauth/token", "/oauth"),
    # docs/contracts/auth0.md#endpoints
    scopes={
        **dict.fromkeys(
            ("read:email_provider", "create:email_provider", "update:email_provider", "delete:email_provider"),
            "EmailProvider",
        ),
        **dict.fromkeys(("read:email_templates", "create:email_templates", "update:email_templates"), "EmailTemplate"),
    },
)

# docs/contracts/auth0.md#rate-limits: refill per minute by the bucket's size, which depends on the plan
_SMALL: Final = {5: 25.0, 10: 100.0}
_PROVIDER: Final = "/api/v2/emails/provider"
_TEMPLATES: Final = "/api/v2/email-templates*"
BUCKETS: Final = (
    Bucket("writes of the email provider", ("POST", "PATCH", "DELETE"), _PROVIDER, _SMALL),
    Bucket("reads of the email provider", ("GET",), _PROVIDER, _SMALL),
    Bucket("writes of email templates", ("POST", "PUT", "PATCH"), _TEMPLATES, _SMALL),
    Bucket("reads of email templates", ("GET",), _TEMPLATES, {10: 50.0, 15: 150.0}),
)

CAPABILITIES: Final = Capabilities(
    platform="auth0",
    title="Auth0",
    create="post-conflicts",
    replaces_whole=False,
    transports={transport.kind: transport for transport in (*(kind.transport for kind in KINDS.values()), OTHER)},
    password_rule="Auth0 discards the stored one when host, port or username changes.",  # noqa: S106 - prose
    kind_rule="Auth0 drops the old credentials and settings when the kind changes.",
    on_delete_provider=("delete", "disable", "retain"),
    on_delete_template=("disable", "restore", "retain"),
    templates_apart=True,  # docs/contracts/auth0.md#concurrency
    preflight=("off", "connect"),
    # docs/contracts/auth0.md#delivery: the dashboard's test email is private
    no_preflight={"send": "its Management API has no test email"},
)
