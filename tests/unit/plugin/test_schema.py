"""The package schema says what the models and the classes say, in the words of every language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

import pulumi
import pytest

import tenant_email
from tenant_email import package_schema
from tenant_email.aws.provider_settings import SETTINGS
from tenant_email.operations.secret_inputs import SECRET_INPUTS
from tenant_email.package_schema.names import camel, snake
from tenant_email.plugin.describe import package
from tenant_email.plugin.describe.found import found_platforms, found_resources, settings_class
from tenant_email.redaction.secrets import Secret
from tenant_email.resources import lifecycles
from tenant_email.resources.lifecycles import LifecycleReference
from tenant_email.tenants.entry_shapes import shape_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenant_email.inputs.model import Model
    from tenant_email.json_types import Json, Props
    from tenant_email.platforms.base import Platform
    from tenant_email.plugin.describe.found import Described

SCHEMA: Final[Props] = package_schema.load()
TYPES: Final[Props] = SCHEMA["types"]
RESOURCES: Final[Props] = SCHEMA["resources"]
REFERENCES: Final = [each for each in vars(lifecycles).values() if isinstance(each, LifecycleReference)]
PLATFORMS: Final = {platform.name: platform for platform in found_platforms()}
KINDS: Final = {
    kind: model
    for platform in PLATFORMS.values()
    for kind, model in (*platform.models.items(), *platform.templates.items())
}
PYTHON: Final = re.compile(r"\b(None|True|False|opts|dict|Python|Args|kwargs|pathlib)\b|import_|\w\(\w+=|docs/")


def walk(value: Json, path: str = "") -> Iterator[tuple[str, Props]]:
    """Yields every object of the schema with its path."""
    if isinstance(value, dict):
        yield path, value
    parts = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, part in parts:
        yield from walk(part, f"{path}/{key}")


def properties() -> Iterator[tuple[str, str, Props]]:
    """Yields every property: (the type or resource that has it, its name, its spec)."""
    for token, described in {**TYPES, **RESOURCES}.items():
        for where in ("properties", "inputProperties"):
            yield from ((token, name, spec) for name, spec in described.get(where, {}).items())


def kind_type(kind: str) -> Props:
    """Returns the type of a kind of settings."""
    found: Props = next(
        each for each in TYPES.values() if each.get("properties", {}).get("kind", {}).get("const") == kind
    )
    return found


def secret_of(described: Props, where: str = "properties") -> set[str]:
    """Returns the names of a type's properties that are secret, as a program in Python writes them."""
    return {snake(name) for name, spec in described[where].items() if spec.get("secret")}


def test_the_schema_is_what_the_models_say() -> None:
    """`schema.json` is what the generator writes now: python -m tenant_email.plugin.describe --write."""
    assert package_schema.text() == package.document()


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda each: each.name)
def test_every_lifecycle_is_a_resource_with_its_inputs(reference: LifecycleReference) -> None:
    """All that it judges, but what no program writes: what is made of options, or of where a resource is."""
    described = next(each for each in found_resources() if each.lifecycle.__name__ == reference.name)
    inputs = RESOURCES[package_schema.token(described.cls.__name__)]["inputProperties"]
    internal = described.model.internal
    assert {snake(name) for name in inputs} == reference.load().inputs - internal
    at_a_host_of_its_own = {"host", "host_zone", "existing_records", "whole_sets", "look_first", "zone_target"}
    at_a_host_of_its_own |= {"retains_records", "other_zones", "record_zones", "zone_name"}
    assert internal <= {"import_id", "aws_provider", "tags"} | at_a_host_of_its_own
    assert not {"importId", "awsProvider", camel(SECRET_INPUTS)} & inputs.keys()


def test_every_public_component_is_one() -> None:
    """With the arguments of its constructor as inputs."""
    public = [getattr(tenant_email, name) for name in tenant_email.__all__]
    names = {each.__name__ for each in public if isinstance(each, type) and issubclass(each, pulumi.ComponentResource)}
    found = {package_schema.name_of(token) for token, each in RESOURCES.items() if each.get("isComponent")}
    assert found == names
    assert {"domain", "dkim", "activeKey", "tags"} <= RESOURCES["tenant-email:index:SesSendingDomain"][
        "inputProperties"
    ].keys()


@pytest.mark.parametrize("resource", ["EmailProvider", "EmailTemplate"])
def test_settings_are_told_apart_by_their_kind(resource: str) -> None:
    """One type a kind, and every kind of every platform."""
    settings = RESOURCES[package_schema.token(resource)]["inputProperties"]["settings"]
    mapping = settings["discriminator"]["mapping"]
    is_template = resource == "EmailTemplate"
    assert mapping.keys() == {kind for kind in KINDS if kind.endswith(".template") == is_template}
    assert [each["$ref"] for each in settings["oneOf"]] == list(mapping.values())
    for kind, reference in mapping.items():
        described = TYPES[reference.removeprefix("#/types/")]
        assert described["properties"]["kind"]["const"] == kind
        assert "kind" in described["required"]


@pytest.mark.parametrize(("kind", "model"), KINDS.items(), ids=list(KINDS))
def test_a_kind_has_the_settings_of_its_model(kind: str, model: type[Model]) -> None:
    """All of them, required where the model requires them, secret where the class says so."""
    described, cls = kind_type(kind), settings_class(model)
    assert {snake(name) for name in described["properties"]} == model.model_fields.keys()
    assert {snake(name) for name in described["required"]} == {
        name for name, field in model.model_fields.items() if field.is_required()
    }
    assert secret_of(described) == {*cls.secret, *cls.secret_parts} & model.model_fields.keys()


@pytest.mark.parametrize("described", found_resources(), ids=lambda each: each.cls.__name__)
def test_a_secret_input_is_a_secret_output_too(described: Described) -> None:
    """What the model takes as a secret, and what the class names among its outputs."""
    resource = RESOURCES[package_schema.token(described.cls.__name__)]
    inputs = {name for name, field in described.model.model_fields.items() if "Secret" in str(field.annotation)}
    inputs -= described.model.internal
    assert secret_of(resource, "inputProperties") == inputs
    assert secret_of(resource) == inputs | described.cls.secret_outputs


def test_what_only_the_platform_or_aws_may_know_is_secret() -> None:
    """Pinned, so that a lost mark shows: what a schema does not mark ends in the state in clear."""
    marked = {f"{package_schema.name_of(token)}.{name}" for token, name, spec in properties() if spec.get("secret")}
    assert {
        "AwsKeyReady.secretAccessKey",
        "ByoDkim.privateKey",
        "EmailTemplate.lastWritten",
        "EmailTemplate.snapshot",
        "EsvSecret.lastWritten",
        "EsvSecret.value",
        "EsvVariable.lastWritten",
        "SesDkimKey.privateKey",
        "SesDomainIdentity.dkimPrivateKey",
        "LogtoTenant.appSecret",
        "Auth0Tenant.clientSecret",
        "PingOneAicTenant.serviceAccountKey",
    } <= marked
    assert all(spec["secret"] for spec in SCHEMA["provider"]["inputProperties"].values())
    assert SCHEMA["config"]["variables"] == SCHEMA["provider"]["inputProperties"]


def test_no_output_of_a_component_is_marked() -> None:
    """The SDKs that Pulumi writes for Java and .NET would not compile; its secrets are constructed as such."""
    components = [described for described in RESOURCES.values() if described.get("isComponent")]
    assert components
    assert not any(secret_of(described) for described in components)


def test_the_names_are_spelled_back() -> None:
    """Every declared name in camelCase is that of one name in snake_case, and the other way round."""
    for token, name, _ in properties():
        assert re.fullmatch(r"[a-z]\w*", name), (token, name)
        assert camel(snake(name)) == name, (token, name)
    for described in found_resources():
        assert all(snake(camel(name)) == name for name in described.model.model_fields)


def test_all_is_described() -> None:
    """Every resource, type and property says what it is, as a whole sentence."""
    for token, described in {**TYPES, **RESOURCES}.items():
        assert described["description"], token
    for token, name, spec in properties():
        text = spec["description"]
        assert text, (token, name)
        is_sentence = text[:1] == text[:1].upper() and text[-1] in ".!?…"
        assert is_sentence or text.startswith("https://"), (token, name, text)


def test_nothing_is_said_that_only_python_has() -> None:
    """Names are in camelCase, and no class, option or value of Python's is named."""
    names = {snake(name) for _, name, _ in properties()}
    names -= {name for name in names if camel(name) == name}
    for path, described in walk(SCHEMA):
        text = described.get("description")
        if isinstance(text, str):
            assert not PYTHON.search(text), (path, text)
            assert not names & set(re.findall(r"[a-z0-9_]+", text)), (path, text)


def test_every_reference_leads_somewhere() -> None:
    """To a type or a resource of this schema, or to what Pulumi has."""
    known = {f"#/types/{token}" for token in TYPES} | {f"#/resources/{token}" for token in RESOURCES}
    found = {spec["$ref"] for _, spec in walk(SCHEMA) if "$ref" in spec}
    assert found - known == {"pulumi.json#/Any"}
    assert known - found == {f"#/resources/{token}" for token in RESOURCES} - found


def test_no_choice_holds_what_no_program_writes() -> None:
    """An import is told by an option, and has no word among those of `on_existing`."""
    values = [each["value"] for described in TYPES.values() for each in described.get("enum", ())]
    assert "import" not in values
    assert {"fail", "adopt", "USE_DEFAULT_VALUE", "TLSv1.3"} <= set(values)


@pytest.mark.parametrize("described", found_resources(), ids=lambda each: each.cls.__name__)
def test_a_default_is_what_the_model_takes_for_it(described: Described) -> None:
    """An SDK sends it as if it were given, and one that leaves it out must mean the same."""
    inputs = RESOURCES[package_schema.token(described.cls.__name__)]["inputProperties"]
    for name, spec in inputs.items():
        field = described.model.model_fields[snake(name)]
        assert spec.get("default", field.default) == field.default, name
        if isinstance(field.default, bool):
            assert f"`{str(field.default).lower()}`" in spec["description"], name


@pytest.mark.parametrize("reference", REFERENCES, ids=lambda each: each.name)
def test_what_replaces_is_said(reference: LifecycleReference) -> None:
    """A change of exactly these inputs, whatever else there is, replaces the resource."""
    token = package_schema.token(reference.name.removesuffix("Lifecycle"))
    inputs = RESOURCES[token]["inputProperties"]
    said = [snake(name) for name, spec in inputs.items() if spec.get("willReplaceOnChanges")]
    lifecycle = reference.load()
    assert set(said) == set(lifecycle.replaced_by)
    for name in said:
        recorded: Props = dict.fromkeys(lifecycle.replaced_by, "one") | {"bits": 2048}
        desired = {**recorded, name: 1024 if name == "bits" else "two"}
        _, replaces = lifecycle.do_diff("pingone_aic/tenant.example/esv/esv-one", recorded, desired)
        assert replaces == [name]


def test_no_two_types_have_one_name() -> None:
    """`pulumi import` tells those of a union apart by the name alone, whatever its module."""
    names = [token.rpartition(":")[2] for token in TYPES]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize("platform", PLATFORMS.values(), ids=list(PLATFORMS))
def test_a_tenant_has_the_settings_of_its_entry(platform: Platform) -> None:
    """Each name is taken as an entry's, and what logs in is among them."""
    described: Props = next(
        each for each in TYPES.values() if each.get("properties", {}).get("platform", {}).get("const") == platform.name
    )
    values: Props = {"string": "text", "number": 30, "boolean": True, "array": ["tenant.example"]}
    entry = {name: values[spec["type"]] for name, spec in described["properties"].items()}
    entry["platform"] = platform.name
    assert shape_problems("tenants.main", entry, platform.connection) == []
    assert platform.connection.credentials.keys() < entry.keys()
    assert {name for name, spec in described["properties"].items() if spec.get("secret")} == {
        *platform.connection.secret
    }


def test_aws_has_the_settings_that_are_looked_at() -> None:
    """Under the names that the stack's config has for the AWS provider."""
    assert TYPES["tenant-email:index:Aws"]["properties"].keys() == {*SETTINGS} - {"keys"}


def test_a_record_has_its_fields() -> None:
    """Wherever DNS records come from or go to, a typed language sees what they hold."""
    record = {"type": "array", "items": {"$ref": "#/types/tenant-email:index:DnsRecord"}}
    for resource, name in (("SesDomainIdentity", "dnsRecords"), ("SesDomainVerification", "records")):
        spec: dict[str, Any] = RESOURCES[package_schema.token(resource)]["properties"][name]
        assert {key: spec[key] for key in record} == record
    assert {"zoneRelativeName", "values", "ttl"} <= TYPES["tenant-email:index:DnsRecord"]["properties"].keys()


def test_a_secret_is_found_by_its_type() -> None:
    """The test above reads it of an annotation's text: it would find none, were the class called otherwise."""
    assert Secret.__name__ == "Secret"
