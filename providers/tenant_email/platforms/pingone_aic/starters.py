"""Starter templates of PingOne AIC: what each says, with the variables that it has.

Source: docs/contracts/pingone_aic.md#handlebars; a journey decides how long its link works, so no text says it.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.spelling import nearest
from tenant_email.platforms.pingone_aic.settings import Template
from tenant_email.platforms.pingone_aic.templates import BUILT_IN
from tenant_email.starters.languages import require_english
from tenant_email.starters.layout import write
from tenant_email.starters.literals import in_handlebars
from tenant_email.starters.mail import Mail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.platforms.pingone_aic.settings import StarterOptions
    from tenant_email.starters.brand import Brand

_LINK: Final = "{{object.resumeURI}}"
_USER: Final = "{{#if object.userName}} <strong>{{object.userName}}</strong>{{/if}}"
_EXPIRES: Final = "The link expires. If it no longer works, start again where you began."
_UNASKED: Final = "If you did not ask for this, you can ignore this email"
_MAILS: Final[Mapping[str, Mail]] = {
    "forgottenUsername": Mail(
        subject="Your $brand username",
        preheader="You asked for it. Here it is.",
        heading="Your username",
        lead=(
            (
                "Someone asked for the username of the $brand account with this email address."
                "{{#if object.userName}} It is <strong>{{object.userName}}</strong>.{{/if}}"
            ),
        ),
        button="Sign in",
        link=_LINK,
        notes=(f"{_UNASKED}: nobody but you can see the username.",),
    ),
    "registration": Mail(
        subject="Confirm your email address for $brand",
        preheader="One step is left: confirm that this address is yours.",
        heading="Confirm your email address",
        lead=("Someone is signing up for $brand with this email address. If it is you, confirm that it is yours.",),
        button="Confirm email address",
        link=_LINK,
        notes=(_EXPIRES, "If you are not signing up, you can ignore this email."),
    ),
    "resetPassword": Mail(
        subject="Reset your $brand password",
        preheader="Choose a new password for your account.",
        heading="Reset your password",
        lead=(f"Someone asked to reset the password of your $brand account{_USER}. If it was you, choose a new one.",),
        button="Choose a new password",
        link=_LINK,
        notes=(_EXPIRES, f"{_UNASKED}: your password stays as it is."),
    ),
    "updatePassword": Mail(
        subject="Confirm the change of your $brand password",
        preheader="Confirm that it is you, then choose a new password.",
        heading="Confirm that it is you",
        lead=(f"Someone is changing the password of your $brand account{_USER}. If it is you, go on here.",),
        button="Change password",
        link=_LINK,
        notes=(
            _EXPIRES,
            "If it is not you, someone may be signed in as you. Do not use the link, and reset your password.",
        ),
    ),
    "welcome": Mail(
        subject="Welcome to $brand",
        preheader="Your account is ready.",
        heading="Welcome to $brand",
        lead=(
            (
                "Your account is ready."
                "{{#if object.userName}} Your username is <strong>{{object.userName}}</strong>.{{/if}}"
            ),
        ),
        at_site=True,
        notes=("If you did not create this account, someone may have used your address by mistake.",),
    ),
}


def starter(name: str, brand: Brand, locale: str, options: StarterOptions) -> Template:
    """Returns the settings of one template; InvalidSettings for a name or a locale without a starter."""
    if name not in _MAILS:
        remedy = f"{nearest(str(name).removeprefix('fr'), BUILT_IN)} Use one of: {', '.join(BUILT_IN)}.".strip()
        raise InvalidSettings("pingone_aic", (Problem("name", f"{name} has no starter", remedy),))
    require_english("pingone_aic", "locale", locale)
    written = write(_MAILS[name], brand, in_handlebars, locale)
    subject, message = {locale: written.subject}, {locale: written.body}
    return replace(Template(template=name, subject=subject, message=message, default_locale=locale), **options)
