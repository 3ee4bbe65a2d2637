"""A stack of a fleet as a program in Pulumi YAML, with the plug-in's resources: what a Program object holds. Pure.

Sources: https://www.pulumi.com/docs/iac/languages-sdks/yaml/yaml-language-reference/, and for what of it a Program may
have operator/api/pulumi/v1/program_types.go of pulumi/pulumi-kubernetes-operator.
"""

from __future__ import annotations

import json
from dataclasses import MISSING, dataclass, field, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Final, cast, get_origin

from tenant_email import package_schema as schema
from tenant_email.components.ses_arguments import SHORT_FORMS
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.fleet.declared import DeclaredTenant
from tenant_email.fleet.document import PROVIDER_OPTIONS
from tenant_email.fleet.sending_domains import (
    SECOND,
    DomainByOutputs,
    active_region,
    all_regions,
    region_of,
    region_problems,
    regional_arguments,
    shared_outputs,
)
from tenant_email.fleet.shapes import KIND, arguments_of, provider_classes
from tenant_email.fleet.stack_config import needs
from tenant_email.json_types import Props, is_object, is_sequence
from tenant_email.package_schema.names import camel, declared_as
from tenant_email.platforms.settings import limits_of
from tenant_email.tenants.credentials import FILE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from tenant_email.fleet.document import Fleet, Tenant
    from tenant_email.fleet.stack_config import Unit
    from tenant_email.json_types import Json, PropsView
    from tenant_email.platforms.settings import SendingDomain

LARGEST: Final = 1_000_000
"""Bytes of a program: Kubernetes takes an object of 1.5 MiB at most, with all that it notes of it itself."""
_IN_PYTHON: Final = "Run it from a repository, with --repo: a program in Python does."
_DOMAIN: Final = "domain"
_PROVIDER: Final = "provider"
_SHARED: Final = "shared"
_WORDS: Final = {"dmarc": "policy", "active_key": "active"}
"""The part of a typed value that a word in its place is."""


@dataclass(frozen=True, slots=True)
class YamlProgram:
    """A program, and its secret config: by name the key that a Secret has it under."""

    text: Props = field(repr=False)
    secrets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Expression:
    """What Pulumi evaluates, such as another resource's output."""

    text: str


@dataclass(slots=True)
class ConfigSecrets:
    """Gives for each secret that a file refers to the config of the stack that has it.

    keys: what a file with a secret is called in the Secret, by its path. found: the config by name, with its key there.
    """

    keys: Mapping[str, str]
    found: dict[str, str] = field(default_factory=dict[str, str])

    def of_variable(self, name: str) -> Json:
        """Returns the config that has what is a variable elsewhere."""
        return self._config(f"env_{name}", name)

    def of_file(self, folder: Path, named: str) -> Json:
        """Returns the config that has what is in a file elsewhere."""
        key = self.keys.get(named, "")  # of a relative path there is a problem already
        return self._config(f"file_{key.replace('.', '_').replace('-', '_')}", key)

    def _config(self, name: str, key: str) -> Expression:
        self.found[name] = key
        return Expression(f"${{{name}}}")


class DomainExpressions(DomainByOutputs):
    """A sending domain by expressions for its outputs: of a resource of the program, or of another stack.

    Args:
        arguments: what the file says of it, in the region that is meant.
        region: that region; empty where the file does not say.
        resource: the resource of the program; omitted, it is of another stack.
        prefix: what the names of that region's outputs begin with in the other stack.

    """

    def __init__(self, arguments: PropsView, region: str, resource: str = "", prefix: str = "") -> None:
        self.resource, self._prefix = resource, prefix
        super().__init__(arguments, region)

    def output(self, name: str) -> Expression:
        """Returns the expression of an output."""
        own, other = f"${{{self.resource}.{camel(name)}}}", f'${{{_SHARED}.outputs["{self._prefix}{name}"]}}'
        return Expression(own if self.resource else other)


def shared_program(fleet: Fleet, name: str) -> YamlProgram:
    """Returns the program of a sending domain that tenants share, whose outputs their programs read.

    Raises:
        InvalidSettings: with everything that only a program in Python does.
    """
    given, at = fleet.sending_domains[name], f"sending_domains.{name}"
    if problems := tuple(_domain_problems(given, at)):
        raise InvalidSettings(str(fleet.file), problems)
    shown = {
        f"{prefix}{each}": f"${{{prefix}{_DOMAIN}.{camel(each)}}}"
        for prefix, arguments in all_regions(given)
        for each in shared_outputs(fleet, arguments)
    }
    return YamlProgram({"resources": _domains(fleet, given, at), "outputs": shown}, {})


def tenant_program(fleet: Fleet, unit: Unit, keys: Mapping[str, str], shared_stack: str) -> YamlProgram:
    """Returns the program of a tenant.

    Args:
        fleet: the fleet.
        unit: the stack of a tenant.
        keys: what each file with a secret is called in the tenant's Secret, by its path.
        shared_stack: the full name of the stack whose sending domain the tenant uses.

    Raises:
        InvalidSettings: with everything that is wrong with its settings, or that only a program in Python does.
    """
    tenant, secrets = fleet.tenants[unit.tenant], ConfigSecrets(keys)
    declared = DeclaredTenant.of(fleet, tenant, secrets)
    if problems := (*declared.problems, *_tenant_problems(tenant, declared)):
        raise InvalidSettings(str(fleet.file), problems)
    resources: Props = {}
    domain: DomainExpressions | None = None
    if tenant.own_domain:
        resources |= _domains(fleet, tenant.own_domain, f"tenants.{tenant.name}.email.sending_domain")
        prefix, arguments = active_region(tenant, tenant.own_domain)
        domain = DomainExpressions(arguments, region_of(fleet, arguments), f"{prefix}{_DOMAIN}")
    elif needs(fleet, unit) is not None:
        resources[_SHARED] = {"type": "pulumi:pulumi:StackReference", "properties": {"name": shared_stack}}
        prefix, arguments = active_region(tenant, fleet.sending_domains[tenant.shared_domain])
        domain = DomainExpressions(arguments, region_of(fleet, arguments), prefix=prefix)
    resources |= _mail(tenant, declared, domain)
    text: Props = {"resources": resources}
    if secrets.found:
        text["configuration"] = {name: {"type": "String"} for name in secrets.found}
    if _PROVIDER in resources:
        text["outputs"] = {_PROVIDER: f"${{{_PROVIDER}.id}}"}
    if len(json.dumps(text)) > LARGEST:
        what = f"makes a program of more than {LARGEST:,} bytes, which Kubernetes does not take"
        raise InvalidSettings(str(fleet.file), (Problem(f"tenants.{tenant.name}.email.templates", what, _IN_PYTHON),))
    return YamlProgram(text, secrets.found)


def _mail(tenant: Tenant, declared: DeclaredTenant, domain: DomainExpressions | None) -> Props:
    """Returns provider and templates, which come after the domain that they send from."""
    email, resources = tenant.email, Props()
    settings = declared.settings(cast("SendingDomain | None", domain))
    options: Props = {"protect": True} if email.get("protect") else {}
    if domain is not None and domain.resource:
        options["dependsOn"] = [f"${{{domain.resource}}}"]
    common: Props = {"tenant": tenant.name, **limits_of(settings.key_of if settings else None)}
    if settings is not None:
        given = {name: email[name] for name in PROVIDER_OPTIONS if name in email}
        own = {**common, "settings": settings, "from_address": email.get("from_address"), **given}
        resources[_PROVIDER] = _resource("EmailProvider", own, options)
        common["provider_id"] = Expression(f"${{{_PROVIDER}.id}}")
    for each in declared.templates:
        # no other resource's name has a dot
        made = each.cls(**each.arguments)
        resources[f"template.{each.name}"] = _resource("EmailTemplate", {**common, "settings": made}, options)
    return resources


def _domains(fleet: Fleet, given: PropsView, at: str) -> Props:
    """Returns a sending domain, in its second region too, which signs with the keys of the first."""
    after: Props = {"dependsOn": [f"${{{_DOMAIN}}}"]}
    return {
        f"{prefix}{_DOMAIN}": _resource("SesSendingDomain", _typed(values), after if prefix else {})
        for prefix, values in regional_arguments(fleet, given, at)
    }


def _typed(values: PropsView) -> Props:
    """Returns the arguments of a domain, short forms that the schema does not have as parts of typed values."""
    made, declared = dict(values), schema.inputs_of(schema.token("SesSendingDomain"))
    for argument, (kind, short) in SHORT_FORMS.items():
        own = {name: part for name, part in short.items() if camel(name) not in declared}
        given = {part: value for name, part in own.items() if (value := made.pop(name, None)) is not None}
        if given:
            word: Any = made.get(argument)
            whole = word if isinstance(word, kind) else kind(**({_WORDS[argument]: word} if word else {}))
            made[argument] = replace(whole, **given)
    return made


def _resource(name: str, values: PropsView, options: Props) -> Props:
    token = schema.token(name)
    made: Props = {"type": token, "properties": _object(values, schema.inputs_of(token))}
    return {**made, "options": options} if options else made


def _domain_problems(given: PropsView, at: str) -> Iterator[Problem]:
    if given.get(SECOND) is not None:
        yield from region_problems(given, f"{at}.{SECOND}")
    dns = given.get("dns")
    if is_object(dns) and dns["host"] != "route53":
        yield Problem(f"{at}.dns.host", f"{dns['host']} is published to by a program in Python alone", _IN_PYTHON)


def _tenant_problems(tenant: Tenant, declared: DeclaredTenant) -> Iterator[Problem]:
    """Yields what a program in YAML, with no files beside it, does not do."""
    at = f"tenants.{tenant.name}"
    if tenant.own_domain:
        yield from _domain_problems(tenant.own_domain, f"{at}.email.sending_domain")
    for name, value in tenant.entry.items():
        if name.endswith(FILE) and isinstance(value, str) and not value.startswith("/"):
            what = "is a file beside the program, and a Program object has none"
            yield Problem(f"{at}.{name}", what, "Name an absolute path: there the file is mounted.")
    given: Props = tenant.email.get("provider") or {}
    if given:
        arguments = arguments_of(provider_classes(tenant.platform)[given[KIND]])
        for name, value in declared.provider.items():
            if isinstance(value, Expression) and get_origin(arguments[name].hint) is dict:
                what = "is a JSON object in a secret, which a program in YAML cannot take apart"
                yield Problem(f"{at}.email.provider.{name}", what, _IN_PYTHON)


def _object(values: PropsView, declared: PropsView) -> Props:
    """Returns values by the names of the schema, without those that are not given."""
    names = {name: declared_as(name, declared) for name, value in values.items() if value is not None}
    return {key: _value(values[name], declared.get(key, {})) for name, key in names.items()}


def _value(value: Json, spec: PropsView) -> Json:
    if isinstance(value, Expression):
        return value.text
    if isinstance(value, str):
        return value.replace("$", "$$")  # YAML's own escape
    if is_dataclass(value):
        value = vars(value)[KIND] if isinstance(value, type) else _parts(value)
    if is_sequence(value):
        return [_value(each, schema.items(spec)) for each in value]
    if is_object(value):
        if free := schema.items(spec):
            return {key: _value(each, free) for key, each in value.items()}
        return _object(value, schema.members(spec, value.get(KIND)))
    return value


def _parts(value: Any) -> Props:
    """Returns what is given of settings, or of a part of them, with the kind where there are several.

    The schema has a kind of its own for some of what a class is by its arguments.
    """
    kind: Props = {KIND: value.kind} if isinstance(getattr(value, KIND, None), str) else {}
    given = {each.name: getattr(value, each.name) for each in fields(value)}
    further: Mapping[str, Mapping[str, str]] = getattr(value, "further_kinds", {})
    if own := next((each for each, fixed in further.items() if fixed.items() <= given.items()), ""):
        kind, given = {KIND: own}, {name: each for name, each in given.items() if name not in further[own]}
    usual = {each.name: each.default for each in fields(value) if each.default is not MISSING}
    return {**kind, **{name: part for name, part in given.items() if name not in usual or part != usual[name]}}
