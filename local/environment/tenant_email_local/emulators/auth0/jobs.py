"""The endpoints around a verification email: jobs and users (docs/contracts/auth0.md#delivery)."""

from __future__ import annotations

import secrets
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.auth0 import refusals, schema, tokens
from tenant_email_local.emulators.auth0.tenant import Auth0Route, Auth0Tenant, sent_json
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.auth0.state import Auth0User

CONNECTION: Final = "Username-Password-Authentication"
"""The connection that the tenant's users are in."""
_LIFETIME: Final = 432_000  # seconds, of a link in a verification email


def start_verification(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Queues a verification email; the job succeeds when it is queued, which does not mean delivered."""
    user_id = schema.job_body(sent_json(request))["user_id"]
    user = tenant.state.users.get(user_id)
    if user is None:
        raise refusals.refusal(404, "The user does not exist.", "inexistent_user")
    if not user.email:
        raise refusals.refusal(400, "The user does not have an email address.", "invalid_body")
    job = {
        "type": "verification_email",
        "status": "pending",
        "created_at": tenant.now(),
        "id": f"job_{secrets.token_hex(8)}",
    }
    tenant.state.jobs[job["id"]] = job
    client_id = tokens.client_of(tenant, request)
    _log_request(tenant, user, client_id, job["id"])
    tenant.send_verification(job["id"], user_id, client_id)
    return HttpAnswer(201, dict(job))


def _log_request(tenant: Auth0Tenant, user: Auth0User, client_id: str, job_id: str) -> None:
    """Adds the entry of a verification email that is queued."""
    template = tenant.state.templates.get("verify_email", {})
    client = tenant.state.clients.get(client_id)
    provider, _, idp_user_id = user.user_id.partition("|")
    body = {
        "tenant": tenant.state.name,
        "connection": CONNECTION,
        "client_id": client_id,
        "user_id": user.user_id,
        "provider": provider,
        "idp_user_id": idp_user_id,
        "email": user.email,
        "to": user.email,
        "template": {"type": "verify_email"},
        "includeEmailInRedirect": template.get("includeEmailInRedirect", True),
        "ttl_sec": template.get("urlLifetimeInSeconds", _LIFETIME),
        "job_id": job_id,
    }
    tenant.log(
        "svr",
        "",
        user_id=user.user_id,
        details={"body": body},
        connection=CONNECTION,
        connection_id="",
        client_id=client_id,
        client_name=client.name if client else "",
        user_name=user.name or user.email,
        strategy="auth0",
        strategy_type="database",
    )


def read_job(tenant: Auth0Tenant, _: Request, job_id: str) -> HttpAnswer:
    """Answers a job."""
    if job_id not in tenant.state.jobs:
        raise refusals.refusal(404, "The job does not exist.", "inexistent_job")
    return HttpAnswer(200, tenant.state.jobs[job_id])


def read_user(tenant: Auth0Tenant, _: Request, user_id: str) -> HttpAnswer:
    """Answers a user."""
    user = tenant.state.users.get(user_id)
    if user is None:
        raise refusals.refusal(404, "The user does not exist.", "inexistent_user")
    return HttpAnswer(200, _show(user))


def read_users_by_email(tenant: Auth0Tenant, request: Request) -> HttpAnswer:
    """Answers the users with an address, of which several connections may have one each."""
    email = request.args.get("email")
    if not email:
        raise refusals.invalid_query("'Missing required property: email'")
    found = [user for user in tenant.state.users.values() if user.email and user.email.lower() == email.lower()]
    return HttpAnswer(200, [_show(user) for user in found])


def _show(user: Auth0User) -> dict[str, Any]:
    """Returns a user as the API shows it: an address that is not there is absent."""
    provider, _, account = user.user_id.partition("|")
    is_social = provider != "auth0"
    connection = provider if is_social else CONNECTION
    identity = {"connection": connection, "provider": provider, "user_id": account, "isSocial": is_social}
    shown = {name: value for name, value in asdict(user).items() if value is not None}
    return {**shown, "identities": [identity]}


ROUTES = (
    Auth0Route(
        "POST",
        "/api/v2/jobs/verification-email",
        start_verification,
        ("update:users",),
        description="Send an email address verification email",
    ),
    Auth0Route("GET", "/api/v2/jobs/<job_id>", read_job, ("read:users", "update:users")),
    Auth0Route("GET", "/api/v2/users/<user_id>", read_user, ("read:users",)),
    Auth0Route("GET", "/api/v2/users-by-email", read_users_by_email, ("read:users",)),
)
