"""What is wrong with inputs beyond their types: no network, and patient with what is not known yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from tenant_email.checks.markdown import is_markdown
from tenant_email.checks.one_line import LINE_BREAK, breaks_line
from tenant_email.checks.ports import port_problems
from tenant_email.errors import Problem
from tenant_email.findings import Findings, Spot, Warned
from tenant_email.inputs.mail_ports import begins_with_tls, begins_without_tls
from tenant_email.inputs.spelling import nearest
from tenant_email.inputs.unknowns import UNKNOWN, is_known
from tenant_email.json_types import is_object
from tenant_email.platforms.pingone_aic.kinds import BUILT_IN, KINDS, SMTP
from tenant_email.platforms.pingone_aic.placeholders import is_literal_free, placeholder_fault
from tenant_email.platforms.pingone_aic.smtp_properties import OWN, TRUST, requires_starttls
from tenant_email.platforms.pingone_aic.templates import BUILT_IN as BUILT_IN_TEMPLATES
from tenant_email.platforms.pingone_aic.templates import PROTECTED
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
    from tenant_email.json_types import Props, PropsView


_VARIABLE: Final = re.compile(
    r"(?<![\\{])\{\{ {0,9}(?!else\b)[A-Za-z_]\w{0,60}(?:\.[A-Za-z_]\w{0,60}){0,9} {0,9}\}\}(?!\})"
)
_PLACES: Final = ("host", "port", "ssl", "starttls")
_NO_LONGER_LOOKED_AT: Final = {
    "mail.smtp.ssl.checkserveridentity": "false",
    "mail.smtps.ssl.checkserveridentity": "false",
}


def check_provider(inputs: ProviderInputs) -> Findings:
    """Judges the settings of a provider."""
    settings = inputs.settings
    problems = [*_sender(inputs), *_secret(settings)]
    warnings = list[str]()
    if inputs.enabled is False:
        remedy = "Use pingone_aic.BuiltIn() to go back to the built-in sender."
        problems.append(Problem("enabled", "cannot be False: this platform has no switch for email", remedy))
    if inputs.preflight == "send" and inputs.test_recipient is None:
        problems.append(Problem("test_recipient", "is missing", "Set it to the address that the test email goes to."))
    if inputs.preflight == "connect" and (placed := _not_known_here(settings)):
        what = f"cannot be 'connect' with a placeholder in {' and '.join(placed)}: only the tenant knows its value"
        problems.append(
            Problem("preflight", what, "Use 'send' and a test_recipient: the tenant then tests the server.")
        )
    if inputs.kind == SMTP:
        problems += _smtp(settings)
        warnings += _smtp_warnings(settings)
    if inputs.kind != BUILT_IN and inputs.from_address is None:
        warnings.append("from_address is not set: mail that names no sender fails.")
    return Findings(tuple(problems), tuple(warnings))


def _not_known_here(settings: PropsView) -> list[str]:
    """Returns the settings that only the tenant can fill in, without which a server cannot be tried."""
    if settings["kind"] != SMTP:
        return []
    given = ((f"settings.{name}", settings.get(name)) for name in _PLACES)
    return [path for path, value in given if isinstance(value, str) and "&{" in value]


def _sender(inputs: ProviderInputs) -> list[Problem]:
    sender = inputs.from_address
    if inputs.kind == BUILT_IN and sender is not None:
        what = "cannot be set: the built-in sender always uses noreply@ and the tenant's own host"
        return [Problem("from_address", what, "Omit it, or use pingone_aic.Smtp or MsGraph.")]
    if isinstance(sender, str) and (what := placeholder_fault(sender)):
        return [Problem("from_address", what, 'Write placeholders with pingone_aic.esv("name").')]
    return []


def _secret(settings: PropsView) -> list[Problem]:
    """Judges the secret: encrypted text of an export is none, and a promotable one is a placeholder."""
    kind = KINDS[settings["kind"]]
    if kind.secret is None:
        return []
    name = kind.secret[0]
    secret = settings.get(name)
    text = secret.reveal() if isinstance(secret, Secret) else ""
    if "$crypto" in text:
        what = "is encrypted text of an export, which only its own tenant can read"
        return [Problem(f"settings.{name}", what, "Set the secret itself, or a placeholder.")]
    if text and (what := placeholder_fault(text) if "&{" in text else ""):
        return [Problem(f"settings.{name}", what, 'Write placeholders with pingone_aic.esv("name").')]
    if settings.get("promotable") and secret is not UNKNOWN and _needs_secret(settings) and not is_literal_free(text):
        what = "is a literal secret, which a promotion refuses" if text else "is omitted, and may be a literal secret"
        remedy = f'Set settings.{name} to pingone_aic.esv("…") without a default, and create an EsvSecret for it.'
        return [Problem(f"settings.{name}", what, remedy)]
    return []


def _needs_secret(settings: PropsView) -> bool:
    return settings["kind"] != SMTP or settings.get("username") is not None


def _smtp(settings: PropsView) -> list[Problem]:
    problems = list[Problem]()
    if settings.get("password") is not None and settings.get("username") is None:
        remedy = "Set settings.username, or omit the password."
        problems.append(Problem("settings.password", "is useless without a username", remedy))
    problems += [*port_problems(settings), *_tls(settings["port"], settings["ssl"], settings["starttls"])]
    properties: Props = settings.get("smtp_properties") or {}
    problems += [
        Problem(f"settings.smtp_properties.{name}", "has a setting of its own", f"Use settings.{OWN[name]}.")
        for name in (properties if is_known(properties) else ())
        if name in OWN
    ]
    return problems


def _tls(port: object, ssl: object, starttls: object) -> list[Problem]:
    """Returns what contradicts the port, which would hang or end in a TLS error, or each other."""
    problems = list[Problem]()
    if ssl is True and begins_without_tls(port):
        what = f"is True, but port {port} begins without TLS"
        problems.append(Problem("settings.ssl", what, "Omit it, or use port 465, which begins with TLS."))
    if ssl is False and begins_with_tls(port):
        what = f"is False, but port {port} begins with TLS"
        problems.append(
            Problem("settings.ssl", what, "Omit ssl and starttls, or use 587, which switches to TLS later.")
        )
    if ssl is True and starttls is True:
        problems.append(Problem("settings.starttls", "cannot be combined with ssl", "Omit it, or set ssl=False."))
    return problems


def _smtp_warnings(settings: PropsView) -> list[str]:
    return _clear_text_warnings(settings) + _trust_warnings(settings.get("smtp_properties"))


def _trust_warnings(properties: object) -> list[str]:
    """Returns which properties make the tenant take a server for another one's word (JavaMail's own names)."""
    given = properties if is_object(properties) else {}
    found = [
        f"{name}={value}"
        for name, value in given.items()
        if is_known(value) and ((name in TRUST and value) or _NO_LONGER_LOOKED_AT.get(name) == str(value).lower())
    ]
    what = "the server's certificate is not verified, so anyone in between can read password and mail"
    return [f"settings.smtp_properties: {', '.join(found)}: {what}."] if found else []


def _clear_text_warnings(settings: PropsView) -> list[str]:
    ssl, starttls, login = settings["ssl"], settings["starttls"], settings.get("username") is not None
    if requires_starttls(settings):
        return []
    if login and ssl is False and starttls is False:
        return ["settings.starttls and ssl are both off: the password travels in clear text."]
    if login and ssl is False and starttls is True:
        what = "settings.starttls continues in clear text if the server does not offer it"
        return [f"{what}; only port=465, which begins with TLS, does not."]
    return []


def check_template(inputs: TemplateInputs) -> Findings:
    """Judges a template: its name, its one source, and its locales."""
    settings = inputs.settings
    problems = [*_name(settings["template"]), *_source(settings)]
    texts: Props = {
        name: settings.get(name) for name in ("subject", "message", "html") if settings.get(name) is not None
    }
    if is_known(*texts.values(), settings["default_locale"]):
        problems += _locales({name: set(text) for name, text in texts.items()}, settings["default_locale"])
    warnings = (*_markdown_warnings(settings), *_subject_warnings(settings["subject"]), *_empty_warnings(texts))
    findings = Findings(tuple(problems), warnings)
    for name, text in texts.items():
        for locale, written in text.items() if is_object(text) else ():
            findings += _handlebars(f"settings.{name}.{locale}", written)
    return findings


def _handlebars(path: str, text: object) -> Findings:
    """Judges one text: what no implementation takes fails with the first mail that is made of it.

    Source: docs/contracts/pingone_aic.md#handlebars.
    """
    if not isinstance(text, str) or "{{" not in _VARIABLE.sub("", text):
        return Findings()
    from tenant_email.checks.handlebars import check  # noqa: PLC0415 - most mails hold a variable or two

    if (error := check(text)) is None:
        return Findings()
    at = f"line {error.line}, column {error.column}"
    if error.certain:
        what, remedy = f"broken Handlebars at {at}: {error.what}", "Correct the template."
        return Findings((Problem(path, what, remedy, "handlebars-syntax", error.line, error.column),))
    spot = Spot(path, error.line, error.column, error.what)
    what = f"{path}, {at}: {error.what}; a mail of it may fail. Write it another way."
    return Findings(warnings=(Warned(what, "handlebars-unsupported", spot),))


def _markdown_warnings(settings: PropsView) -> list[str]:
    """Returns where Markdown is given for HTML: the console renders it, the API does not.

    Source: docs/contracts/pingone_aic.md#templates.
    """
    if settings["mime_type"] != "text/html":
        return []
    warnings = list[str]()
    for name in ("message", "html"):
        given = settings.get(name)
        texts = given if is_object(given) else {}
        odd = [locale for locale, text in texts.items() if isinstance(text, str) and is_markdown(text)]
        if odd:
            what = "looks like Markdown, which is sent as is; write HTML"
            spots = (Spot(f"settings.{name}.{locale}") for locale in odd)
            warnings.append(Warned(f"settings.{name} in {', '.join(odd)} {what}.", "markdown", *spots))
    return warnings


def _subject_warnings(subject: object) -> list[str]:
    texts = subject if is_object(subject) else {}
    odd = [locale for locale, text in texts.items() if isinstance(text, str) and breaks_line(text)]
    spots = (Spot(f"settings.subject.{locale}") for locale in odd)
    return [Warned(f"settings.subject in {', '.join(odd)} {LINE_BREAK}", "line-break", *spots)] if odd else []


def _empty_warnings(texts: PropsView) -> list[str]:
    """Returns where a locale has no text: the platform takes that, and mails what there is."""
    warnings = list[str]()
    for name, text in texts.items():
        by_locale: PropsView = text if is_object(text) else {}
        empty = [locale for locale, each in by_locale.items() if isinstance(each, str) and not each.strip()]
        spots = (Spot(f"settings.{name}.{locale}") for locale in empty)
        if empty:
            what = f"settings.{name} in {', '.join(empty)} is empty, and mail goes out like that; write it."
            warnings.append(Warned(what, "empty-text", *spots))
    return warnings


def _name(name: object) -> list[Problem]:
    if name not in PROTECTED:
        return []
    near, names = nearest(name.removeprefix("fr"), BUILT_IN_TEMPLATES), ", ".join(BUILT_IN_TEMPLATES)
    remedy = f"{near} Customize one of: {names}.".strip()
    what = f"{name} is protected: the platform refuses every change of it"
    return [Problem("settings.template", what, remedy, "protected-template")]


def _source(settings: PropsView) -> list[Problem]:
    message, html = settings.get("message"), settings.get("html")
    if (message is None) == (html is None):
        what = "or html is missing" if message is None else "and html are both set, and may disagree"
        return [
            Problem("settings.message", what, "Set message to the whole document, or its body as html.", "one-source")
        ]
    if settings.get("styles") is not None and html is None:
        remedy = "Put the styles into the message, or set html instead."
        return [Problem("settings.styles", "needs html", remedy, "one-source")]
    return []


def _locales(texts: dict[str, set[str]], default: str) -> list[Problem]:
    problems = [
        Problem(
            f"settings.{name}",
            f"lacks the default locale {default}",
            f"Add {default}, or set default_locale.",
            "locales",
        )
        for name, locales in texts.items()
        if default not in locales
    ]
    every = {locale for locales in texts.values() for locale in locales}
    problems += [
        Problem(
            f"settings.{name}",
            f"lacks {', '.join(sorted(every - locales))}",
            "Provide every text in every locale.",
            "locales",
        )
        for name, locales in texts.items()
        if every - locales - {default}
    ]
    return problems
