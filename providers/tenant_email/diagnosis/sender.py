"""What sends a tenant's mail, and its templates, as a preview would judge them if a program had written them."""

from __future__ import annotations

from dataclasses import dataclass
from email.utils import parseaddr
from typing import TYPE_CHECKING, Final

from tenant_email.aws.dns_records import normalize_domain
from tenant_email.errors import redact_external
from tenant_email.inputs.model import parse
from tenant_email.inputs.tenant_objects import ProviderInputs, TemplateInputs
from tenant_email.platforms.survey import fine, problem, unknown, warning

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.findings import Finding
    from tenant_email.platforms.base import LiveProvider, LiveTemplate, Platform
    from tenant_email.platforms.survey import Survey, Texts

_MOST: Final = 20  # names of a list


@dataclass(frozen=True, slots=True)
class Sender:
    """A domain that mail is from, the addresses in it, and what sends from them."""

    domain: str
    addresses: tuple[str, ...] = ()
    who: tuple[str, ...] = ()


def describe(provider: LiveProvider | None, built_in: str) -> Finding:
    """Says what sends the mail, by what anyone may see of it; `built_in` is what is said without a provider."""
    if provider is None or provider.is_built_in:
        return warning("provider", built_in, "Configure an EmailProvider before users depend on mail.")
    inputs = provider.public_inputs()
    shown = ", ".join(f"{name} {redact_external(value)}" for name, value in inputs.settings.items() if name != "kind")
    sender = f", from {redact_external(inputs.from_address)}" if inputs.from_address else ""
    what = f"{redact_external(inputs.kind)}{f' ({shown})' if shown else ''}{sender}"
    if inputs.enabled is False:
        return warning("provider", f"the provider {what} is disabled", "Enable it, or remove it.")
    return fine("provider", f"mail goes out through {what}")


def judge_provider(platform: Platform, provider: LiveProvider | None) -> Iterable[Finding]:
    """Yields what a preview would say of these settings."""
    if provider is None or provider.is_built_in:
        return
    kind = provider.inputs.kind
    if kind not in platform.models:
        yield unknown("provider", f"{redact_external(kind)} is not known to this package, and goes unjudged")
        return
    given = provider.program_settings or provider.inputs.settings
    values, problems = parse(platform.models[kind], dict(given), "settings")
    # A secret that the tenant keeps to itself is missing here and not there.
    hidden = {f"settings.{name}" for name in platform.capabilities.transports[kind].write_only}
    inputs = ProviderInputs(
        values.to_props(),
        from_address=provider.inputs.from_address,
        enabled=provider.inputs.enabled,
        on_existing="adopt",
    )
    found = platform.check_provider(inputs)
    for each in dict.fromkeys((*problems, *found.problems)):
        if each.path not in hidden:
            yield warning("provider", f"{each.path}: {each.what}", each.remedy)
    for line in found.warnings:
        yield warning("provider", line, "See whether that is meant.")


def describe_templates(texts: Texts) -> Iterable[Finding]:
    """Yields how many there are, and which are switched off."""
    names = [_name(each) for each in texts.changed]
    own = f"{len(names)} {texts.words[0]}: {_listed(names)}" if names else f"none {texts.words[0]}"
    stock = f"; {texts.words[1]}: {_listed(texts.stock)}" if texts.stock else ""
    yield fine("templates", f"templates: {own}{stock}")
    off = [_name(each) for each in texts.changed if each.inputs.settings.get("enabled") is False]
    if off:
        yield warning("templates", f"disabled templates: {_listed(off)}", "Enable them, or leave them be.")


def judge_templates(platform: Platform, texts: Texts, judged: frozenset[str] = frozenset()) -> Iterable[Finding]:
    """Yields what a preview would say of these templates; `judged` are inputs of which something was said already."""
    model = platform.templates[f"{platform.name}.template"]
    for each in texts.changed:
        values, problems = parse(model, dict(each.program_settings or each.inputs.settings), "settings")
        found = platform.check_template(TemplateInputs(values.to_props()))
        name = f"template {_name(each)}"
        for flaw in dict.fromkeys((*problems, *found.problems)):
            if flaw.path not in judged:
                yield problem("templates", f"{name}: {flaw.path}: {flaw.what}", flaw.remedy)
        if found.warnings:
            more = f" (and {len(found.warnings) - 1} more)" if len(found.warnings) > 1 else ""
            yield warning(
                "templates", f"{name}: {next(iter(found.warnings))}{more}", "`tenant-email templates` shows all."
            )


def senders(survey: Survey, provider: LiveProvider | None, texts: Texts | None) -> list[Sender]:
    """Returns the domains that mail is from, each with what sends from it; what is not known is left out."""
    given: list[tuple[str, object]] = [("the provider", provider.inputs.from_address if provider else None)]
    given += [
        (f"template {_name(each)}", each.inputs.settings.get("from_address"))
        for each in (texts.changed if texts else ())
        if each.inputs.settings.get("enabled") is not False
    ]
    found = dict[str, Sender]()
    for who, text in given:
        _, address = parseaddr(survey.resolve(str(text))) if text else ("", "")
        if domain := _domain_of(address):
            known = found.get(domain, Sender(domain))
            addresses = tuple(dict.fromkeys((*known.addresses, address)))
            found[domain] = Sender(domain, addresses, (*known.who, who))
    return list(found.values())


def _domain_of(address: str) -> str:
    """Returns the domain of an address, as DNS has it; empty where it has none, or where a template makes it up."""
    try:
        return normalize_domain(address.rpartition("@")[2])
    except ValueError:
        return ""


def _name(template: LiveTemplate) -> str:
    settings = template.inputs.settings
    key = settings.get("template") or f"{settings.get('language')}/{settings.get('type')}"
    return redact_external(key)


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    shown = ", ".join(known[:_MOST])
    return f"{shown} and {len(known) - _MOST} more" if len(known) > _MOST else shown
