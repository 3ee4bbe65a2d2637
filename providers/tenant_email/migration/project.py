"""From what was read to what `programs` writes: resources with their ids, settings and secrets of the stack."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from tenant_email import platforms
from tenant_email.json_types import Json, Props, is_list, is_object
from tenant_email.migration.fitting import as_given
from tenant_email.migration.found import FoundEsv, FromConfig, Joined
from tenant_email.migration.ses_project import Domains
from tenant_email.operations.program_inputs import without_defaults
from tenant_email.platforms.pingone_aic.placeholders import esv_id
from tenant_email.programs.found import (
    ConfigSecret,
    ConfigSetting,
    FilledText,
    Found,
    FoundResource,
    FoundTenant,
    TextFile,
)
from tenant_email.programs.tenant_resources import esv_resource, provider_resource, template_resource
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.migration.found import FoundTenant as ReadTenant
    from tenant_email.migration.found import Reading
    from tenant_email.platforms.base import Platform
    from tenant_email.programs.found import Value

_KINDS: Final[dict[str, Literal["int", "bool"]]] = {
    "port": "int",
    "url_lifetime_in_seconds": "int",
    "enabled": "bool",
    "include_email_in_redirect": "bool",
    "view_content_link": "bool",
}
"""The settings of Auth0 that are no texts: only its tool has keywords in place of values."""
_BODIES: Final = frozenset({"body", "content", "html", "message"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a tenant is: its name in the stack's config, its url, and its host as ids have it."""

    name: str
    url: str
    host: str


def found(reading: Reading, place: Place | None) -> Found:
    """Returns the project of what was read; `place` is where its tenant is, None where it has none."""
    tenants: tuple[FoundTenant, ...] = ()
    resources: tuple[FoundResource, ...] = ()
    if reading.tenant and place:
        tenants = (FoundTenant(place.name, reading.tenant.platform, place.url),)
        resources = tuple(_of_tenant(reading.tenant, place))
    domains = Domains()
    resources += tuple(each for domain in reading.domains for each in domains.resources(domain))
    reading.notes += domains.notes
    reading.taken += domains.taken
    _count_left(reading)
    config = {"aws:region": reading.domains[0].region} if reading.domains else {}
    notes = tuple(f"{each.address}: {each.text}. {each.remedy}".strip() for each in reading.notes)
    origins = [f"the tenant {reading.tenant.platform} {place.host}"] if reading.tenant and place else []
    origins += [f"SES {each.region} {each.domain}" for each in reading.domains]
    return Found(tenants, resources, config, notes, " and ".join(origins))


def _count_left(reading: Reading) -> None:
    """Counts what a state has of the types that are read, and that neither is taken nor has a note of its own."""
    told = {*reading.taken, *(note.address for note in reading.notes if note.refused)}
    reading.left.update(kind for address, kind in reading.types.items() if address not in told)


def _of_tenant(tenant: ReadTenant, place: Place) -> Iterator[FoundResource]:
    loaded = platforms.load(tenant.platform)
    at = f"{tenant.platform}/{place.host}"
    for esv in tenant.esvs:
        yield _esv(esv, at, place.name)
    provider = None
    if tenant.provider:
        kind = tenant.provider.settings["kind"]
        settings = _shortest(loaded, kind, tenant.provider.settings)
        given: dict[str, Value] = {"tenant": place.name, "settings": _values(settings, kind)}
        given["from_address"] = _value(tenant.provider.from_address, "fromAddress", "")
        enabled = tenant.provider.enabled
        given["enabled"] = (
            setting(enabled, "bool") if isinstance(enabled, FromConfig) else False if not enabled else None
        )
        provider = provider_resource(f"{at}/email-provider", given)
        yield provider
    for template in tenant.templates:
        settings = _shortest(loaded, f"{tenant.platform}.template", template.settings)
        key = loaded.template_key(template.settings)
        bodies = {name: _body(value, f"{key}.{name}") for name, value in settings.items()}
        id_ = f"{at}/email-template/{key}"
        inputs: dict[str, Value] = {"tenant": place.name, "settings": _values(bodies, key)}
        yield template_resource(id_, inputs, provider)


def _esv(esv: FoundEsv, at: str, tenant: str) -> FoundResource:
    kind = "secret" if esv.secret else "variable"
    name = esv_id(esv.id)
    given: dict[str, Value] = {"tenant": tenant, "esv": name, "value": _value(esv.value, name, "text")}
    if esv.secret:
        given |= {"encoding": esv.encoding if esv.encoding != "generic" else None}
        given |= {"use_in_placeholders": None if esv.use_in_placeholders else False}
    else:
        given |= {"expression_type": esv.expression_type if esv.expression_type != "string" else None}
    given |= {"description": esv.description or None}
    return esv_resource("EsvSecret" if esv.secret else "EsvVariable", f"{at}/esv-{kind}/{name}", given)


def _shortest(platform: Platform, kind: str, settings: Props) -> Props:
    """Returns settings without what a program need not say."""
    models = platform.templates if kind.endswith(".template") else platform.models
    short = without_defaults(models[kind], as_given(settings), keep=("kind",))
    return _pruned(settings, short)


def _pruned(settings: Props, short: Props) -> Props:
    pruned: Props = {}
    for name, value in settings.items():
        if name in short:
            shorter = short[name]
            pruned[name] = _pruned(value, shorter) if is_object(value) and is_object(shorter) else value
    return pruned


def _values(settings: Mapping[str, Json], what: str) -> dict[str, Value]:
    return {name: _value(value, name, what) for name, value in settings.items()}


def _value(value: Json, name: str, what: str) -> Value:
    """Returns a value as a program has it; a secret gets the name of its setting."""
    if isinstance(value, Secret):
        return ConfigSecret(_words(name), f"the {_spaced(name)} of {what}" if what else "", value)
    if isinstance(value, FromConfig):
        return _from_config(value, name, what)
    if isinstance(value, Joined):
        return _filled(value, None)
    if is_object(value):
        return {key: _value(item, f"{name}.{key}", what) for key, item in value.items()}
    if is_list(value):
        return [_value(item, name, what) for item in value]
    found: Value = value
    return found


def _from_config(value: FromConfig, name: str, what: str) -> Value:
    if value.secret:
        known = Secret(value.value) if isinstance(value.value, str) and value.value else None
        return ConfigSecret(_words(name), f"the {_spaced(name)} of {what}", known)
    return setting(value, _KINDS.get(name, "text"))


def setting(value: FromConfig, kind: Literal["text", "int", "bool"] = "text") -> ConfigSetting:
    """Returns a setting of the stack, with its value as the config has it."""
    known = value.value
    text = known if isinstance(known, str) or known is None else json.dumps(known)
    return ConfigSetting(value.key, kind, value=text)


def _body(value: Json, name: str) -> Json:
    """Returns a long text with settings of the stack in it as one that becomes a file; anything else as it is."""
    part = name.rpartition(".")[2]
    if part not in _BODIES or not isinstance(value, Joined | FromConfig):
        return value
    joined = value if isinstance(value, Joined) else Joined((value,))
    stem = name.removesuffix(f".{part}")
    return _filled(joined, f"templates/{stem}.html")


def _filled(value: Joined, path: str | None) -> FilledText:
    marks = {f"##{part.key}##": setting(part) for part in value.parts if isinstance(part, FromConfig)}
    text = "".join(part if isinstance(part, str) else f"##{part.key}##" for part in value.parts)
    return FilledText(TextFile(path, text) if path else text, marks)


def _words(name: str) -> str:
    return name.replace("_", " ").replace(".", " ")


def _spaced(name: str) -> str:
    return name.replace("_", " ").replace(".", " of ")
