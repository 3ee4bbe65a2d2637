"""PingOne AIC's templates in files, frodo's and fr-config-manager's among them, and the mails they make.

Source: docs/contracts/pingone_aic.md#templates; frodo-lib, src/ops/EmailTemplateOps.ts; fr-config-manager,
packages/fr-config-pull/src/scripts/emailTemplates.js.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.checks.handlebars.nodes import HandlebarsError
from tenant_email.json_types import is_list, is_object
from tenant_email.platforms.mails import Mail, Mails, RenderError, WrittenTemplate, objects, renamed, text_at
from tenant_email.platforms.pingone_aic.samples import variables
from tenant_email.platforms.pingone_aic.templates import BUILT_IN, message_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.mails import Place
    from tenant_email.platforms.settings import TemplateSettings
    from tenant_email.starters.brand import Brand

_ID: Final = "emailTemplate/"
_WIRE: Final = {
    "default_locale": "defaultLocale",
    "from_address": "from",
    "mime_type": "mimeType",
    "display_name": "displayName",
}
_OURS: Final = frozenset({"template", "subject", "message", "html", "styles", "enabled", "description", *_WIRE})
_EXPORTED: Final = "template.email"  # what frodo adds to the name of a file


def read(document: object, stem: str) -> tuple[WrittenTemplate, ...]:
    """Returns the templates in a document: ours, a stored one, frodo's export of one or of all, or a list of stored."""
    return tuple(_found(document, (), stem.removesuffix(f".{_EXPORTED}")))


def _found(document: object, at: Place, name: str) -> Iterator[WrittenTemplate]:
    if is_list(document):
        for number, each in objects(document):
            yield from _found(each, (*at, number), "")
    if not is_object(document):
        return
    if is_object(exported := document.get("emailTemplate")):
        for each_name, each in exported.items():
            yield from _found(each, (*at, "emailTemplate", each_name), each_name)
    elif "template" in document and not {"subject", "message", "html"}.isdisjoint(document):
        yield WrittenTemplate(dict(document), at)
    elif is_object(document.get("subject")) and not {"message", "html"}.isdisjoint(document):
        stored = str(document.get("_id") or "")
        yield _of_stored(document, at, stored.removeprefix(_ID) if stored.startswith(_ID) else stored or name)


def _of_stored(document: PropsView, at: Place, name: str) -> WrittenTemplate:
    settings, places = renamed(document, _WIRE, at)
    settings = {key: value for key, value in settings.items() if key in _OURS}
    files: dict[Place, tuple[str, ...]] = {}
    for setting in ("html", "message"):
        for locale, text in settings[setting].items() if is_object(settings.get(setting)) else ():
            if is_object(text) and isinstance(file := text.get("file"), str):
                files[setting, locale] = (file,)
    if is_object(styles := settings.get("styles")) and isinstance(file := styles.get("file"), str):
        files["styles",] = (file,)
    return WrittenTemplate({"template": name, **settings}, at, places, files, stored=True)


def settled(settings: Props) -> Props:
    """Returns a stored template with the one of its two sources that counts: what is mailed is the message."""
    html, message, styles = settings.get("html"), settings.get("message"), settings.get("styles") or ""
    if not is_object(message):
        return settings
    made: Props = {}
    if is_object(html) and isinstance(styles, str):
        made = {locale: message_of(text, styles) for locale, text in html.items() if isinstance(text, str)}
    dropped = {"message"} if made and message == made else {"html", "styles"}
    return {name: value for name, value in settings.items() if name not in dropped}


def alone(name: str, text: str) -> Props:
    """Returns the settings of a template of which only one body is there, `welcome` or `welcome.de`."""
    template, _, locale = name.rpartition("/")[2].partition(".")
    locale = locale or "en"
    return {"template": template, "default_locale": locale, "subject": {locale: template}, "message": {locale: text}}


def render(text: str, given: PropsView) -> str:
    """Returns a text as a mail would have it."""
    from tenant_email.checks.handlebars.rendering import render as render_handlebars  # noqa: PLC0415 - as in `checks`

    try:
        return render_handlebars(text, given)
    except HandlebarsError as error:
        raise RenderError(error.index, error.what) from None


def mails_of(settings: PropsView) -> tuple[Mail, ...]:
    """Returns a mail for each locale, that of the default first."""
    html, styles, default = settings.get("html"), settings.get("styles"), settings.get("default_locale")
    name = "html" if html is not None else "message"
    texts = settings.get(name)
    if not is_object(texts):
        return ()
    before, _, behind = message_of("\0", styles if isinstance(styles, str) else "").partition("\0")
    around = (before, behind) if html is not None else ("", "")
    is_html = settings.get("mime_type") != "text/plain"
    return tuple(
        Mail(("subject", locale), (name, locale), locale, is_html, *around)
        for locale in sorted(texts, key=lambda each: (each != default, each))
        if text_at(settings, ("subject", locale)) is not None
    )


def starters(brand: Brand) -> Iterable[TemplateSettings]:
    """Returns all starters."""
    from tenant_email.platforms.pingone_aic.settings import Template  # noqa: PLC0415 - few look at starters

    return Template.starters(brand=brand).values()


MAILS: Final = Mails(
    read=read,
    settled=settled,
    alone=alone,
    names=frozenset(BUILT_IN),
    title=lambda settings: str(settings.get("template") or ""),
    mails=mails_of,
    render=render,
    variables=variables,
    starters=starters,
)
