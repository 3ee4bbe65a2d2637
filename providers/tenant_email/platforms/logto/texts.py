"""Usage types of Logto's mails, and the starter texts that a connector gets where none are given."""

from __future__ import annotations

import re
from typing import Final, Literal, get_args

UsageType = Literal[
    "SignIn",
    "Register",
    "ForgotPassword",
    "OrganizationInvitation",
    "Generic",
    "UserPermissionValidation",
    "BindNewIdentifier",
    "MfaVerification",
    "BindMfa",
]
"""The enum TemplateType; most connectors take any text here and never use a misspelled one.

Source: docs/contracts/logto.md#factories and #templates.
"""

ContentType = Literal["text/html", "text/plain"]

USAGE_TYPES: Final[tuple[UsageType, ...]] = get_args(UsageType)
REQUIRED: Final[tuple[UsageType, ...]] = ("Register", "SignIn", "ForgotPassword", "Generic")
INVITATION: Final = "OrganizationInvitation"
"""It carries a link and no code; without a text of its own the Generic one is sent, with a literal `{{code}}`."""

VARIABLE: Final = re.compile(r"\{\{\s*([A-Za-z0-9_.]+)\s*\}\}")
"""What Logto replaces: a name in ASCII, within whitespace of any kind (docs/contracts/logto.md#templates)."""

_PAGE: Final = (
    '<div style="font-family:Helvetica,Arial,sans-serif;font-size:15px;line-height:22px;color:#1f2933">\n'
    "  <p>{lead}</p>\n"
    "  <p{style}>{value}</p>\n"
    '  <p style="font-size:12px;color:#7b8794">{foot}</p>\n'
    "</div>\n"
)
_CODE_STYLE: Final = ' style="font-size:28px;letter-spacing:6px;font-weight:bold"'
_FOOT: Final = "The code is good for 10 minutes. If you did not ask for it, ignore this mail."


def _code(subject: str, lead: str) -> tuple[str, str]:
    return subject, _PAGE.format(lead=lead, style=_CODE_STYLE, value="{{code}}", foot=_FOOT)


STARTERS: Final[dict[UsageType, tuple[str, str]]] = {
    "Register": _code("Your code to create an account: {{code}}", "Enter this code to create your account."),
    "SignIn": _code("Your code to sign in: {{code}}", "Enter this code to sign in."),
    "ForgotPassword": _code("Your code to reset your password: {{code}}", "Enter this code to set a new password."),
    "Generic": _code("Your code: {{code}}", "Enter this code to go on."),
    INVITATION: (
        "You are invited to {{organization.name}}",
        _PAGE.format(
            lead="You are invited to join {{organization.name}}.",
            style="",
            value='<a href="{{link}}">Accept the invitation</a>',
            foot="If you did not expect it, ignore this mail.",
        ),
    ),
}
"""(subject, HTML) of the four required types and of the invitation, the one type that Generic cannot stand in for."""
