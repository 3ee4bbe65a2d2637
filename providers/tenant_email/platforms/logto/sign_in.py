"""What of a tenant's sign-in experience needs an email connector (docs/contracts/logto.md#sign-in)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView

_BY_EMAIL: Final = frozenset({"email", "emailOrPhone"})


def dependents(experience: PropsView, *, has_connector: bool = True) -> list[str]:
    """Returns what stops working without a connector, or does not work; Logto lets a connector go all the same."""
    found: list[str] = []
    if _verifies_sign_up(_part(experience, "signUp")):
        found.append("sign-up by email")
    methods: list[Props] = _part(experience, "signIn").get("methods", [])
    if any(method.get("identifier") == "email" and method.get("verificationCode") for method in methods):
        found.append("sign-in by email code")
    forgot: list[str] | None = experience.get("forgotPasswordMethods")
    # null: by whichever connector there is (docs/contracts/logto.md#delete), for those who have a password
    is_usual = forgot is None and has_connector and any(method.get("password") for method in methods)
    if is_usual or "EmailVerificationCode" in (forgot or ()):
        found.append("forgot-password by email")
    if "EmailVerificationCode" in _part(experience, "mfa").get("factors", ()):
        found.append("MFA by email")
    if _part(experience, "passwordExpiration").get("enabled"):
        found.append("password expiration")
    return found


def fallback_language(experience: PropsView) -> str:
    """Returns the language whose email templates stand in for missing ones."""
    return str(_part(experience, "languageInfo").get("fallbackLanguage", "en"))


def _verifies_sign_up(sign_up: Props) -> bool:
    """Returns whether one who signs up gets an email, for the first identifier or for a further one."""
    further: list[Props] = sign_up.get("secondaryIdentifiers") or []
    asked = {each.get("identifier") for each in further if each.get("verify")}
    return ("email" in sign_up.get("identifiers", ()) and bool(sign_up.get("verify"))) or bool(asked & _BY_EMAIL)


def _part(experience: PropsView, name: str) -> Props:
    found: Props = experience.get(name) or {}
    return found
