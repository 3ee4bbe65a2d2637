"""What is wrong with inputs beyond their types, and what a preview should say: pure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenant_email.checks.markdown import is_markdown
from tenant_email.checks.ports import port_problems
from tenant_email.errors import Problem, redact_external
from tenant_email.findings import Findings, Spot, Warned
from tenant_email.inputs.mail_ports import begins_with_tls, begins_without_tls
from tenant_email.inputs.unknowns import UNKNOWN, is_known
from tenant_email.json_types import Json, is_object
from tenant_email.platforms.logto import effects, languages, mapping, templates, texts_mapping
from tenant_email.platforms.logto.clean import stripped_paths
from tenant_email.platforms.logto.kinds import KINDS
from tenant_email.platforms.logto.limits import known_part, size_problems
from tenant_email.platforms.logto.texts import INVITATION

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs, TenantObjectInputs
    from tenant_email.json_types import PropsView
    from tenant_email.platforms.logto.kinds import Kind


def check_provider(inputs: ProviderInputs) -> Findings:
    """Judges a connector's inputs, unknowns among them."""
    settings = inputs.settings
    kind = mapping.kind_in(settings)
    problems = [*_top_problems(inputs, kind), *_tls_problems(settings), *_text_problems(settings, kind)]
    problems += _config_problems(inputs, kind)
    return Findings(tuple(problems), (*_tls_warnings(settings), *_text_warnings(settings, kind)))


def check_template(inputs: TemplateInputs) -> Findings:
    """Judges an email template by itself; see `template_effects` too."""
    settings = inputs.settings
    problems = size_problems("settings", templates.body_of(known_part(settings)))
    warnings = list[str]()
    if is_known(settings["language"]) and settings["language"] not in languages.LANGUAGES:
        warnings.append(Warned(_odd_language(settings["language"]), "unmatched-language", Spot("settings.language")))
    if is_known(settings["type"]):
        warnings += effects.find_gaps({settings["type"]: (settings["subject"], settings["content"])})
        warnings += _markdown_warnings({settings["type"]: settings})
    return Findings(tuple(problems), tuple(warnings))


def template_effects(settings: PropsView, connector: str) -> tuple[str, ...]:
    """Returns what of an email template a connector of this kind ignores."""
    return tuple(effects.without_effect(settings, connector)) if is_known(settings["type"]) else ()


def _markdown_warnings(mails: Mapping[str, PropsView]) -> list[str]:
    """Returns which texts, by type, are Markdown where HTML is mailed."""
    odd = [
        usage
        for usage, mail in mails.items()
        if mail.get("content_type", "text/html") == "text/html"
        and isinstance(content := mail.get("content", mail.get("html")), str)
        and is_markdown(content)
    ]
    what = f"{effects.name_texts(odd)} looks like Markdown, which is sent as is; write HTML"
    return [Warned(what, "markdown", Spot("settings.content"))] if odd else []


def _odd_language(tag: str) -> str:
    others = " or ".join(languages.find_languages(tag)) or "the fallback language"
    what = f"no sign-in page of Logto is in {tag}: its readers see {others}"
    return f"{what}, and this text only where a caller names the language"


def warn_of_change(recorded: PropsView, desired: TenantObjectInputs) -> tuple[str, ...]:
    """Says that another factory makes a new connector, whose id others may have written down."""
    old, kind = recorded.get("factory"), KINDS.get(desired.kind)
    if kind is None or old in (None, kind.factory):
        return ()
    replaced = f"{redact_external(recorded.get('id'))} ({redact_external(old)})"
    return (f"connector {replaced} will be replaced by a new one ({kind.factory}); its id changes",)


def _top_problems(inputs: ProviderInputs, kind: Kind) -> list[Problem]:
    problems: list[Problem] = []
    if inputs.enabled is False:
        what = "cannot be False: Logto cannot switch a connector off"
        problems.append(Problem("enabled", what, "Omit it, or remove the EmailProvider."))
    if inputs.from_address is not None and kind.sender is None:
        what = f"has no effect: a {kind.full_name} connector has no sender address"
        problems.append(Problem("from_address", what, "Omit it."))
    if inputs.from_address is None and kind.sender and inputs.on_existing == "fail":
        what = f"is missing: it becomes the connector's {kind.sender}"
        problems.append(Problem("from_address", what, "Set it to the address that email comes from."))
    if kind.bare_sender and _has_name(inputs.from_address):
        what = "must be only an address, in ASCII letters"
        problems.append(Problem("from_address", what, "Put the name into settings.sender_name."))
    if inputs.preflight == "send" and inputs.test_recipient is None:
        problems.append(Problem("test_recipient", "is missing", "Set it to the address that the test email goes to."))
    return problems


def _has_name(sender: object) -> bool:
    return isinstance(sender, str) and not (sender.isascii() and "<" not in sender)


def _tls_problems(settings: PropsView) -> list[Problem]:
    port, secure, problems = settings.get("port"), settings.get("secure"), list[Problem]()
    ignored = settings.get("ignore_tls") is True
    if begins_with_tls(port) and secure is False:
        problems.append(Problem("settings.secure", f"is False, but port {port} begins with TLS", "Omit it."))
    if begins_without_tls(port) and secure is True:
        what = f"is True, but port {port} begins without TLS: OpenSSL would say `wrong version number`"
        remedy = "Omit it; set require_tls=True to refuse a server without STARTTLS."
        problems.append(Problem("settings.secure", what, remedy))
    if ignored and settings.get("require_tls") is True:
        problems.append(Problem("settings.require_tls", "contradicts settings.ignore_tls", "Omit one of them."))
    if ignored and begins_with_tls(port):
        what = f"is True, but port {port} begins with TLS"
        problems.append(Problem("settings.ignore_tls", what, "Omit it, or use 587 or 25."))
    return problems + port_problems(settings)


def _tls_warnings(settings: PropsView) -> list[str]:
    warnings, tls = list[str](), settings.get("tls")
    if is_object(tls) and tls.get("rejectUnauthorized") is False:
        what = "the server's certificate is not verified, so anyone in between can read password and mail"
        warnings.append(
            f"settings.tls.rejectUnauthorized is False: {what}; set its authority as tls={{'ca': …}} instead"
        )
    if settings.get("ignore_tls") is True and settings.get("username") is not None:
        warnings.append("settings.ignore_tls is True: the password travels in clear text")
    return warnings


def _texts(settings: PropsView, kind: Kind) -> tuple[str | None, PropsView]:
    """Returns the name and the value of the texts, as far as a preview knows them."""
    setting = texts_mapping.setting_of(kind.texts)
    given = settings.get(setting or "")
    return setting, given if is_object(given) else {}


def _text_problems(settings: PropsView, kind: Kind) -> list[Problem]:
    setting, texts = _texts(settings, kind)
    if absent := [usage for usage in texts_mapping.required_usages(kind.texts) if texts and usage not in texts]:
        return [Problem(f"settings.{setting}.{usage}", "is missing, and required", "Set it.") for usage in absent]
    if kind.texts == "html":
        return [
            Problem(
                f"settings.templates.{usage}.content_type",
                "must be text/html: this connector sends no other",
                "Omit content_type, and write the text as HTML.",
            )
            for usage, text in texts.items()
            if text is not UNKNOWN and text.get("content_type") == "text/plain"
        ]
    if kind.texts == "deliveries":
        return [problem for usage, delivery in texts.items() for problem in _delivery_problems(usage, delivery)]
    return []


def _delivery_problems(usage: str, delivery: Json) -> list[Problem]:
    if delivery is UNKNOWN or ("html" in delivery) != ("template" in delivery):
        missing_subject = delivery is not UNKNOWN and "html" in delivery and "subject" not in delivery
        what = "is missing: Mailgun would send the mail without one"
        return [Problem(f"settings.deliveries.{usage}.subject", what, "Set it.")] if missing_subject else []
    return [Problem(f"settings.deliveries.{usage}", "must have either html or template", "Set one of them.")]


def _config_problems(inputs: ProviderInputs, kind: Kind) -> list[Problem]:
    """Returns what of the config vanishes when it is stored, and whether it is too large to be sent."""
    sender, recipient = inputs.from_address, inputs.test_recipient
    settings = known_part(inputs.settings)
    config = mapping.to_config(settings, sender if isinstance(sender, str) else None)
    problems = [
        Problem(f"config.{path}", "is empty: Logto drops it after validating it", "Omit it, or set a value.")
        for path in (filter(None, stripped_paths(config)) if settings == inputs.settings else ())
    ]
    bodies: list[object] = [{"connectorId": kind.factory, "config": config}]
    if inputs.preflight == "send":
        bodies.append(mapping.test_body(kind.factory, config, recipient if isinstance(recipient, str) else ""))
    return problems + size_problems("settings", *bodies)


def _text_warnings(settings: PropsView, kind: Kind) -> list[str]:
    setting, texts = _texts(settings, kind)
    if not texts:
        return []
    warnings: list[str] = []
    if INVITATION not in texts:
        what = f"settings.{setting} has no {INVITATION}"
        warnings.append(f"{what}: invitations are sent as Generic, with a literal {{{{code}}}} and without a link")
    mails = {usage: text for usage, text in texts.items() if is_object(text)}
    parts = {usage: (mail.get("subject"), mail.get("content", mail.get("html"))) for usage, mail in mails.items()}
    warnings += _markdown_warnings(mails)
    return warnings + effects.find_gaps({usage: part for usage, part in parts.items() if part[1] is not None})
