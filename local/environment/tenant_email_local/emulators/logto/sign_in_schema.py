"""What the sign-in experience takes of each setting, and what it holds at first (docs/contracts/logto.md#sign-in)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email_local.emulators.logto import zod_checks
from tenant_email_local.emulators.logto.languages import is_language
from tenant_email_local.emulators.logto.zod import (
    BOOLEAN,
    NUMBER,
    STRING,
    Array,
    Default,
    Literal,
    NativeEnum,
    Nullable,
    Primitive,
    Refined,
    Union,
    ZodObject,
    ZodRecord,
)
from tenant_email_local.emulators.logto.zod import Optional as Maybe

if TYPE_CHECKING:
    from tenant_email_local.emulators.logto.zod import Schema

DEFAULT: Final[dict[str, Any]] = {
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
LASTING: Final = ("PromptAtSignInAndSignUpMandatory", "PromptOnlyAtSignInMandatory")
"""The prompts for MFA that nobody may skip."""


def _whole(least: int, most: int | None = None) -> Primitive:
    return Primitive("number", (zod_checks.whole(), zod_checks.between(least, most)))


def _flags(*names: str) -> dict[str, Schema]:
    return {name: Maybe(BOOLEAN) for name in names}


def _emptied(check: zod_checks.Check) -> Union:
    """Returns the schema of a text that may be null or empty."""
    return Union((Nullable(Maybe(Primitive("string", (check,)))), Literal("")))


_URL: Final = Maybe(Primitive("string", (zod_checks.URL,)))
_COLOR: Final = Primitive("string", (zod_checks.matches(r"(?i)^#[\da-f]{3}([\da-f]{3})?\Z", "regex", "Invalid"),))
_IDENTIFIER: Final = NativeEnum(("username", "email", "phone"))
_SECOND: Final = ZodObject(
    {"identifier": Union((_IDENTIFIER, NativeEnum(("emailOrPhone",)))), "verify": Maybe(BOOLEAN)}
)
_METHOD: Final = ZodObject(
    {"identifier": _IDENTIFIER, **dict.fromkeys(("password", "verificationCode", "isPasswordPrimary"), BOOLEAN)}
)
_FACTOR: Final = NativeEnum(("Totp", "WebAuthn", "BackupCode", "EmailVerificationCode", "PhoneVerificationCode"))
_PROMPT: Final = NativeEnum(
    ("UserControlled", "Mandatory", "PromptOnlyAtSignIn", "PromptAtSignInAndSignUp", "NoPrompt", *LASTING)
)
_PASSWORDS: Final = ZodObject(
    {
        "length": Maybe(ZodObject({"min": Default(_whole(1), 8), "max": Default(_whole(1), 256)})),
        "characterTypes": Maybe(ZodObject({"min": Default(_whole(1, 4), 1)})),
        "rejects": Maybe(
            ZodObject(
                {
                    **{name: Default(BOOLEAN, True) for name in ("pwned", "repetitionAndSequence", "userInfo")},
                    "words": Default(Array(STRING), []),
                }
            )
        ),
    }
)
_SIZE: Final = _whole(1, 128)
_USERNAMES: Final = ZodObject(
    {
        "caseSensitive": BOOLEAN,
        "minLength": _SIZE,
        "maxLength": _SIZE,
        "allowedChars": ZodObject(dict.fromkeys(("lowercase", "uppercase", "numbers", "underscore"), BOOLEAN)),
    }
)
EXPIRATION: Final = Union(
    (
        ZodObject({"enabled": Maybe(Literal(value=False))}),
        ZodObject({"enabled": Literal(value=True), "validPeriodDays": _whole(1), "enabledAt": Maybe(_whole(0))}),
    )
)
_SETTINGS: Final[dict[str, Schema]] = {
    "tenantId": Primitive("string", (zod_checks.length(0, 21),)),
    "color": ZodObject({"primaryColor": _COLOR, "isDarkModeEnabled": BOOLEAN, "darkPrimaryColor": _COLOR}),
    "branding": ZodObject(dict.fromkeys(("logoUrl", "darkLogoUrl", "favicon", "darkFavicon"), _URL)),
    "hideLogtoBranding": BOOLEAN,
    "languageInfo": ZodObject({"autoDetect": BOOLEAN, "fallbackLanguage": Refined(is_language)}),
    "agreeToTermsPolicy": NativeEnum(("Automatic", "ManualRegistrationOnly", "Manual")),
    "signIn": ZodObject({"methods": Array(_METHOD)}),
    "signUp": ZodObject(
        {
            "identifiers": Array(_IDENTIFIER),
            "password": BOOLEAN,
            "verify": BOOLEAN,
            "secondaryIdentifiers": Maybe(Array(_SECOND)),
        }
    ),
    "socialSignIn": ZodObject(_flags("automaticAccountLinking", "skipRequiredIdentifiers")),
    "socialSignInConnectorTargets": Array(STRING),
    "signInMode": NativeEnum(("SignIn", "Register", "SignInAndRegister")),
    "customCss": Nullable(STRING),
    "customContent": ZodRecord(STRING),
    "customUiAssets": Nullable(ZodObject({"id": STRING, "createdAt": NUMBER})),
    "customUiCsp": ZodObject(dict.fromkeys(("scriptSrc", "connectSrc"), Maybe(Array(STRING))), strict=True),
    "passwordPolicy": _PASSWORDS,
    "mfa": ZodObject(
        {
            "factors": Array(_FACTOR),
            "policy": _PROMPT,
            "organizationRequiredMfaPolicy": Maybe(NativeEnum(("NoPrompt", "Mandatory"))),
        }
    ),
    "adaptiveMfa": ZodObject(_flags("enabled")),
    "singleSignOnEnabled": BOOLEAN,
    "captchaPolicy": ZodObject(_flags("enabled")),
    "sentinelPolicy": ZodObject(dict.fromkeys(("maxAttempts", "lockoutDuration"), Maybe(NUMBER))),
    "emailBlocklistPolicy": ZodObject(
        {
            **_flags("blockDisposableAddresses", "blockSubaddressing"),
            **dict.fromkeys(("customAllowlist", "customBlocklist"), Maybe(Array(STRING))),
        }
    ),
    "forgotPasswordMethods": Nullable(Array(NativeEnum(("EmailVerificationCode", "PhoneVerificationCode")))),
    "passkeySignIn": ZodObject(_flags("enabled", "showPasskeyButton", "allowAutofill")),
    "signUpProfileFields": Nullable(Array(ZodObject({"name": STRING}))),
    "usernamePolicy": _USERNAMES,
    "termsOfUseUrl": _emptied(zod_checks.URL),
    "privacyPolicyUrl": _emptied(zod_checks.URL),
    "supportEmail": _emptied(zod_checks.EMAIL),
    "supportWebsiteUrl": _emptied(zod_checks.URL),
    "unknownSessionRedirectUrl": _emptied(zod_checks.URL),
    "passwordExpiration": EXPIRATION,
    "verificationCodePolicy": ZodObject(
        {"expirationDuration": Maybe(_whole(60, 3600)), "maxRetryAttempts": Maybe(_whole(1, 100))}
    ),
}
PATCH: Final = ZodObject({name: Maybe(schema) for name, schema in _SETTINGS.items()})
