"""Logto's error envelope {code, message, data?, details?} (docs/contracts/logto.md#errors)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import zod
from tenant_email_local.emulators.server import HttpAnswer, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

_MESSAGES: Final = {
    "auth.authorization_header_missing": "Authorization header is missing.",
    "auth.authorization_token_type_not_supported": "Authorization type is not supported.",
    "auth.forbidden": "Forbidden. Please check your user roles and permissions.",
    "auth.unauthorized": "Unauthorized. Please check credentials and its scope.",
    "connector.cannot_overwrite_metadata_for_non_standard_connector": (
        "This connector's 'metadata' cannot be overwritten."
    ),
    "connector.email_connector.bulk_deletion_no_filter": (
        "At least one filter condition must be provided to perform bulk deletion by properties. "
        "Supported properties are: languageTag and templateType."
    ),
    "connector.invalid_config": "The connector's config is invalid.",
    "connector.invalid_type_for_syncing_profile": "You can only sync user profile with social connectors.",
    "connector.more_than_one_email": "The number of Email connectors is larger then 1.",
    "connector.not_found_with_connector_id": "Can not find connector with given standard connector id.",
    "connector.template_not_found": "Unable to find correct template in connector config.",
    "connector.unexpected_type": "The connector's type is unexpected.",
    "entity.invalid_input": "Invalid input. Value list must not be empty.",
    "entity.not_found": "The resource does not exist.",
    "request.feature_not_supported": "This feature is not supported in the current environment.",
    "request.message_rate_limited": "Too many messages sent to this recipient. Please try again later.",
    "request.rate_limited": "Too many requests. Please try again later.",
    "sign_in_experiences.at_least_one_authentication_factor": "You have to select at least one authentication factor.",
    "sign_in_experiences.backup_code_cannot_be_enabled_alone": "Backup code cannot be enabled alone.",
    "sign_in_experiences.duplicated_mfa_factors": "Duplicated MFA factors.",
    "sign_in_experiences.email_verification_code_cannot_be_used_for_mfa": (
        "Email verification code cannot be used for MFA when email verification is enabled for sign-in."
    ),
    "sign_in_experiences.email_verification_code_cannot_be_used_for_sign_in": (
        "Email verification code cannot be used for sign-in when it is enabled for MFA."
    ),
    "sign_in_experiences.phone_verification_code_cannot_be_used_for_mfa": (
        "SMS verification code cannot be used for MFA when SMS verification is enabled for sign-in."
    ),
    "sign_in_experiences.password_expiration_requires_forgot_password": (
        "Password expiration requires at least one forgot password method with a valid connector."
    ),
    "verification_code.code_mismatch": "Invalid verification code.",
    "verification_code.exceed_max_try": (
        "Verification code retries limitation exceeded. Please request a new verification code."
    ),
    "verification_code.expired": "Verification code has expired. Please request a new verification code.",
    "verification_code.not_found": "Verification code not found. Please send verification code first.",
}
_CHINESE: Final = {"entity.not_found": "该资源不存在。"}
"""One message is enough to show that a client must not read them."""


def refusal(status: int, code: str, message: str | None = None, **more: Any) -> Refusal:
    """Returns a refusal; `more` are the envelope's optional parts."""
    return Refusal(HttpAnswer(status, {"code": code, "message": message or _MESSAGES.get(code, code), **more}))


def text(status: int, words: str) -> Refusal:
    """Returns one of the answers that are no JSON."""
    return Refusal(HttpAnswer(status, words, {"Content-Type": "text/plain; charset=utf-8"}))


def internal() -> Refusal:
    """Returns what an unhandled exception becomes."""
    return Refusal(HttpAnswer(500, {"message": "Internal server error."}))


def no_connector(status: int, kind: str) -> Refusal:
    """Returns the refusal to send by email or SMS without a connector for it."""
    return refusal(status, "connector.not_found", f"Cannot find any available connector for type: {kind}.")


def not_found() -> Refusal:
    """Returns the refusal of an id that is not there."""
    return refusal(404, "entity.not_found")


def invalid_config(issues: Sequence[zod.Issue]) -> Refusal:
    """Returns the refusal of a connector's config."""
    return refusal(400, "connector.invalid_config", data=_zod_error(issues), details=zod.details(issues))


def guard(schema: zod.Schema, value: Any, what: str = "body") -> None:
    """Refuses a body or query that the route does not take."""
    if issues := schema.issues(value):
        message = f"The request {what} is invalid."
        raise refusal(400, "guard.invalid_input", message, data=_zod_error(issues), details=zod.details(issues))


def translate(reply: HttpAnswer, language: str) -> HttpAnswer:
    """Returns a reply in the language that was asked for, where it is one that this stand-in knows."""
    document = reply.document
    if not language.startswith("zh") or not isinstance(document, dict) or document.get("code") not in _CHINESE:
        return reply
    return HttpAnswer(reply.status, {**document, "message": _CHINESE[document["code"]]}, reply.headers)


def _zod_error(issues: Sequence[zod.Issue]) -> dict[str, Any]:
    return {"issues": list(issues), "name": "ZodError"}
