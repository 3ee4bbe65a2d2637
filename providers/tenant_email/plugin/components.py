"""The components, which the plug-in constructs for programs in other languages: arguments and outputs by the schema."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final

import pulumi
from pulumi.errors import InputPropertiesError
from pulumi.provider import ConstructResult, Provider

from tenant_email import package_schema as schema
from tenant_email import platforms, ses, timing
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.spelling import nearest
from tenant_email.json_types import Props, is_list, is_object
from tenant_email.package_schema.names import snake
from tenant_email.platforms.settings import Settings
from tenant_email.plugin.face import outputs_of
from tenant_email.plugin.provider import property_path
from tenant_email.plugin.references import refers_to_resource
from tenant_email.plugin.words import in_schema_words
from tenant_email.resources.secrecy import is_output

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from pulumi.errors import InputPropertyErrorDetails

    from tenant_email.json_types import Json, PropsView


_TO_COME: Final = Problem(
    "", "is not known before deployment as a whole", "Give an object whose members are outputs, not one output of all."
)


class KnownSendingDomain(pulumi.ComponentResource):
    """A SesSendingDomain that a program hands over: what it is, as the engine knows it."""

    def __init__(self, urn: str) -> None:
        """Looks the component up by its URN."""
        token, name = schema.token("SesSendingDomain"), urn.rpartition("::")[2]
        outputs = dict.fromkeys(map(snake, schema.load()["resources"][token]["properties"]))
        super().__init__(token, name, outputs, pulumi.ResourceOptions(urn=urn))

    def translate_output_property(self, prop: str) -> str:
        """Returns the attribute of an output."""
        return snake(prop)


class Components(Provider):
    """Constructs what programs ask for."""

    def construct(
        self, name: str, resource_type: str, inputs: PropsView, options: pulumi.ResourceOptions | None = None
    ) -> ConstructResult:
        """Constructs a component; raises InputPropertiesError with every problem of its arguments."""
        described = schema.load()["resources"][resource_type]
        cls: Any = getattr(import_module("tenant_email"), schema.name_of(resource_type))
        try:
            _require_names("", inputs, described["inputProperties"], described.get("requiredInputs", ()))
            component = cls(name, **_arguments(inputs, described["inputProperties"]), opts=options)
        except InvalidSettings as error:
            raise InputPropertiesError("", list(_details(error.problems))) from None
        return ConstructResult(component.urn, outputs_of(component, described["properties"]))

    def cancel(self) -> None:
        """Ends every wait; a call that is under way ends by itself, in seconds."""
        timing.end_waits()


def _details(problems: tuple[Problem, ...]) -> Iterator[InputPropertyErrorDetails]:
    for problem in problems:
        reason = "\n".join(filter(None, (problem.what, problem.remedy)))
        yield {"property_path": property_path(problem.path), "reason": in_schema_words(reason)}


def _require_names(of: str, given: PropsView, declared: PropsView, required: Iterable[str]) -> None:
    """Raises InvalidSettings with every name that is not declared, and every one that is missing."""
    place = f" of {of}" if of else ""
    unknown = [name for name in given if name not in declared]
    missing = [name for name in required if given.get(name) is None]
    problems = [Problem(name, f"is no input{place}", nearest(name, list(declared)) or "Remove it.") for name in unknown]
    problems += [Problem(name, f"is missing{place}", f"Set {name}.") for name in missing]
    if problems:
        raise InvalidSettings("inputs", tuple(problems))


def _arguments(values: PropsView, declared: PropsView) -> Props:
    """Returns the arguments of a constructor; raises InvalidSettings with what is wrong in any of them."""
    arguments, problems = Props(), list[Problem]()
    # resources last: one that is handed over is looked up at the engine
    for key in sorted(values, key=lambda name: refers_to_resource(declared[name])):
        if values[key] is None or (problems and refers_to_resource(declared[key])):
            continue
        try:
            arguments[snake(key)] = _argument(values[key], declared[key])
        except InvalidSettings as error:
            problems += [replace(each, path=each.path or key) for each in error.problems]
    if problems:
        raise InvalidSettings("inputs", tuple(problems))
    return arguments


def _argument(value: Json, spec: PropsView) -> Json:
    """Returns a value as a program in Python would give it; what comes later stays an Output."""
    if is_output(value):
        if _makes_parts(spec):
            raise InvalidSettings("inputs", (_TO_COME,))
        return value.apply(_plain)
    if is_list(value):
        return [_argument(each, schema.items(spec)) for each in value]
    if not is_object(value):
        return KnownSendingDomain(value) if refers_to_resource(spec) else _plain(value)
    if free := schema.items(spec):
        return {key: _argument(each, free) for key, each in value.items()}
    kind = value.get(schema.discriminator(spec))
    reference = schema.reference(spec, kind)
    _require_names(reference.rpartition(":")[2], value, schema.members({"$ref": reference}), schema.required(reference))
    arguments = _arguments(value, schema.members({"$ref": reference}))
    made = _class_of(kind, reference)
    return arguments if made is None else made(**_for_class(arguments))


def _makes_parts(spec: PropsView) -> bool:
    """Returns whether a component's parts depend on the members of an object of this type, and not on values alone."""
    free = schema.items(spec)
    if free and not schema.reference(spec):
        return _makes_parts(free)
    return bool(schema.discriminator(spec)) or hasattr(ses, schema.reference(spec).rpartition(":")[2])


def _class_of(kind: object, reference: str) -> Callable[..., Any] | None:
    """Returns the class that a program in Python writes for a type; None for a plain mapping."""
    if isinstance(kind, str) and "." in kind:
        settings = _settings_class(kind)
        return partial(settings, **settings.further_kinds.get(kind, {}))
    name = reference.rpartition(":")[2]
    found: Callable[..., Any] | None = getattr(ses, name, None)
    return found or _part_class(name.lower())


def _part_class(name: str) -> Callable[..., Any] | None:
    """Returns the class of a part of settings; the name of its type begins with that of its platform."""
    for platform in platforms.names():
        prefix = platform.replace("_", "")
        if name.startswith(prefix):
            return next((each for each in _public(platform) if f"{prefix}{each.__name__}".lower() == name), None)
    return None


def _for_class(arguments: Props) -> Props:
    """Returns the arguments without the kind, which a class says by itself, and with a class where it takes one."""
    given = {name: value for name, value in arguments.items() if name != "kind"}
    if "sends_through" in given:
        given["sends_through"] = _settings_class(given["sends_through"])
    return given


def _settings_class(kind: str) -> type[Settings]:
    """Returns the settings class of a kind; raises InvalidSettings where there is none."""
    platform = kind.partition(".")[0]
    classes: dict[str, type[Settings]] = {}
    if platform in platforms.names():
        found = (each for each in _public(platform) if issubclass(each, Settings))
        own = [each for each in found if "kind" in vars(each)]
        classes = {name: each for each in own for name in (each.kind, *each.further_kinds)}
    if kind not in classes:
        remedy = nearest(kind, list(classes)) or f"Use one of: {', '.join(classes or platforms.names())}."
        raise InvalidSettings("inputs", (Problem("", f"{kind!r} is not a kind of settings", remedy),))
    return classes[kind]


def _public(platform: str) -> Iterator[type]:
    """Yields the classes that a program in Python writes for a platform."""
    module = import_module(f"tenant_email.{platform}")
    yield from (each for each in vars(module).values() if isinstance(each, type))


def _plain(value: Json) -> Json:
    """Returns a value with whole numbers as int."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if is_object(value):
        return {key: _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if is_list(value) else value
