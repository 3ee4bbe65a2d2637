"""Resources and components as the schema describes them."""

from __future__ import annotations

import inspect
from dataclasses import replace
from typing import TYPE_CHECKING, Any, get_args, is_typeddict

import pulumi

from tenant_email.operations.tenant_object import TenantObject
from tenant_email.package_schema.names import camel, pascal
from tenant_email.platforms.settings import ProviderSettings, TemplateSettings
from tenant_email.plugin.describe.docs import described, docs_of
from tenant_email.plugin.describe.found import found_components, found_platforms, found_resources, settings_class
from tenant_email.plugin.describe.hints import hints_of, is_optional, output_of, parts_of
from tenant_email.plugin.describe.specs import PACKAGE, Declared, Types, model_properties, union

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from tenant_email.inputs.model import Model
    from tenant_email.json_types import Props
    from tenant_email.plugin.describe.found import Described
    from tenant_email.plugin.describe.wording import Wording

_NO_INPUTS = frozenset({"self", "name", "opts"})


def resource(types: Types, wording: Wording, found: Described) -> Props:
    """Returns the spec of a resource: its inputs are those that its lifecycle judges, and all of them are outputs."""
    documented = (found.model, found.cls, *_mentioned(found.cls))
    declared = [
        replace(_with_settings(types, found, each), is_replacing=each.name in found.lifecycle.replaced_by)
        for each in model_properties(found.model, documented)
    ]
    inputs, required_inputs = types.properties(declared)
    outputs, required = types.properties(_outputs(found.cls, documented))
    for name, default in _given_by_constructor(found.cls, {each.name: each.default for each in declared}):
        inputs[camel(name)]["default"] = default
    return {
        "description": wording.paragraphs(docs_of(found.cls).paragraphs),
        "inputProperties": inputs,
        "requiredInputs": required_inputs,
        "properties": {**outputs, **inputs},
        "required": sorted({*required_inputs, *required}),
        # a stack that has the dynamic resource goes on with this one
        "aliases": [{"type": f"pulumi-python:dynamic/{PACKAGE}:{found.cls.__name__}"}],
    }


def _given_by_constructor(cls: type[pulumi.Resource], defaults: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Yields the inputs that a Python program has without a word, so that programs in other languages have them too.

    False is left out: what is off is not given.
    """
    for name, parameter in inspect.signature(cls.__init__).parameters.items():
        # where the program does not say it, it is the model's
        default = defaults[name] if name == "on_existing" and parameter.default is None else parameter.default
        if isinstance(default, bool | int | str) and default is not False and defaults.get(name) == default:
            yield name, default


def component(types: Types, wording: Wording, cls: type[pulumi.ComponentResource]) -> Props:
    """Returns the spec of a component: its inputs are the arguments of its constructor.

    None of its outputs is marked as a secret, for the SDKs of Java and .NET would not compile: they have that option
    for custom resources alone (pulumi/pulumi#11545). What is secret of them is constructed as such.
    """
    inputs, required_inputs = types.properties(_arguments(types, cls))
    outputs, required = types.properties(_outputs(cls, (cls, *_mentioned(cls))))
    return {
        "isComponent": True,
        "description": wording.paragraphs(docs_of(cls).paragraphs),
        "inputProperties": inputs,
        "requiredInputs": required_inputs,
        "properties": outputs,
        "required": required,
    }


def _with_settings(types: Types, found: Described, declared: Declared) -> Declared:
    if declared.name != "settings" or not issubclass(found.lifecycle, TenantObject):
        return declared
    models = (found.lifecycle().models_of(platform) for platform in found_platforms())
    return declared.with_spec(_settings(types, {kind: each[kind] for each in models for kind in each}))


def _settings(types: Types, models: Mapping[str, type[Model]]) -> Props:
    """Returns the union of the settings of some kinds, told apart by `kind`."""
    refs = {kind: _kind(types, kind, model) for kind, model in models.items()}
    return union(refs)


def _kind(types: Types, kind: str, model: type[Model]) -> Props:
    written = settings_class(model)
    name = written.__name__ if written.kind == kind else pascal(kind.partition(".")[2])
    return types.object(model, name, kind=kind, documented=written)


def _all_settings(types: Types, *, templates: bool) -> Props:
    found = found_platforms()
    models = (platform.templates if templates else platform.models for platform in found)
    return _settings(types, {kind: each[kind] for each in models for kind in each})


def _outputs(cls: type[pulumi.Resource], documented: tuple[type[Any], ...]) -> Iterator[Declared]:
    """Yields what a class annotates as an output, its properties among them, and what of the rest is secret."""
    hidden: frozenset[str] = getattr(cls, "secret_outputs", frozenset())
    hints = {name: output_of(hint) or _plain_output(cls, name, hint) for name, hint in hints_of(cls).items()}
    for name, member in inspect.getmembers(cls, lambda each: isinstance(each, property)):
        hints[name] = output_of(hints_of(member.fget).get("return"))
    hints |= {name: dict[str, Any] for name in sorted(hidden) if hints.get(name) is None}
    for name, hint in hints.items():
        if hint is not None and not name.startswith("_"):
            yield Declared(
                name=name,
                hint=hint,
                description=described(documented, name, is_output=True),
                is_required=not is_optional(hint),
                is_secret=name in hidden,
                owners=(cls,),
            )


def _plain_output(cls: type[pulumi.Resource], name: str, hint: Any) -> Any:
    """Returns the type of a component's attribute that is known at once; a part of it is no output."""
    if not issubclass(cls, pulumi.ComponentResource) or name in vars(cls) or name.startswith("_"):
        return None
    parts = parts_of(hint)
    return None if any(isinstance(part, type) and issubclass(part, pulumi.Resource) for part in parts) else hint


def _arguments(types: Types, cls: type[pulumi.ComponentResource]) -> Iterator[Declared]:
    hints, docs = hints_of(cls.__init__), docs_of(cls)
    for name, parameter in inspect.signature(cls.__init__).parameters.items():
        if name in _NO_INPUTS:
            continue
        if parameter.kind is inspect.Parameter.VAR_KEYWORD:
            yield from _options(get_args(hints[name])[0], docs.arguments[name])
            continue
        declared = Declared(
            name=name,
            hint=hints[name],
            description=docs.arguments.get(name, ""),
            is_required=parameter.default is parameter.empty,
            default=parameter.default,
            is_plain=True,
            owners=(cls,),
        )
        yield _with_all_settings(types, declared)


def _with_all_settings(types: Types, declared: Declared) -> Declared:
    parts = parts_of(declared.hint)
    if ProviderSettings in parts:
        return declared.with_spec(_all_settings(types, templates=False))
    if any(TemplateSettings in get_args(part) for part in parts if not isinstance(part, type)):
        of_templates = _all_settings(types, templates=True)
        return declared.with_spec({"type": "object", "additionalProperties": of_templates})
    return declared


def _options(given: type[Any], text: str) -> Iterator[Declared]:
    """Yields the options of a resource that a component passes on; other keywords are short for what is typed."""
    resources = [found for found in found_resources() if found.cls.__name__ in text]
    if is_typeddict(given) and resources:
        defaults = {each.name: each.default for each in model_properties(resources[0].model, ())}
        for name, hint in hints_of(given).items():
            description = described([resources[0].cls], name)
            yield Declared(
                name=name,
                hint=hint,
                description=description,
                default=defaults.get(name),
                is_plain=True,
                owners=(resources[0].model,),
            )


def _mentioned(cls: type[Any]) -> list[type[Any]]:
    """Returns the resources that a docstring names: what a class does not describe is described there."""
    text = str(cls.__doc__)
    classes = [*(found.cls for found in found_resources()), *found_components()]
    return [each for each in classes if each is not cls and each.__name__ in text]
