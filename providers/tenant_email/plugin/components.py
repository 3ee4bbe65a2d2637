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
from tenant_email.inputs.spelling import nearest, one_of
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


_NO_TEXT: Final = "is no text that is known before deployment"
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
            arguments = _arguments("", inputs, described["inputProperties"], described.get("requiredInputs", ()))
            component = cls(name, **arguments, opts=options)
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


def _arguments(of: str, values: PropsView, declared: PropsView, required: Iterable[str]) -> Props:
    """Returns the arguments of a constructor; raises InvalidSettings with what is wrong with and in any of them."""
    place = f" of {of}" if of else ""
    unknown = [name for name in values if name not in declared]
    missing = [name for name in required if values.get(name) is None]
    problems = [Problem(name, f"is no input{place}", nearest(name, list(declared)) or "Remove it.") for name in unknown]
    problems += [Problem(name, f"is missing{place}", f"Set {name}.") for name in missing]
    given = {name: value for name, value in values.items() if name in declared and value is not None}
    # resources last: one that is handed over is looked up at the engine
    names = sorted(given, key=lambda name: refers_to_resource(declared[name]))
    return {
        snake(name): made for name, made in _each([(name, given[name], declared[name]) for name in names], problems)
    }


def _each(parts: Iterable[tuple[str, Json, PropsView]], problems: Iterable[Problem] = ()) -> list[tuple[str, Json]]:
    """Returns what is made of each part; raises InvalidSettings with these problems and its own, each at its place."""
    made: list[tuple[str, Json]] = []
    found = [*problems]
    for name, value, spec in parts:
        if found and refers_to_resource(spec):
            continue
        try:
            made.append((name, _argument(value, spec)))
        except InvalidSettings as error:
            found += [replace(each, path=f"{name}.{each.path}" if each.path else name) for each in error.problems]
    if found:
        raise InvalidSettings("inputs", tuple(found))
    return made


def _argument(value: Json, spec: PropsView) -> Json:
    """Returns a value as a program in Python would give it; what comes later stays an Output."""
    if is_output(value):
        if _makes_parts(spec):
            raise InvalidSettings("inputs", (_TO_COME,))
        return value.apply(_plain)
    if is_list(value):
        return [each for _, each in _each((str(at), each, schema.items(spec)) for at, each in enumerate(value))]
    if not is_object(value):
        return KnownSendingDomain(value) if refers_to_resource(spec) else _plain(value)
    if free := schema.items(spec):
        return dict(_each((key, each, free) for key, each in value.items()))
    kind = _kind_of(value, spec)
    reference = schema.reference(spec, kind)
    of, required = reference.rpartition(":")[2], schema.required(reference)
    arguments = _arguments(of, value, schema.members({"$ref": reference}), required)
    made = _class_of(kind, reference)
    return arguments if made is None else made(**_for_class(arguments))


def _kind_of(value: PropsView, spec: PropsView) -> str:
    """Returns what tells an object's type apart, empty where there is one; raises InvalidSettings where it does not."""
    name, kinds = schema.discriminator(spec), schema.kinds(spec)
    kind: Json = value.get(name, "")
    if isinstance(kind, str):
        if not kinds or kind in kinds:
            return kind
        what = f"{kind!r} is not one of the kinds" if kind else "is missing"
    else:
        what = _NO_TEXT
    remedy = one_of(kind if isinstance(kind, str) else "", kinds)
    raise InvalidSettings("inputs", (Problem(name, what, remedy),))


def _makes_parts(spec: PropsView) -> bool:
    """Returns whether a component's parts depend on the members of an object of this type, and not on values alone."""
    free = schema.items(spec)
    if free and not schema.reference(spec):
        return _makes_parts(free)
    return bool(schema.discriminator(spec)) or hasattr(ses, schema.reference(spec).rpartition(":")[2])


def _class_of(kind: object, reference: str) -> Callable[..., Any] | None:
    """Returns the class that a program in Python writes for a type; None for a plain mapping."""
    if isinstance(kind, str) and "." in kind:
        settings = _settings_class("kind", kind)
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
        given["sends_through"] = _settings_class("sends_through", given["sends_through"])
    return given


def _settings_class(at: str, kind: Json) -> type[Settings]:
    """Returns the settings class of a kind, which stands at this name; raises InvalidSettings where there is none."""
    if not isinstance(kind, str):
        raise InvalidSettings("inputs", (Problem(at, _NO_TEXT, one_of("", platforms.names())),))
    platform = kind.partition(".")[0]
    classes: dict[str, type[Settings]] = {}
    if platform in platforms.names():
        found = (each for each in _public(platform) if issubclass(each, Settings))
        own = [each for each in found if "kind" in vars(each)]
        classes = {name: each for each in own for name in (each.kind, *each.further_kinds)}
    if kind not in classes:
        remedy = nearest(kind, list(classes)) or f"Use one of: {', '.join(classes or platforms.names())}."
        raise InvalidSettings("inputs", (Problem(at, f"{kind!r} is not a kind of settings", remedy),))
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
