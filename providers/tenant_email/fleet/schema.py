"""The JSON schema of fleet files, for editors: made of the models, with what their docstrings say.

It says what a file may hold and of which type, as the reader's models do; a test holds both to the same answers. What a
value must be beyond that, such as a host, is said by `tenant-email fleet check`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from tenant_email import platforms
from tenant_email.fleet import shapes
from tenant_email.fleet.document import (
    DNS_HOSTS,
    EXTENSION,
    Aws,
    PlatformEmail,
    Root,
    SecondRegion,
    SendingDomain,
    TenantEmail,
    common_model,
    domain_model,
    email_model,
    root_model,
)
from tenant_email.fleet.merging import argument_of
from tenant_email.fleet.shapes import BY_FILE, BY_FILES, BY_VARIABLE, FROM_SES, NAME
from tenant_email.json_types import Json, Props, is_list, is_object
from tenant_email.plugin.describe.docs import docs_of
from tenant_email.starters.brand import Brand
from tenant_email.tenants.credentials import FILE, VARIABLE

if TYPE_CHECKING:
    from tenant_email.inputs.model import Model

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"
_OWN: Final = ("auth0", "logto", "pingone_aic")
_ENTRY: Final = {
    "platform": "The platform: auth0, logto or pingone_aic.",
    "url": "Where the tenant is: a host, or a url.",
    "tokenUrl": "Where the login goes, when that is elsewhere.",
    "allowHttp": "True allows http:// for this tenant, inside a cluster.",
    "caFile": "A file of certificate authorities in PEM.",
    "timeout": "Seconds for one answer, from 1 to 300; 30 when it is omitted.",
    "aliases": "Other hosts that the tenant answered to, so that older ids are still its own.",
    "renamed_from": "What the tenant was called before, so that its resources are not made anew under their new names.",
    "email": "The tenant's email, over the defaults.",
}
_BY_VARIABLE: Final = "The name of an environment variable that holds it, where Pulumi runs."
_BY_FILE: Final = "The path of a file that holds it; a relative one begins at the fleet file's folder."
_NOISE: Final = ("title", "discriminator")
_FROM_SES: Final = "True takes host and key from the tenant's sending domain."


def fleet_schema() -> Props:
    """Returns the schema, with this distribution's platforms."""
    definitions: Props = {
        "SendingDomain": _described(domain_model(), SendingDomain),
        "Brand": _described(shapes.brand_model(), Brand),
    }
    for platform in _OWN:
        for kind, cls in shapes.provider_classes(platform).items():
            definitions[kind] = _provider(cls)
        template = shapes.template_class(platform)
        definitions[f"{platform}.template"] = _described(shapes.template_model(platform), template)
        definitions[f"{platform}.email"] = _email(platform, PlatformEmail)
        definitions[f"{platform}.tenant_email"] = _email(platform, TenantEmail)
        definitions[f"{platform}.tenant"] = _tenant(platform)
    definitions["email"] = _with_parts(_described(common_model(), *_bases(PlatformEmail)))
    root = _described(root_model(), Root)
    root["properties"] |= {
        "aws": _nullable(_described(Aws, Aws)),
        "defaults": _nullable(_defaults()),
        "sending_domains": _nullable(_by_name({"$ref": "#/$defs/SendingDomain"})),
        "tenants": {**_by_name(_any_tenant()), "minProperties": 1},
    }
    root["patternProperties"] = {f"^{EXTENSION}": {"description": "A place for anchors, which nobody else reads."}}
    for name, text in docs_of(Root).arguments.items():
        root["properties"][name]["description"] = _sentence(text)
    return {
        "$schema": DIALECT,
        "title": "A fleet of identity tenants",
        **root,
        "$defs": dict(sorted(definitions.items())),
    }


def _defaults() -> Props:
    properties: Props = {"all": _nullable({"$ref": "#/$defs/email"})}
    properties |= {platform: _nullable({"$ref": f"#/$defs/{platform}.email"}) for platform in _OWN}
    return {"type": "object", "additionalProperties": False, "properties": properties}


def _any_tenant() -> Props:
    """Returns the schema of a tenant: which it is, its platform says, so that an editor's errors are of that one."""
    return {
        "type": "object",
        "required": ["platform"],
        "properties": {"platform": {"enum": list(_OWN), "description": _ENTRY["platform"]}},
        "allOf": [_when("platform", platform, f"#/$defs/{platform}.tenant") for platform in _OWN],
    }


def _tenant(platform: str) -> Props:
    found = _plain(shapes.entry_model(platform))
    spec = platforms.connection_specs()[platform]
    for name, schema in found["properties"].items():
        key = next((each for each in spec.credentials if name in (f"{each}{VARIABLE}", f"{each}{FILE}")), "")
        by = _BY_VARIABLE if name.endswith(VARIABLE) else _BY_FILE
        schema["description"] = f"{key}: {by}" if key else _ENTRY.get(name, "What logs in to the tenant.")
    found["properties"]["email"] = _nullable({"$ref": f"#/$defs/{platform}.tenant_email"})
    found["properties"]["email"]["description"] = _ENTRY["email"]
    return found


def _email(platform: str, base: type[PlatformEmail]) -> Props:
    found = _with_parts(_described(email_model(platform, base), *_bases(base)))
    kinds = shapes.provider_classes(platform)
    provider = {
        "type": "object",
        "required": ["kind"],
        "properties": {"kind": {"enum": list(kinds)}},
        "allOf": [_when("kind", kind, f"#/$defs/{kind}") for kind in kinds],
    }
    found["properties"]["provider"] = {**_nullable(provider), **_only_description(found["properties"]["provider"])}
    templates = _by_name(_nullable({"$ref": f"#/$defs/{platform}.template"}))
    found["properties"]["templates"] = {**_nullable(templates), **_only_description(found["properties"]["templates"])}
    return found


def _with_parts(found: Props) -> Props:
    """Returns a schema of an email in which a brand and a domain are those of the document."""
    properties = found["properties"]
    brand = _nullable({"$ref": "#/$defs/Brand"})
    properties["brand"] = {**brand, **_only_description(properties["brand"])}
    domain = properties["sending_domain"]
    for choice in domain.get("anyOf", ()):
        if choice.get("type") == "object":
            choice.clear()
            choice["$ref"] = "#/$defs/SendingDomain"
    return found


def _provider(cls: type[Any]) -> Props:
    found = _described(shapes.provider_model(cls), cls)
    if FROM_SES in found["properties"]:
        found["properties"][FROM_SES]["description"] = _FROM_SES
    return found


def _when(name: str, value: str, then: str) -> Props:
    return {"if": {"properties": {name: {"const": value}}, "required": [name]}, "then": {"$ref": then}}


def _by_name(schema: Props) -> Props:
    return {"type": "object", "propertyNames": {"pattern": NAME}, "additionalProperties": schema}


def _nullable(schema: Props) -> Props:
    return {"anyOf": [schema, {"type": "null"}]}


def _only_description(schema: Props) -> Props:
    return {"description": schema["description"]} if "description" in schema else {}


def _bases(cls: type[Any]) -> tuple[type[Any], ...]:
    return tuple(each for each in cls.__mro__ if each.__module__ == cls.__module__)


def _described(model: type[Model], *said: type[Any]) -> Props:
    """Returns the schema of a model, with what the docstrings of these classes say of it."""
    found = _plain(model)
    if paragraphs := docs_of(said[0]).paragraphs:
        found["description"] = _sentence(paragraphs[0])
    _describe(found, *said)
    return found


def _describe(found: Props, *said: type[Any]) -> None:
    """Adds what the docstrings of classes say of the properties."""
    for name, schema in found["properties"].items():
        argument = argument_of(name)
        text = next((told for cls in said if (told := docs_of(cls).arguments.get(name, ""))), "")
        of = next((told for cls in said if (told := docs_of(cls).arguments.get(argument, ""))), "")
        by = {BY_VARIABLE: _BY_VARIABLE, BY_FILE: _BY_FILE, BY_FILES: _BY_FILE}
        end = next((each for each in by if name.endswith(each)), "")
        if text:
            schema["description"] = _sentence(text)
        elif of and end:
            schema["description"] = f"{_sentence(of)} {by[end]}"


def _plain(model: type[Model]) -> Props:
    """Returns the schema of a model, its parts in place and without what says nothing."""
    model.model_rebuild()
    made = model.model_json_schema()
    definitions: Props = made.pop("$defs", {})
    sources: tuple[type[Any], ...] = (*shapes.parts(), *DNS_HOSTS.values(), SecondRegion)
    for source in sources:
        if source.__name__ in definitions:
            _describe(definitions[source.__name__], *_bases(source))
    found: Props = _without_noise(_inlined(made, definitions))
    return {name: value for name, value in found.items() if name != "description"}


def _inlined(value: Json, definitions: Props) -> Json:
    if is_object(value):
        if "$ref" in value:
            return _inlined(definitions[str(value["$ref"]).rpartition("/")[2]], definitions)
        return {name: _inlined(item, definitions) for name, item in value.items()}
    return [_inlined(item, definitions) for item in value] if is_list(value) else value


def _without_noise(value: Json, *, are_names: bool = False) -> Json:
    """Returns a schema without titles made of names, and without the default that an omission is."""
    if is_list(value):
        return [_without_noise(item) for item in value]
    if not is_object(value):
        return value
    kept = {
        name: _without_noise(item, are_names=name == "properties")
        for name, item in value.items()
        if are_names or not (name in _NOISE or (name == "default" and item in (None, False)))
    }
    return kept if are_names else _short(kept)


def _short(schema: Props) -> Props:
    """Returns a schema that says briefly that a plain value may be null."""
    choices = schema.get("anyOf", ())
    if len(choices) == 2 and choices[1] == {"type": "null"} and isinstance(choices[0].get("type"), str):  # noqa: PLR2004 - one, or null
        rest = {name: item for name, item in schema.items() if name != "anyOf"}
        null = {"enum": [*choices[0]["enum"], None]} if "enum" in choices[0] else {}
        return {**choices[0], "type": [choices[0]["type"], "null"], **null, **rest}
    return schema


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:] + ("" if text.endswith((".", "!", "?")) else ".")
