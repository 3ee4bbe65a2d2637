"""What of a tenant's sign-in experience needs an email connector (docs/contracts/logto.md#sign-in)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView


def dependents(experience: PropsView) -> list[str]:
    """Returns what stops working without a connector; Logto itself lets a connector go all the same."""
    found: list[str] = []
    sign_up = _part(experience, "signUp")
    if "email" in sign_up.get("identifiers", ()) and sign_up.get("verify"):
        found.append("sign-up by email")
    methods: list[Props] = _part(experience, "signIn").get("methods", [])
    if any(method.get("identifier") == "email" and method.get("verificationCode") for method in methods):
        found.append("sign-in by email code")
    if "EmailVerificationCode" in (experience.get("forgotPasswordMethods") or ()):
        found.append("forgot-password by email")
    if "EmailVerificationCode" in _part(experience, "mfa").get("factors", ()):
        found.append("MFA by email")
    if _part(experience, "passwordExpiration").get("enabled"):
        found.append("password expiration")
    return found


def fallback_language(experience: PropsView) -> str:
    """Returns the language whose email templates stand in for missing ones."""
    return str(_part(experience, "languageInfo").get("fallbackLanguage", "en"))


def _part(experience: PropsView, name: str) -> Props:
    found: Props = experience.get(name) or {}
    return found
