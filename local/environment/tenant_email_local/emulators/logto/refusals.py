"""Logto's error envelope {code, message, data?, details?} (docs/contracts/logto.md#errors)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import zod, zod_results
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
        "At least one filter condition must be provided to perform bulk deletion by properties. Supported "
        "properties are: languageTag and templateType."
    ),
    "connector.invalid_config": "The connector's config is invalid.",
    "connector.invalid_type_for_syncing_profile": "You can only sync user profile with social connectors.",
    "connector.more_than_one_email": "The number of Email connectors is larger then 1.",
    "connector.more_than_one_sms": "The number of SMS connectors is larger then 1.",
    "connector.multiple_instances_not_supported": "Can not create multiple instance with picked standard connector.",
    "connector.not_found_with_connector_id": "Can not find connector with given standard connector id.",
    "connector.template_not_found": "Unable to find correct template in connector config.",
    "connector.token_storage_not_supported": "This connector does not support token storage. ",
    "connector.unexpected_type": "The connector's type is unexpected.",
    "entity.invalid_input": "Invalid input. Value list must not be empty.",
    "entity.not_found": "The resource does not exist.",
    "entity.relation_foreign_key_not_found": (
        "Cannot find one or more foreign keys. Please check the input and ensure that all referenced entities exist."
    ),
    "entity.unique_integrity_violation": "The entity already exists. Please check the input and try again.",
    "request.feature_not_supported": "This feature is not supported in the current environment.",
    "request.message_rate_limited": "Too many messages sent to this recipient. Please try again later.",
    "request.rate_limited": "Too many requests. Please try again later.",
    "session.insufficient_info": "Insufficient sign-in info.",
    "sign_in_experiences.adaptive_mfa_requires_mfa": "MFA must be enabled before enabling adaptive MFA.",
    "sign_in_experiences.adaptive_mfa_requires_non_skippable_policy": (
        "Adaptive MFA requires a non-skippable MFA prompt policy. Use PromptOnlyAtSignInMandatory or "
        "PromptAtSignInAndSignUpMandatory."
    ),
    "sign_in_experiences.at_least_one_authentication_factor": "You have to select at least one authentication factor.",
    "sign_in_experiences.backup_code_cannot_be_enabled_alone": "Backup code cannot be enabled alone.",
    "sign_in_experiences.code_sign_in_must_be_enabled": (
        "Verification code sign in must be enabled when set a password is not required in sign up."
    ),
    "sign_in_experiences.duplicated_mfa_factors": "Duplicated MFA factors.",
    "sign_in_experiences.duplicated_sign_up_identifiers": "Duplicate sign-up identifiers detected.",
    "sign_in_experiences.email_verification_code_cannot_be_used_for_mfa": (
        "Email verification code cannot be used for MFA when email verification is enabled for sign-in."
    ),
    "sign_in_experiences.email_verification_code_cannot_be_used_for_sign_in": (
        "Email verification code cannot be used for sign-in when it is enabled for MFA."
    ),
    "sign_in_experiences.missing_sign_up_identifiers": "Primary sign-up identifier cannot be empty.",
    "sign_in_experiences.non_adaptive_mfa_requires_skippable_policy": (
        "When adaptive MFA is disabled, MFA prompt policy must be skippable. Do not use "
        "PromptOnlyAtSignInMandatory or PromptAtSignInAndSignUpMandatory."
    ),
    "sign_in_experiences.password_expiration_requires_forgot_password": (
        "Password expiration requires at least one forgot password method with a valid connector."
    ),
    "sign_in_experiences.passwordless_requires_verify": "Must enable verify for email/phone sign up identifier.",
    "sign_in_experiences.phone_verification_code_cannot_be_used_for_mfa": (
        "SMS verification code cannot be used for MFA when SMS verification is enabled for sign-in."
    ),
    "sign_in_experiences.phone_verification_code_cannot_be_used_for_sign_in": (
        "SMS verification code cannot be used for sign-in when it is enabled for MFA."
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


def invalid_input(status: int, details: str) -> Refusal:
    """Returns the refusal of what a schema takes and Logto does not."""
    return refusal(status, "request.invalid_input", f"Input is invalid. {details}")


def not_found() -> Refusal:
    """Returns the refusal of an id that is not there."""
    return refusal(404, "entity.not_found")


def invalid_config(issues: Sequence[zod.Issue]) -> Refusal:
    """Returns the refusal of a connector's config."""
    return refusal(400, "connector.invalid_config", data=_zod_error(issues), details=zod_results.details(issues))


def in_connector(data: dict[str, Any]) -> Refusal:
    """Returns what goes wrong while a connector sends; its data are in the message once more."""
    message = f"Error occurred in connector: {json.dumps(data, separators=(',', ':'), ensure_ascii=False)}"
    return refusal(400, "connector.general", message, data=data)


def guard(schema: zod.Schema, value: Any, what: str = "body") -> None:
    """Refuses a body or query that the route does not take."""
    if issues := schema.issues(value):
        message = f"The request {what} is invalid."
        raise refusal(400, "guard.invalid_input", message, data=_zod_error(issues), details=zod_results.details(issues))


def translate(reply: HttpAnswer, language: str) -> HttpAnswer:
    """Returns a reply in the language that was asked for, where it is one that this stand-in knows."""
    document = reply.document
    if not language.startswith("zh") or not isinstance(document, dict) or document.get("code") not in _CHINESE:
        return reply
    return HttpAnswer(reply.status, {**document, "message": _CHINESE[document["code"]]}, reply.headers)


def _zod_error(issues: Sequence[zod.Issue]) -> dict[str, Any]:
    return {"issues": list(issues), "name": "ZodError"}
