"""Starter templates of Auth0: what each says, with the variables that it has (docs/contracts/auth0.md#liquid)."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.spelling import nearest
from tenant_email.platforms.auth0 import templates
from tenant_email.platforms.auth0.settings import Template
from tenant_email.starters.layout import write
from tenant_email.starters.literals import in_liquid
from tenant_email.starters.mail import Mail

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.platforms.auth0.settings import StarterOptions
    from tenant_email.starters.brand import Brand

EVERY_TENANT: Final = tuple(name for name in templates.NAMES if name not in {*templates.LEGACY, "async_approval"})
"""What each tenant takes and uses: async_approval needs a feature, and the legacy names change nothing."""

_LIFETIME: Final = 432_000  # seconds; Auth0's own default (docs/contracts/auth0.md#templates)
_LASTING: Final = frozenset({"verify_email", "reset_email", "blocked_account", *templates.LEGACY})
"""The templates with a link whose lifetime is a setting."""
_UNITS: Final = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
_EMAIL: Final = "<strong>{{ user.email | escape }}</strong>"
_URL: Final = "{{ url | escape_once }}"
_SOON: Final = "The code expires soon. If it no longer works, ask for a new one."
_UNSHARED: Final = "Never share this code. Nobody at $brand will ask you for it."
_RESET_UNASKED: Final = "If you did not ask for this, you can ignore this email: your password stays as it is."
_RESET: Final = Mail(
    subject="Reset your $brand password",
    preheader="Choose a new password for your account.",
    heading="Reset your password",
    lead=(f"Someone asked to reset the password of the $brand account {_EMAIL}. If it was you, choose a new one.",),
    button="Choose a new password",
    link=_URL,
    notes=(_RESET_UNASKED,),
)

_MAILS: Final[Mapping[str, Mail]] = {
    "verify_email": Mail(
        subject="Confirm your email address for $brand",
        preheader="One step is left: confirm that this address is yours.",
        heading="Confirm your email address",
        lead=(f"Someone signed up for $brand with the address {_EMAIL}. If it was you, confirm that it is yours.",),
        button="Confirm email address",
        link=_URL,
        notes=("If you did not sign up, you can ignore this email.",),
    ),
    "verify_email_by_code": Mail(
        subject="{{ code }} is your $brand verification code",
        preheader="Enter the code to confirm that this address is yours.",
        heading="Confirm your email address",
        lead=(f"To confirm that {_EMAIL} is your address, enter this code where $brand asks for it:",),
        code="{{ code }}",
        notes=(_SOON, f"{_UNSHARED} If you did not ask for it, you can ignore this email."),
    ),
    "auth_email_by_code": Mail(
        subject="{{ code }} is your $brand sign-in code",
        preheader="Enter the code to sign in.",
        heading="Sign in to $brand",
        lead=(f"Someone is signing in to $brand as {_EMAIL}. If it is you, enter this code:",),
        code="{{ code }}",
        notes=(_SOON, f"{_UNSHARED} If you are not signing in, you can ignore this email."),
    ),
    "reset_email": _RESET,
    "reset_email_by_code": Mail(
        subject="{{ code }} is your $brand password reset code",
        preheader="Enter the code to choose a new password.",
        heading="Reset your password",
        lead=(
            (
                f"Someone asked to reset the password of the $brand account {_EMAIL}. "
                "If it was you, enter this code to choose a new one:"
            ),
        ),
        code="{{ code }}",
        notes=(_SOON, f"{_UNSHARED} {_RESET_UNASKED}"),
    ),
    "welcome_email": Mail(
        subject="Welcome to $brand",
        preheader="Your account is ready.",
        heading="Welcome to $brand",
        lead=(f"Your account is ready. From now on you sign in as {_EMAIL}.",),
        at_site=True,
        notes=("If you did not create this account, someone may have used your address by mistake.",),
    ),
    "blocked_account": Mail(
        subject="We blocked sign-ins to your $brand account",
        preheader="There were too many attempts with a wrong password from one place.",
        heading="We blocked sign-ins from one place",
        lead=(
            (
                f"Someone tried to sign in to the $brand account {_EMAIL} with a wrong password, too often. "
                "To protect you, we blocked further attempts from there:"
            ),
            (
                "Network address: <strong>{{ user.source_ip | escape }}</strong>"
                "{% if user.country %}<br>Near: {% if user.city %}{{ user.city | escape }}, {% endif %}"
                "{{ user.country | escape }}{% endif %}"
            ),
            "If it was you, allow sign-ins from there again:",
        ),
        button="Allow sign-ins again",
        link=_URL,
        notes=("If it was not you, leave the block in place, and choose a new password if yours is easy to guess.",),
    ),
    "stolen_credentials": Mail(
        subject="Your $brand password is no longer safe",
        preheader="It was found among passwords stolen from another site. Please choose a new one.",
        heading="Please choose a new password",
        lead=(
            (
                f"The password of the $brand account {_EMAIL} was found among passwords that were stolen from another "
                "website or app. Whoever has that list could sign in as you."
            ),
            (
                "Open $brand, choose <strong>Forgot password</strong> where you sign in, and set a password that you "
                "use nowhere else."
            ),
        ),
        at_site=True,
        notes=("If you use the same password for other accounts, change it there too.",),
    ),
    "enrollment_email": Mail(
        subject="Set up multi-factor authentication for $brand",
        preheader="Add a second step that protects your account.",
        heading="Protect your account with a second step",
        lead=(
            (
                f"Your administrator asks you to set up multi-factor authentication for the $brand account {_EMAIL}. "
                "From then on you confirm a sign-in with a device that only you have."
            ),
        ),
        button="Set it up",
        link="{{ link | escape_once }}",
        notes=("If you do not have this account, you can ignore this email.",),
    ),
    "mfa_oob_code": Mail(
        subject="{{ code }} is your $brand sign-in code",
        preheader="Enter the code to finish signing in.",
        heading="Finish signing in",
        lead=(f"Someone is signing in to $brand as {_EMAIL}. If it is you, enter this code:",),
        code="{{ code }}",
        notes=(
            _SOON,
            f"{_UNSHARED} If you are not signing in, someone may know your password: choose a new one.",
        ),
    ),
    "user_invitation": Mail(
        subject=(
            "You are invited to join {% if organization.name %}"
            "{{ organization.display_name | default: organization.name }} on {% endif %}$brand"
        ),
        preheader="Accept the invitation to get started.",
        heading="You are invited",
        lead=(
            (
                "{% if inviter.name %}<strong>{{ inviter.name | escape }}</strong> invites you"
                "{% else %}You are invited{% endif %} to join {% if organization.name %}"
                "<strong>{{ organization.display_name | default: organization.name | escape }}</strong> on {% endif %}"
                "$brand."
            ),
        ),
        button="Accept invitation",
        link=_URL,
        notes=(
            "The invitation expires. If it no longer works, ask for a new one.",
            "If you did not expect it, you can ignore this email: nothing happens.",
        ),
    ),
    "async_approval": Mail(
        subject="Approve a request from $brand",
        preheader="Someone started something that needs your approval.",
        heading="Is this request yours?",
        lead=(
            (
                f"Someone started something at $brand that the account {_EMAIL} has to approve. "
                "If it was you, look at the request, and approve it."
                "{% if binding_message %}<br>Request code: <strong>{{ binding_message | escape }}</strong>{% endif %}"
            ),
        ),
        button="Review the request",
        link="{{ url | default: link | escape_once }}",
        notes=("The request expires soon. If it is not yours, do nothing: without you it is not approved.",),
    ),
    **dict.fromkeys(templates.LEGACY, _RESET),
}


def starter(name: str, brand: Brand, options: StarterOptions) -> Template:
    """Returns the settings of one template; InvalidSettings for a name without a starter."""
    if name not in _MAILS:
        remedy = f"{nearest(str(name), _MAILS)} Use one of: {', '.join(_MAILS)}.".strip()
        raise InvalidSettings("auth0", (Problem("name", f"{name} has no starter", remedy),))
    lasting: StarterOptions = {"url_lifetime_in_seconds": _LIFETIME} if name in _LASTING else {}
    given: StarterOptions = {**lasting, **options}
    _require_number(given.get("url_lifetime_in_seconds"))
    written = write(_mail(name, given.get("url_lifetime_in_seconds")), brand, in_liquid)
    return replace(Template(template=name, subject=written.subject, body=written.body), **given)


def _mail(name: str, lifetime: int | None) -> Mail:
    mail = _MAILS[name]
    if name in _LASTING and lifetime:
        return replace(mail, notes=(f"The link works for {_in_words(lifetime)}.", *mail.notes))
    return mail


def _require_number(lifetime: object) -> None:
    if lifetime is not None and (not isinstance(lifetime, int) or isinstance(lifetime, bool)):
        what = f"is a {type(lifetime).__name__}, not a number of seconds"
        problem = Problem("url_lifetime_in_seconds", what, "The mail says it: give a plain number.")
        raise InvalidSettings("auth0", (problem,))


def _in_words(seconds: int) -> str:
    """Returns a time in the largest unit that it is a whole number of."""
    length, unit = next((length, unit) for length, unit in _UNITS if seconds % length == 0)
    return f"{seconds // length} {unit}{'' if seconds == length else 's'}"
