"""The sign-in experience, as far as it needs an email connector (docs/contracts/logto.md#sign-in)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tenant_email_local.emulators.logto import refusals
from tenant_email_local.emulators.logto.tenant import sent_json
from tenant_email_local.emulators.logto.zod import ZodObject
from tenant_email_local.emulators.routes import Route
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.tenant import LogtoTenant

DEFAULT: dict[str, Any] = {
    "signUp": {"identifiers": ["username"], "password": True, "verify": False},
    "signIn": {
        "methods": [{"identifier": "username", "password": True, "verificationCode": False, "isPasswordPrimary": True}]
    },
    "forgotPasswordMethods": [],
    "mfa": {"factors": [], "policy": "UserControlled"},
    "passwordExpiration": {},
    "languageInfo": {"autoDetect": True, "fallbackLanguage": "en"},
}


def get(tenant: LogtoTenant, _request: Request) -> HttpAnswer:
    """Answers all of it."""
    return HttpAnswer(200, tenant.state.sign_in)


def patch(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Replaces the parts given; email codes need a connector, except for MFA, which is not checked."""
    body = sent_json(request)
    refusals.guard(ZodObject(), body)
    if not tenant.email_rows():
        methods = body.get("signIn", {}).get("methods", [])
        if any(method["identifier"] == "email" and method["verificationCode"] for method in methods):
            raise refusals.refusal(400, "sign_in_experiences.enabled_connector_not_found")
        if "EmailVerificationCode" in body.get("forgotPasswordMethods", []):
            raise refusals.refusal(400, "sign_in_experiences.forgot_password_method_requires_connector")
    tenant.state.sign_in.update({name: body[name] for name in DEFAULT if name in body})
    return HttpAnswer(200, tenant.state.sign_in)


ROUTES = (Route("GET", "/api/sign-in-exp", get), Route("PATCH", "/api/sign-in-exp", patch))
