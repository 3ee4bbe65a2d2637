"""The sign-in experience, above all what it needs email for (docs/contracts/logto.md#sign-in)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import refusals, zod_results
from tenant_email_local.emulators.logto.languages import BUILT_IN
from tenant_email_local.emulators.logto.sign_in_schema import DEFAULT, EXPIRATION, LASTING, PATCH
from tenant_email_local.emulators.logto.tenant import require_storable, sent_json
from tenant_email_local.emulators.routes import Route
from tenant_email_local.emulators.server import HttpAnswer

if TYPE_CHECKING:
    from werkzeug.wrappers import Request

    from tenant_email_local.emulators.logto.tenant import LogtoTenant
    from tenant_email_local.emulators.server import Refusal

_FACTORS: Final = {"email": "EmailVerificationCode", "phone": "PhoneVerificationCode"}
_KINDS: Final = {"email": "Email", "phone": "Sms"}
_EITHER: Final = "emailOrPhone"
_DOMAIN: Final = r"[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)+"
_LISTED: Final = re.compile(rf"[^\s@]*@{_DOMAIN}")
_LISTED_WIDELY: Final = re.compile(r"[^\s@]*@(?![*.]+\Z)[^\s@.]+(\.[^\s@.]+)+")
_RULE: Final = "sign_in_experiences"


def get(tenant: LogtoTenant, _request: Request) -> HttpAnswer:
    """Answers all of it."""
    return HttpAnswer(200, tenant.state.sign_in)


def patch(tenant: LogtoTenant, request: Request) -> HttpAnswer:
    """Replaces the parts given, without the keys that Logto does not know."""
    body = sent_json(request)
    refusals.guard(PATCH, body)
    given = zod_results.parsed(PATCH, body)
    _require_language(given)
    current = tenant.state.sign_in
    after = current | given
    _require_senders(tenant, given, after)
    adaptive = _adaptive(given, after)
    _require_forgot_password(tenant, given, after)
    expiration = _expiration(tenant, given, current)
    _require_self_hosted(tenant, given)
    given |= {"adaptiveMfa": adaptive} if adaptive is not None else {}
    given |= {"passwordExpiration": expiration} if "passwordExpiration" in given else {}
    _tidy(tenant, given)
    if not given:
        raise refusals.refusal(422, "entity.invalid_input")
    require_storable(given)
    if given.get("tenantId", DEFAULT["tenantId"]) != DEFAULT["tenantId"]:
        raise refusals.internal()
    current.update({name: None if value == "" else value for name, value in given.items()})
    return HttpAnswer(200, current)


def sends(tenant: LogtoTenant, kind: str, without: str = "") -> bool:
    """Returns whether there is a connector for `email` or `phone`, but for one with a certain id."""
    return any(row.id != without for row in tenant.rows(_KINDS[kind]))


def lets_reset(tenant: LogtoTenant, methods: list[str] | None, without: str = "") -> bool:
    """Returns whether users who forgot a password can be sent a code; without `methods` whatever sends will do."""
    return any(
        (methods is None or method in methods) and sends(tenant, kind, without) for kind, method in _FACTORS.items()
    )


def require_reset(tenant: LogtoTenant, methods: list[str] | None, without: str = "") -> None:
    """Refuses what would leave users without a way to a new password."""
    if not lets_reset(tenant, methods, without):
        raise refusals.refusal(422, f"{_RULE}.password_expiration_requires_forgot_password")


def _require_language(given: dict[str, Any]) -> None:
    language = given.get("languageInfo", {}).get("fallbackLanguage", BUILT_IN[0])
    if language not in BUILT_IN:
        message = f"This language - {language} is not supported at the moment."
        raise refusals.refusal(400, f"{_RULE}.unsupported_default_language", message)


def _require_senders(tenant: LogtoTenant, given: dict[str, Any], after: dict[str, Any]) -> None:
    """Codes need a connector, and are either for sign-in or for MFA."""
    if "signUp" in given:
        _check_sign_up(tenant, given["signUp"])
    if "signIn" in given:
        _check_sign_in(tenant, given["signIn"], after)
    if "mfa" in given:
        _check_mfa(given["mfa"], after["signIn"])


def _check_sign_up(tenant: LogtoTenant, sign_up: dict[str, Any]) -> None:
    first: list[str] = sign_up["identifiers"]
    rest: list[dict[str, Any]] = sign_up.get("secondaryIdentifiers", [])
    second = [each["identifier"] for each in rest]
    named = {*first, *second} | (set(_KINDS) if _EITHER in second else set[str]())
    if second and not first:
        raise refusals.refusal(400, f"{_RULE}.missing_sign_up_identifiers")
    twice = {*first} & ({*second} | (set(_KINDS) if _EITHER in second else set[str]()))
    if twice or len({*first}) < len(first) or len({*second}) < len(second):
        raise refusals.refusal(400, f"{_RULE}.duplicated_sign_up_identifiers")
    unverified = [each for each in rest if each["identifier"] != "username" and not each.get("verify")]
    if (named - {"username"} and not sign_up["verify"]) or unverified:
        raise refusals.refusal(400, f"{_RULE}.passwordless_requires_verify")
    for kind in _KINDS:
        if kind in named and not sends(tenant, kind):
            raise _no_connector(kind)


def _check_sign_in(tenant: LogtoTenant, sign_in: dict[str, Any], after: dict[str, Any]) -> None:
    for kind in _KINDS:
        if _by_code(sign_in, kind) and not sends(tenant, kind):
            raise _no_connector(kind)
    methods: list[dict[str, Any]] = sign_in["methods"]
    if not all(method["password"] or method["verificationCode"] for method in methods):
        raise refusals.refusal(400, f"{_RULE}.at_least_one_authentication_factor")
    without_code = [each for each in methods if not each["verificationCode"] and each["identifier"] != "username"]
    if after["signUp"]["verify"] and not after["signUp"]["password"] and without_code:
        raise refusals.refusal(400, f"{_RULE}.code_sign_in_must_be_enabled")
    _forbid_both(sign_in, after["mfa"], "sign_in")


def _check_mfa(mfa: dict[str, Any], sign_in: dict[str, Any]) -> None:
    factors: list[str] = mfa["factors"]
    if len(set(factors)) != len(factors):
        raise refusals.refusal(400, f"{_RULE}.duplicated_mfa_factors")
    if factors == ["BackupCode"]:
        raise refusals.refusal(400, f"{_RULE}.backup_code_cannot_be_enabled_alone")
    _forbid_both(sign_in, mfa, "mfa")


def _forbid_both(sign_in: dict[str, Any], mfa: dict[str, Any], changed: str) -> None:
    """Refuses codes by email, or by SMS, for both; the code of the refusal names what was changed."""
    for kind, factor in _FACTORS.items():
        if factor in mfa["factors"] and _by_code(sign_in, kind):
            raise refusals.refusal(400, f"{_RULE}.{kind}_verification_code_cannot_be_used_for_{changed}")


def _by_code(sign_in: dict[str, Any], kind: str) -> bool:
    return any(method["identifier"] == kind and method["verificationCode"] for method in sign_in["methods"])


def _adaptive(given: dict[str, Any], after: dict[str, Any]) -> dict[str, Any] | None:
    """Returns what adaptive MFA becomes, None where it stays; it goes with MFA and lasting prompts alone."""
    factors, lasting = after["mfa"]["factors"], after["mfa"]["policy"] in LASTING
    asked: dict[str, Any] | None = given.get("adaptiveMfa")
    if asked is None and "mfa" in given and not factors:
        return {"enabled": False}
    if asked is None and "mfa" not in given:
        return None
    enabled = after["adaptiveMfa"].get("enabled")
    if asked is not None and enabled is None:
        return asked
    if enabled and not factors:
        raise refusals.refusal(422, f"{_RULE}.adaptive_mfa_requires_mfa")
    if lasting != bool(enabled):
        word = "adaptive_mfa_requires_non_skippable" if enabled else "non_adaptive_mfa_requires_skippable"
        raise refusals.refusal(422, f"{_RULE}.{word}_policy")
    return asked


def _require_forgot_password(tenant: LogtoTenant, given: dict[str, Any], after: dict[str, Any]) -> None:
    for method in given.get("forgotPasswordMethods") or ():
        kind = next(kind for kind, factor in _FACTORS.items() if factor == method)
        if not sends(tenant, kind):
            word = {"email": "email", "phone": "sms"}[kind]
            message = f"Forgot password method requires a corresponding {word} connector to be configured."
            raise refusals.refusal(400, f"{_RULE}.forgot_password_method_requires_connector", message)
    wanted: dict[str, Any] = given.get("passwordExpiration", {})
    if wanted.get("enabled", after["passwordExpiration"].get("enabled")):
        require_reset(tenant, after["forgotPasswordMethods"])


def _expiration(tenant: LogtoTenant, given: dict[str, Any], current: dict[str, Any]) -> dict[str, Any]:
    """Returns when passwords expire from now on; since when they do is the server's own to say."""
    asked, stored = given.get("passwordExpiration", {}), current["passwordExpiration"]
    if asked.get("enabled") is False:
        return {"enabled": False}
    merged: dict[str, Any] = zod_results.parsed(EXPIRATION, {**stored, **asked})
    if not merged.get("enabled"):
        return merged
    since = stored.get("enabledAt") if stored.get("enabled") else None
    return {**merged, "enabledAt": tenant.milliseconds() if since is None else since}


def _require_self_hosted(tenant: LogtoTenant, given: dict[str, Any]) -> None:
    """Refuses what Logto Cloud alone has, and odd items of the lists of addresses."""
    if not tenant.switches.cloud:
        for wanted, words in (
            (given.get("hideLogtoBranding"), "Hide Logto branding is not supported in this environment"),
            (any(given.get("customUiCsp", {}).values()), "Custom UI CSP configuration is not available"),
            (
                given.get("emailBlocklistPolicy", {}).get("blockDisposableAddresses"),
                "Disposable email domain validation is not supported in this environment",
            ),
        ):
            if wanted:
                raise refusals.invalid_input(400, words)
    for name in ("customAllowlist", "customBlocklist"):
        items: list[str] = given.get("emailBlocklistPolicy", {}).get(name, [])
        if odd := [item for item in dict.fromkeys(items) if not _is_listable(item)]:
            message = (
                f"Invalid custom email blocklist items: {_listed(odd)}. Each item must be a valid email address "
                "or email domain, e.g., foo@example.com or @example.com."
            )
            raise refusals.refusal(400, f"{_RULE}.invalid_custom_email_blocklist_format", message)


def _is_listable(item: str) -> bool:
    return bool((_LISTED_WIDELY if "*" in item else _LISTED).fullmatch(item))


def _listed(items: list[str]) -> str:
    """Returns items as an English sentence names them."""
    *first, last = items
    return f"{', '.join(first)}{',' if len(first) > 1 else ''} and {last}" if first else last


def _tidy(tenant: LogtoTenant, given: dict[str, Any]) -> None:
    """Drops repeated addresses, targets without a connector, and profile fields, of which there are none."""
    policy: dict[str, Any] = given.get("emailBlocklistPolicy", {})
    for name in {"customAllowlist", "customBlocklist"} & policy.keys():
        policy[name] = list(dict.fromkeys(policy[name]))
    if "socialSignInConnectorTargets" in given:
        targets = {tenant.factories()[row.factory].target for row in tenant.rows()}
        kept = [each for each in given["socialSignInConnectorTargets"] if each in targets]
        given["socialSignInConnectorTargets"] = kept
    if given.get("signUpProfileFields"):
        given["signUpProfileFields"] = []


def _no_connector(kind: str) -> Refusal:
    message = f"Enabled {_KINDS[kind]} connector not found."
    return refusals.refusal(400, f"{_RULE}.enabled_connector_not_found", message)


ROUTES = (Route("GET", "/api/sign-in-exp", get), Route("PATCH", "/api/sign-in-exp", patch))
