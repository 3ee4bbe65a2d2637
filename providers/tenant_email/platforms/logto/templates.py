"""Between our inputs and Logto's entries of /api/email-templates: pure (docs/contracts/logto.md#email-templates)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.inputs.tenant_objects import TemplateInputs
from tenant_email.platforms.base import LiveTemplate

if TYPE_CHECKING:
    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.base import Places

_DETAILS: Final = {
    "subject": "subject",
    "content": "content",
    "content_type": "contentType",
    "reply_to": "replyTo",
    "from_address": "sendFrom",
}


def attribute_paths(name: str) -> Places:
    """Returns where a stored entry repeats a setting."""
    return (({"language": "languageTag", "type": "templateType"}.get(name, "details"),),)


def key(settings: PropsView) -> dict[str, str]:
    """Returns what a template is known by, as query or as part of the document."""
    return {"languageTag": settings["language"], "templateType": settings["type"]}


def body_of(settings: PropsView) -> Props:
    """Returns the body that writes a template whole; a part that is not known yet is left out."""
    details = {wire: settings[ours] for ours, wire in _DETAILS.items() if settings.get(ours) is not None}
    known = {name: value for name, value in key({"language": None, "type": None, **settings}).items() if value}
    return {"templates": [{**known, "details": details}]}


def live_of(entry: PropsView, wanted: PropsView) -> LiveTemplate:
    """Reads an entry; a write replaces it whole, so what `wanted` does not give is beside it."""
    details: PropsView = entry["details"]
    shown = {ours: details.get(wire) for ours, wire in _DETAILS.items()} | {
        "content_type": details.get("contentType", "text/html")
    }
    settings = {"kind": "logto.template", "language": entry["languageTag"], "type": entry["templateType"], **shown}
    attributes = {name: entry[name] for name in ("id", "languageTag", "templateType", "details") if name in entry}
    given = {name: value for name, value in settings.items() if value not in (None, "")}
    return LiveTemplate(TemplateInputs(given), attributes, would_be_removed=tuple(sorted(given.keys() - wanted.keys())))


def comparable(live: LiveTemplate, ours: PropsView) -> Props:
    """Returns what is live without an id where none is recorded, as in a state of an earlier release."""
    return live.attributes if "id" in ours else without_id(live.attributes)


def without_id(attributes: PropsView) -> Props:
    """Returns an entry without the id that Logto gives it: an entry made anew, with the same text, has another one."""
    return {name: value for name, value in attributes.items() if name != "id"}
