"""Logto's texts in files, a connector's and those of /api/email-templates, and the mails they make.

Source: docs/contracts/logto.md#templates and #email-templates.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.checks.liquid import javascript as js
from tenant_email.json_types import is_list, is_object
from tenant_email.platforms.logto.languages import LANGUAGES
from tenant_email.platforms.logto.samples import variables
from tenant_email.platforms.logto.texts import USAGE_TYPES, VARIABLE
from tenant_email.platforms.mails import Mail, Mails, WrittenTemplate, objects, renamed

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable, Iterator

    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.mails import Place
    from tenant_email.platforms.settings import TemplateSettings
    from tenant_email.starters.brand import Brand

_DETAILS: Final = {"content_type": "contentType", "reply_to": "replyTo", "from_address": "sendFrom"}
_FALLBACK: Final = "en"
"""The language of a connector's text, which has none, where a check asks for one."""


def read(document: object, _stem: str) -> tuple[WrittenTemplate, ...]:
    """Returns the texts in a document: ours, entries of the API, a connector's `templates` or `deliveries`, or many."""
    return tuple(_found(document, ()))


def _found(document: object, at: Place) -> Iterator[WrittenTemplate]:
    if is_list(document):
        for number, each in objects(document):
            yield from _found(each, (*at, number))
    if not is_object(document):
        return
    for name in ("config", "templates", "deliveries"):
        if is_object(inner := document.get(name)) and name != "config":
            yield from _by_type(inner, (*at, name))
        elif name in document:
            yield from _found(inner, (*at, name))
    if is_object(details := document.get("details")):
        yield _of_entry(document, details, at)
    elif "usageType" in document and "content" in document:
        yield _of_connector(document, at)
    elif "type" in document and not {"language", "content"}.isdisjoint(document):
        yield WrittenTemplate(dict(document), at)


def _by_type(document: PropsView, at: Place) -> Iterator[WrittenTemplate]:
    for usage, each in document.items():
        if is_object(each) and not {"content", "html"}.isdisjoint(each):
            yield _of_connector({**each, "usageType": usage}, (*at, usage))


def _of_entry(document: PropsView, details: PropsView, at: Place) -> WrittenTemplate:
    settings, places = renamed(details, {n: w for n, w in _DETAILS.items() if w in details}, (*at, "details"))
    places |= {(name,): (*at, "details", name) for name in ("subject", "content")}
    places |= {("language",): (*at, "languageTag"), ("type",): (*at, "templateType")}
    key = {"language": document.get("languageTag"), "type": document.get("templateType")}
    return WrittenTemplate(
        {**settings, **{name: value for name, value in key.items() if value is not None}}, at, places
    )


def _of_connector(document: PropsView, at: Place) -> WrittenTemplate:
    names = {"content_type": "type" if "type" in document else "contentType", "type": "usageType"}
    names |= {"reply_to": "replyTo"} if "replyTo" in document else {}
    names |= {"content": "html"} if "html" in document else {}
    taken = {name for name in (*names.values(), "subject", "content", "content_type") if name in document}
    settings, places = renamed({name: document[name] for name in document if name in taken}, names, at)
    return WrittenTemplate({"language": _FALLBACK, **settings}, at, places)


def alone(name: str, text: str) -> Props | None:
    """Returns the settings of a text whose name says its type, `SignIn`, `de/SignIn` or `SignIn.de`."""
    before, _, last = name.rpartition("/")
    usage, _, behind = last.partition(".")
    if usage not in USAGE_TYPES:
        return None
    language = next((tag for tag in (behind, before) if tag in LANGUAGES), _FALLBACK)
    return {"language": language, "type": usage, "subject": usage, "content": text}


def render(text: str, given: PropsView) -> str:
    """Returns a text as a mail would have it: what the payload does not have is left as it is."""

    def value(found: re.Match[str]) -> str:
        root, *others = found[1].split(".")
        if root not in given:
            return found[0]
        reached = given[root]
        for name in others:
            reached = js.own(reached, name)
        return "" if js.is_nil(reached) else js.string_of(reached)

    return VARIABLE.sub(value, text)


def mails_of(settings: PropsView) -> tuple[Mail, ...]:
    """Returns the one mail of a text."""
    return (Mail(("subject",), ("content",), str(settings.get("language") or ""), _is_html(settings)),)


def _is_html(settings: PropsView) -> bool:
    return settings.get("content_type") != "text/plain"


def starters(brand: Brand) -> Iterable[TemplateSettings]:
    """Returns all starters."""
    from tenant_email.platforms.logto.settings import Template  # noqa: PLC0415 - few look at starters

    return Template.starters(brand=brand).values()


MAILS: Final = Mails(
    read=read,
    settled=lambda settings: settings,
    alone=alone,
    names=frozenset(USAGE_TYPES),
    title=lambda settings: str(settings.get("type") or ""),
    mails=mails_of,
    render=render,
    variables=variables,
    starters=starters,
)
