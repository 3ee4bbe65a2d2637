"""What Auth0 refuses and what to do (docs/contracts/auth0.md#authentication, #errors and #patch)."""

from __future__ import annotations

from typing import Final

from tenant_email.platforms.remedies import Remedy, after_rotation

_LOGIN: Final = "/oauth/token"
_SCOPES: Final = (
    "Grant the application these scopes of the Management API: read, create, update and delete:email_provider; read, "
    "create and update:email_templates."
)
_SCOPED: Final = {
    "GET /api/v2/emails/provider": "read:email_provider",
    "POST /api/v2/emails/provider": "create:email_provider",
    "PATCH /api/v2/emails/provider": "update:email_provider",
    "DELETE /api/v2/emails/provider": "delete:email_provider",
    "GET /api/v2/email-templates": "read:email_templates",
    "POST /api/v2/email-templates": "create:email_templates",
    "PATCH /api/v2/email-templates": "update:email_templates",
}
"""Which scope a call wants (docs/contracts/auth0.md#endpoints)."""

_FOR_A_MAIL: Final = {
    "POST /api/v2/jobs/verification-email": "update:users",
    "GET /api/v2/jobs": "read:users",
    "GET /api/v2/users": "read:users",
    "GET /api/v2/logs": "read:logs",
}
"""The same for `tenant-email send-test` (docs/contracts/auth0.md#delivery)."""

_CREDENTIALS: Final = (
    "Check clientId and clientSecret of the tenant, and that the application may use the Management API. "
    + after_rotation("secret", "AUTH0_CLIENT_SECRET")
)

REMEDIES: Final = (
    Remedy("Wait a minute, then run again; what was done is recorded.", status=429),
    Remedy(
        "Authorize the application for the Auth0 Management API, in its API settings.",
        says="client-grant",
        request=_LOGIN,
    ),
    Remedy(
        "Make it a Machine to Machine application, or allow it the grant type Client Credentials.",
        code="unauthorized_client",
        request=_LOGIN,
    ),
    *(Remedy(_CREDENTIALS, status=status, request=_LOGIN) for status in (400, 401, 403)),
    Remedy(
        "Enable the tenant's email provider first, or omit from_address in the template.",
        says="From address cannot be set",
    ),
    Remedy(
        "Run `pulumi refresh`, set the credentials, and run again: it is recreated.",
        code="inexistent_email_provider",
    ),
    Remedy(
        "This tenant has no such template; legacy names are gone, use reset_email.", code="inexistent_email_template"
    ),
    Remedy("Set from_address to an address that mail may be sent from.", status=400, says="default_from_address"),
    Remedy("Deploy an Action and bind it to the trigger custom-email-provider first.", says="No deployed action"),
    Remedy("Omit result_url: this tenant's plan does not allow it.", says="resultUrl are not allowed"),
    Remedy("This tenant does not have that feature; remove the template from the program.", code="feature_not_enabled"),
    Remedy("This tenant's plan does not include it.", code="insufficient_entitlement"),
    *(
        Remedy(
            f"Grant the application the scope {scope} of the Management API, in its API settings; `tenant-email "
            "doctor auth0` lists all that are missing.",
            status=403,
            code="insufficient_scope",
            request=request,
        )
        for request, scope in _SCOPED.items()
    ),
    *(
        Remedy(
            f"Grant the application the scope {scope} of the Management API, in its API settings; nothing but "
            "send-test needs it.",
            status=403,
            code="insufficient_scope",
            request=request,
        )
        for request, scope in _FOR_A_MAIL.items()
    ),
    Remedy(
        "Use a user of a database connection who has an address: Auth0 verifies no other.",
        status=400,
        request="/api/v2/jobs/verification-email",
    ),
    Remedy(_SCOPES, status=403),
    Remedy("Check clientId and clientSecret of the tenant.", status=401),
    Remedy("Run again: someone else configured it at the same time.", status=409),
    Remedy(
        "Set settings.password: Auth0 discards the stored one when host, port or username changes.", says="smtp_pass"
    ),
    Remedy("Compare the settings with the message above; nothing was changed.", status=400),
)
