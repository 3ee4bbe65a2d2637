"""Between our inputs and Auth0's email templates: pure (docs/contracts/auth0.md#templates)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.platforms.base import LiveTemplate

if TYPE_CHECKING:
    from tenant_email.input_diff import InputDiff
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import Places

LEGACY: Final = ("change_password", "password_reset")
NAMES: Final = (
    "verify_email",
    "verify_email_by_code",
    "auth_email_by_code",
    "reset_email",
    "reset_email_by_code",
    "welcome_email",
    "blocked_account",
    "stolen_credentials",
    "enrollment_email",
    "mfa_oob_code",
    "user_invitation",
    "async_approval",
    *LEGACY,
)
_FIELDS: Final = {
    "template": "template",
    "subject": "subject",
    "body": "body",
    "from_address": "from",
    "syntax": "syntax",
    "enabled": "enabled",
    "url_lifetime_in_seconds": "urlLifetimeInSeconds",
    "include_email_in_redirect": "includeEmailInRedirect",
    "result_url": "resultUrl",
}
_MAYBE_EMPTY: Final = ("subject", "from_address", "result_url")
_AUTH0S_OWN: Final = re.compile(r"@auth0\.com(?![\w.-])", re.IGNORECASE)
# what a field goes back to when the user removes it
_CLEARED: Final[PropsView] = {
    "from": "",
    "syntax": "liquid",
    "enabled": True,
    "urlLifetimeInSeconds": 432_000,
    "includeEmailInRedirect": True,
    "resultUrl": None,
}


def is_auth0s_own(sender: str) -> bool:
    """Returns whether a sender is an address of Auth0's, which silently turns customization off."""
    return _AUTH0S_OWN.search(sender) is not None


def attribute_paths(name: str) -> Places:
    """Returns where a stored template repeats a setting."""
    return ((_FIELDS[name],),) if name in _FIELDS else ((),)


def body_of(settings: PropsView, change: InputDiff | None) -> Props:
    """Returns the body of a POST, with the six fields that it requires, or of the smallest PATCH."""
    if change is None:
        given = {wire: settings[ours] for ours, wire in _FIELDS.items() if settings.get(ours) is not None}
        # A POST requires `from`; empty means the provider's address.
        return {"from": "", **given}
    body: Props = {}
    for ours in sorted(change.settings - {"kind", "template"}):
        wire = _FIELDS[ours]
        body[wire] = _CLEARED[wire] if settings.get(ours) is None else settings[ours]
    return body


def live_of(document: PropsView) -> LiveTemplate:
    """Reads a stored template; a text that was never set is absent or empty, which is the same."""
    settings: Props = {"kind": "auth0.template", **dict.fromkeys(_MAYBE_EMPTY, "")}
    for ours, wire in _FIELDS.items():
        value = document.get(wire)
        if value is not None:
            settings[ours] = int(value) if isinstance(value, float) else value
    return LiveTemplate(
        TemplateInputs(settings), {wire: document[wire] for wire in _FIELDS.values() if wire in document}
    )


def comparable(attributes: Props) -> Props:
    """Returns a stored template with the defaults filled in, so that one that is shown is not a change."""
    return {**_CLEARED, **attributes}


def restore_body(snapshot: PropsView, settings: PropsView) -> Props:
    """Returns the PATCH that puts a template back as it was before it was adopted.

    What the template did not have then is cleared only where these settings gave it, because a plan may refuse to
    have a field named at all (docs/contracts/auth0.md#errors, resultUrl).
    """
    return {
        wire: snapshot.get(wire, _CLEARED.get(wire))
        for ours, wire in _FIELDS.items()
        if wire != "template" and (wire in snapshot or settings.get(ours) is not None)
    }
