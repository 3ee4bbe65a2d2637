"""Auth0's templates in files, auth0-deploy-cli's among them, and the mails they make.

Source: docs/contracts/auth0.md#templates; auth0-deploy-cli, src/context/directory/handlers/emailTemplates.ts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from tenant_email.checks.liquid_words import LiquidError
from tenant_email.checks.templates import render as render_liquid
from tenant_email.json_types import is_list, is_object
from tenant_email.platforms.auth0.liquid import LANGUAGE
from tenant_email.platforms.auth0.samples import variables
from tenant_email.platforms.auth0.templates import NAMES
from tenant_email.platforms.mails import Mail, Mails, RenderError, WrittenTemplate, looks_like_file, objects, renamed

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.json_types import Props, PropsView
    from tenant_email.platforms.mails import Place
    from tenant_email.platforms.settings import TemplateSettings
    from tenant_email.starters.brand import Brand

_WIRE: Final = {
    "from_address": "from",
    "url_lifetime_in_seconds": "urlLifetimeInSeconds",
    "include_email_in_redirect": "includeEmailInRedirect",
    "result_url": "resultUrl",
}


def read(document: object, stem: str) -> tuple[WrittenTemplate, ...]:
    """Returns the templates in a document: one, a list of them, or what a tenant is described in as a whole."""
    if is_list(document):
        return tuple(_written(each, (number,), "") for number, each in objects(document) if _is_template(each))
    if not is_object(document):
        return ()
    if is_list(listed := document.get("emailTemplates")):
        return tuple(
            _written(each, ("emailTemplates", number), "") for number, each in objects(listed) if _is_template(each)
        )
    return (_written(document, (), stem),) if _is_template(document) else ()


def _is_template(document: PropsView) -> bool:
    return isinstance(document.get("template"), str) and not {"body", "subject"}.isdisjoint(document)


def _written(document: PropsView, at: Place, stem: str) -> WrittenTemplate:
    settings, places = renamed(document, {name: wire for name, wire in _WIRE.items() if wire in document}, at)
    body = settings.get("body")
    beside = (f"{stem}.html",) if stem else ()
    if body is None:
        return WrittenTemplate(settings, at, places, {("body",): beside} if beside else {}, required=False)
    if isinstance(body, str) and looks_like_file(body):
        return WrittenTemplate(settings, at, places, {("body",): (body, *beside)})
    return WrittenTemplate(settings, at, places)


def alone(name: str, text: str) -> Props:
    """Returns the settings of a template of which only the body is there."""
    template = name.rpartition("/")[2]
    return {"template": template, "subject": template, "body": text}


def render(text: str, given: PropsView) -> str:
    """Returns a text as a mail would have it."""
    try:
        return render_liquid(text, LANGUAGE, given)
    except LiquidError as error:
        raise RenderError(error.index or -1, error.what) from None


def mails_of(settings: PropsView) -> tuple[Mail, ...]:
    """Returns the one mail of a template; what is not Liquid is none that can be shown."""
    return (Mail(("subject",), ("body",)),) if settings.get("syntax") == "liquid" else ()


def starters(brand: Brand) -> Iterable[TemplateSettings]:
    """Returns all starters."""
    from tenant_email.platforms.auth0.settings import Template  # noqa: PLC0415 - few look at starters

    return Template.starters(brand=brand).values()


MAILS: Final = Mails(
    read=read,
    settled=lambda settings: settings,
    alone=alone,
    names=frozenset(NAMES),
    title=lambda settings: str(settings.get("template") or ""),
    mails=mails_of,
    render=render,
    variables=variables,
    starters=starters,
)
