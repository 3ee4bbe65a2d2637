"""What a text is rendered with where nobody gives variables: the payload that Logto sends for its type, made up.

Source: docs/contracts/logto.md#templates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.platforms.logto.texts import INVITATION

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView

_APPLICATION: Final[PropsView] = {
    "application": {
        "id": "8x2kq7v4n1m0",
        "name": "Acme Portal",
        "displayName": "Acme Portal",
        "branding": {"logoUrl": "https://acme.example/logo.png"},
    }
}
_ORGANIZATION: Final[PropsView] = {
    "organization": {
        "id": "org4acme",
        "name": "Acme Inc.",
        "branding": {"logoUrl": "https://acme.example/logo.png"},
    }
}
_USER: Final[PropsView] = {
    "id": "k3v9d2m1p0qa",
    "avatar": "https://acme.example/ada.png",
    "name": "Ada Lovelace",
    "primaryEmail": "ada@example.com",
    "primaryPhone": "+44 20 7946 0000",
    "username": "ada",
    "profile": {},
}
_SIGN_IN: Final = frozenset({"SignIn", "Register", "ForgotPassword", "MfaVerification", "BindMfa"})
_ACCOUNT: Final = frozenset({"UserPermissionValidation", "BindNewIdentifier", "BindMfa"})
_CODE: Final[PropsView] = {"code": "481516"}


def variables(settings: PropsView) -> Props:
    """Returns the payload of a mail of this type; a `Generic` one has its code alone."""
    usage, language = settings.get("type"), settings.get("language")
    given: Props = {"locale": language, "uiLocales": language} if isinstance(language, str) else {}
    if usage == INVITATION:
        invited = {"link": "https://login.acme.example/invitations/7d1f", "inviter": {**_USER, "name": "Grace Hopper"}}
        return {**given, **_ORGANIZATION, **invited}
    given |= _CODE
    if usage in _SIGN_IN:
        given |= {**_APPLICATION, **_ORGANIZATION}
    if usage in _ACCOUNT:
        given |= {**_APPLICATION, "user": _USER}
    return given
