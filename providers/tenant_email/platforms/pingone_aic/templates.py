"""Email templates: `message` is what is mailed; `html` and `styles` are what the console edits.

Source: docs/contracts/pingone_aic.md#templates.

Writing only `html` would change nothing in the mail, so the message is always written with it: as given, or made
from `html` and `styles` the same way each time.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Final

from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.platforms.base import LiveTemplate

if TYPE_CHECKING:
    from tenant_email.input_diff import InputDiff
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import Places

BUILT_IN: Final = ("forgottenUsername", "registration", "resetPassword", "updatePassword", "welcome")
PROTECTED: Final = (
    "frEmailUpdated",
    "frForgotUsername",
    "frOnboarding",
    "frPasswordUpdated",
    "frProfileUpdated",
    "frResetPassword",
    "frUsernameUpdated",
)
_FIELDS: Final = {
    "subject": "subject",
    "default_locale": "defaultLocale",
    "from_address": "from",
    "enabled": "enabled",
    "mime_type": "mimeType",
    "display_name": "displayName",
    "description": "description",
}
_REQUIRED: Final[PropsView] = {"from": "", "enabled": True, "mimeType": "text/html"}


def attribute_paths(name: str) -> Places:
    """Returns where a stored template repeats a setting: of message, html and styles one is made from another."""
    made = ("message", "html", "styles")
    return tuple((each,) for each in made) if name in made else ((_FIELDS.get(name, name),),)


def object_id(settings: PropsView) -> str:
    """Returns the id of a template's object."""
    return f"emailTemplate/{settings['template']}"


def message_of(html: str, styles: str) -> str:
    """Returns the whole document that is mailed, made from what the console edits."""
    style = f'<style type="text/css">{styles}</style>' if styles else ""
    return f"<html><head>{style}</head><body>{html}</body></html>"


def body_of(settings: PropsView, change: InputDiff | None, live: LiveTemplate | None) -> Props:
    """Returns the whole body of a write: our fields over what is there; what the user removed is taken out.

    The console's `html` and `styles` stay while the message that is made of them stays.
    """
    removed = change.settings if change else frozenset[str]()
    body: Props = {**_REQUIRED, **(copy.deepcopy(live.raw) if live else {})}
    for ours, wire in _FIELDS.items():
        if settings.get(ours) is not None:
            body[wire] = settings[ours]
        elif ours in removed:
            body.pop(wire, None)
    # Mailed is the message; the console edits html and styles and makes it of them: so all three are written.
    if settings.get("html") is not None:
        styles = settings.get("styles") or ""
        made = {locale: message_of(html, styles) for locale, html in settings["html"].items()}
        body |= {"html": settings["html"], "styles": styles, "message": made}
    # Another message makes the old sources wrong: the console would bring the old text back at its next save.
    elif body.get("message") != settings["message"]:
        body |= {"html": settings["message"], "styles": "", "message": settings["message"]}
    return {**_REQUIRED, **body}


def sent_by(settings: PropsView, change: InputDiff | None, live: LiveTemplate | None) -> frozenset[str] | None:
    """Returns the fields of the stored document that a write sets; the others go back as they were."""
    if change is None or live is None:
        return None
    ours = {wire for name, wire in _FIELDS.items() if settings.get(name) is not None or name in change.settings}
    kept = settings.get("html") is None and live.raw.get("message") == settings["message"]
    return frozenset({*ours, "message"} if kept else {*ours, "message", "html", "styles"})


def live_of(document: PropsView, wanted: PropsView) -> LiveTemplate:
    """Reads a stored template in the terms of the inputs, which choose between `message` and `html`.

    `html` shows the stored source only while the message is made from it: otherwise the message is what counts.
    """
    raw = {key: value for key, value in document.items() if key not in ("_id", "_rev")}
    settings: Props = {"kind": "pingone_aic.template", "template": wanted["template"]}
    settings |= {ours: raw.get(wire) for ours, wire in _FIELDS.items()}
    settings["from_address"] = raw.get("from") or ""  # absent and empty are the same: the provider's
    message: dict[str, str] = raw.get("message") or {}
    html: dict[str, str] = raw.get("html") or {}
    styles: str = raw.get("styles") or ""
    in_step = message == {locale: message_of(text, styles) for locale, text in html.items()}
    settings |= {"message": message, "html": html if in_step else message, "styles": styles}
    given = {key: value for key, value in settings.items() if value is not None}
    # Of the two sources a program has one: the console's while the message is made of it.
    left_out = {"message"} if in_step and html else {"html", "styles"}
    return LiveTemplate(
        TemplateInputs(given),
        raw,
        would_be_removed=_would_be_removed(wanted, message, html, styles),
        raw=raw,
        program_settings={key: value for key, value in given.items() if key not in left_out},
    )


def _would_be_removed(wanted: PropsView, message: dict[str, str], html: dict[str, str], styles: str) -> tuple[str, ...]:
    """Returns which of the console's sources a write would replace though the inputs do not give them."""
    if wanted.get("html") is not None:
        return ("styles",) if styles and wanted.get("styles") is None else ()
    sources = {"html": html not in ({}, message), "styles": bool(styles)}
    return tuple(name for name, there in sources.items() if there and message != wanted.get("message"))
