"""Starter templates of Logto: what each says (docs/contracts/logto.md#templates).

Logto renders variables alone, leaves one literally that is not there, and escapes nothing: so a text has only what each
mail of its type carries, and in HTML nothing that a user chooses, such as an organization's name.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.spelling import nearest
from tenant_email.platforms.logto.settings import Template
from tenant_email.platforms.logto.texts import INVITATION, UsageType
from tenant_email.starters.languages import require_english
from tenant_email.starters.layout import write
from tenant_email.starters.literals import in_logto
from tenant_email.starters.mail import Mail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.platforms.logto.settings import StarterOptions
    from tenant_email.starters.brand import Brand


def _code(what: str, heading: str, lead: str, if_not: str) -> Mail:
    """Returns a mail with a code: `what` it is, `lead` to it, and what to do if it was not you."""
    return Mail(
        subject=f"{{{{code}}}} is your $brand {what}",
        preheader="The code works for 10 minutes.",
        heading=heading,
        lead=(lead,),
        code="{{code}}",
        notes=(
            "The code works for 10 minutes.",
            f"Never share this code. Nobody at $brand will ask you for it. {if_not}",
        ),
    )


_IGNORE: Final = "you can ignore this email"
_KNOWN: Final = "someone may know your password: choose a new one"
_MAILS: Final[Mapping[UsageType, Mail]] = {
    "SignIn": _code(
        "sign-in code",
        "Sign in to $brand",
        "Someone is signing in to $brand with your email address. If it is you, enter this code:",
        f"If you are not signing in, {_IGNORE}.",
    ),
    "Register": _code(
        "verification code",
        "Create your account",
        "Someone is signing up for $brand with your email address. If it is you, enter this code:",
        f"If you are not signing up, {_IGNORE}.",
    ),
    "ForgotPassword": _code(
        "password reset code",
        "Reset your password",
        "Someone asked to reset your $brand password. If it was you, enter this code to choose a new one:",
        f"If you did not ask for this, {_IGNORE}: your password stays as it is.",
    ),
    "Generic": _code(
        "verification code",
        "Your verification code",
        "To go on, enter this code where $brand asks for it:",
        f"If you did not ask for it, {_IGNORE}.",
    ),
    "UserPermissionValidation": _code(
        "verification code",
        "Confirm that it is you",
        "Someone is about to change the settings of your $brand account. If it is you, enter this code to go on:",
        f"If it is not you, {_KNOWN}.",
    ),
    "BindNewIdentifier": _code(
        "verification code",
        "Confirm your new email address",
        "Someone is adding this address to an account at $brand. If it is you, enter this code:",
        f"If it is not you, {_IGNORE}.",
    ),
    "MfaVerification": _code(
        "sign-in code",
        "Finish signing in",
        "Someone is signing in to your $brand account. If it is you, enter this code to finish:",
        f"If you are not signing in, {_KNOWN}.",
    ),
    "BindMfa": _code(
        "verification code",
        "Add a second step to your sign-in",
        "Someone is making this address the second step of signing in to $brand. If it is you, enter this code:",
        f"If it is not you, {_KNOWN}.",
    ),
    INVITATION: Mail(
        subject="You are invited to join {{organization.name}} on $brand",
        preheader="Accept the invitation to get started.",
        heading="You are invited",
        lead=("You are invited to join an organization on $brand. The subject of this email says which.",),
        button="Accept invitation",
        link="{{link}}",
        shows_link=False,
        notes=(
            "The invitation expires. If it no longer works, ask for a new one.",
            f"If you did not expect it, {_IGNORE}: nothing happens.",
        ),
    ),
}


def starter(usage: UsageType, brand: Brand, language: str, options: StarterOptions) -> Template:
    """Returns the settings of one template; InvalidSettings for a type or a language without a starter."""
    if usage not in _MAILS:
        remedy = f"{nearest(str(usage), _MAILS)} Use one of: {', '.join(_MAILS)}.".strip()
        raise InvalidSettings("logto", (Problem("type", f"{usage} has no starter", remedy),))
    require_english("logto", "language", language)
    written = write(_MAILS[usage], brand, in_logto, language)
    made = Template(language=language, type=usage, subject=written.subject, content=written.body)
    return replace(made, **options)
