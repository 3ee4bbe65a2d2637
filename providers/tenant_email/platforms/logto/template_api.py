"""The half of Logto's Management API that is about texts per language (contracts/logto.md section 6)."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from tenant_email.errors import PlatformError
from tenant_email.platforms.base import Live
from tenant_email.platforms.logto import answers, effects, sign_in
from tenant_email.platforms.logto.limits import require_size
from tenant_email.records import changed_since

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.capabilities import OnDelete
    from tenant_email.changes import Change, Props
    from tenant_email.http import Client
    from tenant_email.records import Record

TEMPLATES: Final = "/api/email-templates"
SIGN_IN: Final = "/api/sign-in-exp"
_DETAILS: Final = {
    "subject": "subject",
    "content": "content",
    "content_type": "contentType",
    "reply_to": "replyTo",
    "from_address": "sendFrom",
}


def key(settings: Mapping[str, Any]) -> dict[str, str]:
    """Returns what a template is known by, as query or as part of the document."""
    return {"languageTag": settings["language"], "templateType": settings["type"]}


def put_body(settings: Props) -> dict[str, Any]:
    """Returns the body that writes a template whole; a part that is not known yet is left out."""
    details = {wire: settings[ours] for ours, wire in _DETAILS.items() if settings.get(ours) is not None}
    known = {name: value for name, value in key({"language": None, "type": None, **settings}).items() if value}
    return {"templates": [{**known, "details": details}]}


class TemplateApi:
    """Reads and writes /api/email-templates."""

    def __init__(self, client: Client, announce: Callable[[str], None]) -> None:
        self._client, self._announce = client, announce
        self._known: Mapping[str, Any] | None = None

    def read_template(self, settings: Props) -> Live | None:
        """Returns the entry of this language and type."""
        found = self._client.call("GET", TEMPLATES, answers.TEMPLATES.about(**key(settings)), params=key(settings)).body
        return _live(found[0], settings) if found else None

    def create_template(self, desired: Props) -> Live:
        """Writes the entry, and says what it takes the place of in this tenant."""
        made = self._put(desired["settings"])
        with suppress(PlatformError):  # it is written, whether or not there is more to say of it
            for line in effects.shadowing(desired["settings"], self._fallback_language()):
                self._announce(f"{self._client.who}: {line}")
        return made

    def update_template(self, desired: Props, change: Change, live: Live | None) -> Live:
        """Writes the whole entry: a PATCH could not take an option away."""
        return self._put(desired["settings"])

    def retire_template(self, settings: Props, policy: OnDelete, record: Record) -> tuple[str, ...]:
        """Deletes, or puts back what was there before; absent counts as done."""
        restores = policy == "restore" and record.snapshot is not None
        if record.ours is not None:
            live = self.read_template(settings)
            if live is None and not restores:
                return ()
            if changed := changed_since(record.ours, _comparable(live, record.ours) if live else None):
                return changed
        if restores:
            self._write(settings, {"templates": [_without_id(record.snapshot or {})]})
        else:
            self._client.call("DELETE", TEMPLATES, answers.NO_MORE_TEMPLATE, params=key(settings))
        return ()

    def _put(self, settings: Props) -> Live:
        body = put_body(settings)
        require_size(self._client.who, "settings", body)
        return _live(self._write(settings, body), settings)

    def _write(self, settings: Props, body: Mapping[str, Any]) -> dict[str, Any]:
        promise = answers.TEMPLATE.about(**key(settings))
        written: list[dict[str, Any]] = self._client.call("PUT", TEMPLATES, promise, body).body
        return written[0]

    def _experience(self) -> Mapping[str, Any]:
        experience: Mapping[str, Any] = self._client.call("GET", SIGN_IN, answers.EXPERIENCE).body
        self._known = experience
        return experience

    def _fallback_language(self) -> str:
        return sign_in.fallback_language(self._known or self._experience())


def _live(entry: Mapping[str, Any], wanted: Mapping[str, Any]) -> Live:
    """Reads an entry; a write replaces it whole, so what `wanted` does not give is beside it."""
    details: Mapping[str, Any] = entry["details"]
    shown = {ours: details.get(wire) for ours, wire in _DETAILS.items()} | {
        "content_type": details.get("contentType", "text/html")
    }
    settings = {"kind": "logto.template", "language": entry["languageTag"], "type": entry["templateType"], **shown}
    facts = {name: entry[name] for name in ("id", "languageTag", "templateType", "details") if name in entry}
    given = {name: value for name, value in settings.items() if value not in (None, "")}
    return Live({"settings": given}, facts, beside=tuple(sorted(given.keys() - wanted.keys())))


def _comparable(live: Live, ours: Props) -> Props:
    """Returns what is live without an id where none is recorded, as in a state of an earlier release."""
    return live.facts if "id" in ours else _without_id(live.facts)


def _without_id(facts: Props) -> Props:
    """Returns an entry without the id that Logto gives it: an entry made anew, with the same text, has another one."""
    return {name: value for name, value in facts.items() if name != "id"}
