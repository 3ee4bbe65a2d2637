"""The sign-in experience, as far as it needs an email connector (docs/contracts/logto.md#sign-in)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import refusals
from tenant_email_local.emulators.logto.tenant import require_storable, sent_json
from tenant_email_local.emulators.logto.zod import BOOLEAN, STRING, Array, Enum, ZodObject
from tenant_email_local.emulators.logto.zod import Optional as Maybe
from tenant_email_local.emulators.routes import Route
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.tenant import LogtoTenant
    from tenant_email_local.emulators.server import Refusal

DEFAULT: dict[str, Any] = {
    "tenantId": "default",
    "id": "default",
    "color": {"primaryColor": "#6139F6", "isDarkModeEnabled": False, "darkPrimaryColor": "#8768F8"},
    "branding": {"logoUrl": "https://logto.io/logo.svg", "darkLogoUrl": "https://logto.io/logo-dark.svg"},
    "hideLogtoBranding": False,
    "languageInfo": {"autoDetect": True, "fallbackLanguage": "en"},
    "termsOfUseUrl": None,
    "privacyPolicyUrl": None,
    "agreeToTermsPolicy": "Automatic",
    "signIn": {
        "methods": [{"identifier": "username", "password": True, "verificationCode": False, "isPasswordPrimary": True}]
    },
    "signUp": {"identifiers": ["username"], "password": True, "verify": False},
    "socialSignIn": {},
    "socialSignInConnectorTargets": [],
    "signInMode": "SignInAndRegister",
    "customCss": None,
    "customContent": {},
    "customUiAssets": None,
    "customUiCsp": {},
    "passwordPolicy": {},
    "mfa": {"factors": [], "policy": "UserControlled"},
    "adaptiveMfa": {},
    "singleSignOnEnabled": False,
    "supportEmail": None,
    "supportWebsiteUrl": None,
    "unknownSessionRedirectUrl": None,
    "captchaPolicy": {},
    "sentinelPolicy": {},
    "emailBlocklistPolicy": {},
    "verificationCodePolicy": {},
    "forgotPasswordMethods": [],
    "passkeySignIn": {},
    "signUpProfileFields": None,
    "passwordExpiration": {},
    "usernamePolicy": {
        "caseSensitive": True,
        "minLength": 1,
        "maxLength": 128,
        "allowedChars": {"lowercase": True, "uppercase": True, "numbers": True, "underscore": True},
    },
}
_FIXED: Final = frozenset({"tenantId", "id"})
_IDENTIFIER: Final = Enum(("username", "email", "phone"))
_FACTOR: Final = Enum(("Totp", "WebAuthn", "BackupCode", "PhoneVerificationCode", "EmailVerificationCode"))
_POLICY: Final = Enum(
    (
        "UserControlled",
        "Mandatory",
        "PromptOnlyAtSignIn",
        "PromptAtSignInAndSignUp",
        "NoPrompt",
        "PromptAtSignInAndSignUpMandatory",
        "PromptOnlyAtSignInMandatory",
    )
)
_METHOD: Final = ZodObject(
    {
        "identifier": _IDENTIFIER,
        **dict.fromkeys(("password", "verificationCode", "isPasswordPrimary"), BOOLEAN),
    }
)
_PATCH: Final = ZodObject(
    {
        "languageInfo": Maybe(ZodObject({"autoDetect": BOOLEAN, "fallbackLanguage": STRING})),
        "signIn": Maybe(ZodObject({"methods": Array(_METHOD)})),
        "signUp": Maybe(ZodObject({"identifiers": Array(_IDENTIFIER), "password": BOOLEAN, "verify": BOOLEAN})),
        "mfa": Maybe(ZodObject({"factors": Array(_FACTOR), "policy": _POLICY})),
    }
)
_EMAIL_FACTOR: Final = "EmailVerificationCode"
_FACTORS: Final = {"email": _EMAIL_FACTOR, "phone": "PhoneVerificationCode"}
_KINDS: Final = {"email": "Email", "phone": "Sms"}


def get(tenant: LogtoTenant, _request: Request) -> HttpAnswer:
    """Answers all of it."""
    return HttpAnswer(200, tenant.state.sign_in)


def patch(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Replaces the parts given; codes need a connector, and are either for sign-in or for MFA."""
    body = sent_json(request)
    refusals.guard(_PATCH, body)
    require_storable(body)
    current = tenant.state.sign_in
    if not body.keys() & DEFAULT.keys() - _FIXED:
        raise refusals.refusal(422, "entity.invalid_input")
    if "signUp" in body:
        _check_sign_up(tenant, body["signUp"])
    if "signIn" in body:
        _check_sign_in(tenant, body["signIn"], body.get("mfa") or current["mfa"])
    if "mfa" in body:
        _check_mfa(body["mfa"], body.get("signIn") or current["signIn"])
    for kind, method in _FACTORS.items():
        if method in (body.get("forgotPasswordMethods") or ()) and not _sends(tenant, kind):
            word = {"email": "email", "phone": "sms"}[kind]
            message = f"Forgot password method requires a corresponding {word} connector to be configured."
            raise refusals.refusal(400, "sign_in_experiences.forgot_password_method_requires_connector", message)
    current.update({name: body[name] for name in DEFAULT if name in body and name not in _FIXED})
    return HttpAnswer(200, current)


def _check_sign_up(tenant: LogtoTenant, sign_up: dict[str, Any]) -> None:
    for kind in _FACTORS:
        if kind in sign_up["identifiers"] and not _sends(tenant, kind):
            raise _no_connector(kind)


def _check_sign_in(tenant: LogtoTenant, sign_in: dict[str, Any], mfa: dict[str, Any]) -> None:
    for kind in _FACTORS:
        if _by_code(sign_in, kind) and not _sends(tenant, kind):
            raise _no_connector(kind)
    if not all(method["password"] or method["verificationCode"] for method in sign_in["methods"]):
        raise refusals.refusal(400, "sign_in_experiences.at_least_one_authentication_factor")
    _forbid_both(sign_in, mfa, "sign_in")


def _check_mfa(mfa: dict[str, Any], sign_in: dict[str, Any]) -> None:
    factors: list[str] = mfa["factors"]
    if len(set(factors)) != len(factors):
        raise refusals.refusal(400, "sign_in_experiences.duplicated_mfa_factors")
    if factors == ["BackupCode"]:
        raise refusals.refusal(400, "sign_in_experiences.backup_code_cannot_be_enabled_alone")
    _forbid_both(sign_in, mfa, "mfa")


def _forbid_both(sign_in: dict[str, Any], mfa: dict[str, Any], changed: str) -> None:
    """Refuses codes by email, or by SMS, for both; the code of the refusal names what was changed."""
    for kind, factor in _FACTORS.items():
        if factor in mfa["factors"] and _by_code(sign_in, kind):
            code = f"sign_in_experiences.{kind}_verification_code_cannot_be_used_for_{changed}"
            raise refusals.refusal(400, code)


def _by_code(sign_in: dict[str, Any], kind: str) -> bool:
    return any(method["identifier"] == kind and method["verificationCode"] for method in sign_in["methods"])


def _sends(tenant: LogtoTenant, kind: str) -> bool:
    return any(tenant.factories()[row.factory].type == _KINDS[kind] for row in tenant.rows())


def _no_connector(kind: str) -> Refusal:
    message = f"Enabled {_KINDS[kind]} connector not found."
    return refusals.refusal(400, "sign_in_experiences.enabled_connector_not_found", message)


ROUTES = (Route("GET", "/api/sign-in-exp", get), Route("PATCH", "/api/sign-in-exp", patch))
