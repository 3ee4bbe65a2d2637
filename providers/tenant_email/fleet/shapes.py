"""What a fleet file may hold, as models: derived from what the library itself takes, so that the names are the same.

A model says names and types, which the JSON schema says too; what a value must be beyond that is the library's own to
judge (`rules`). Everything is optional here, because a default may give it: what is missing is told once defaults and
overrides are merged. `null` takes a default away.

A secret has no place in the file. Of each that the library takes as NAME, the file takes NAME_env, the name of an
environment variable, or NAME_file, the path of a file; a tenant's entry has nameEnv and nameFile, as in stack config.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from functools import cache
from types import NoneType, UnionType
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, Union, cast, get_args, get_origin, get_type_hints

import pulumi
from pulumi import Output
from pydantic import AfterValidator, Discriminator, Field, Tag, WithJsonSchema, create_model

from tenant_email import platforms
from tenant_email.inputs.model import Model
from tenant_email.json_types import is_object
from tenant_email.starters.brand import Brand
from tenant_email.tenants.credentials import FILE, VARIABLE
from tenant_email.tenants.entries import LONGEST, SHORTEST

if TYPE_CHECKING:
    from tenant_email.json_types import Props
    from tenant_email.platforms.settings import ProviderSettings, Settings, TemplateSettings
    from tenant_email.tenants.connections import ConnectionSpec

BY_VARIABLE: Final = "_env"
BY_FILE: Final = "_file"
BY_FILES: Final = "_files"
FROM_SES: Final = "from_ses"
KIND: Final = "kind"
RENAMED_FROM: Final = "renamed_from"
"""What a tenant was called before: of the file alone, and not of its entry."""


def text_like(pattern: str, what: str, remedy: str) -> Any:
    """Returns the type of a text of a form, which the JSON schema has as a pattern and a problem in words."""

    def require(value: str) -> str:
        if not re.fullmatch(pattern.removeprefix("^").removesuffix("$"), value):
            raise ValueError(f"{what}\n{remedy}")
        return value

    return Annotated[str, AfterValidator(require), WithJsonSchema({"type": "string", "pattern": pattern})]


VariableName: Any = text_like(
    r"^[A-Za-z_][A-Za-z0-9_]{0,254}$",
    "is not the name of an environment variable",
    "Name a variable, such as ACME_SECRET; a secret itself must not be in this file.",
)
NAME: Final = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,62}$"
"""What a tenant, a sending domain and a template may be called: it becomes a part of stacks' and resources' names."""

if TYPE_CHECKING:
    Name = str
else:
    Name = text_like(
        NAME,
        "is not a name of letters, digits, hyphens and underscores",
        "Begin with a letter or a digit; use 63 at most.",
    )
FilePath = Annotated[str, Field(min_length=1, max_length=4096)]

_BODIES: Final = frozenset({"body", "content", "html", "message", "styles", "text"})
"""The arguments of templates that are as long as a file."""

_PULUMI: Final = {"Output": Output, "T": Any, "pulumi": pulumi, "Sequence": Sequence}
"""What classes name by text alone: pulumi.Input its own types, and values of SES what only a type checker imports."""


@dataclass(frozen=True, slots=True)
class Argument:
    """One argument of a settings class, as a file has it."""

    name: str
    hint: Any = field(repr=False)
    is_required: bool
    is_secret: bool
    secret_keys: frozenset[str]
    """Of a mapping, the keys whose values are secret."""

    @property
    def may_be_a_file(self) -> bool:
        """Returns whether a template may have it in a file."""
        return self.name in _BODIES and self.hint is str

    @property
    def may_be_files(self) -> bool:
        """Returns whether a template may have it in several files, such as one for each locale."""
        return self.name in _BODIES and get_origin(self.hint) is dict


_arguments: Final[dict[type[Any], Mapping[str, Argument]]] = {}
_models: Final[dict[type[Any], type[Model]]] = {}


def arguments_of(source: type[Any]) -> Mapping[str, Argument]:
    """Returns the arguments of a settings class, or of a part of settings, by name."""
    if source not in _arguments:
        _arguments[source] = _read_arguments(source)
    return _arguments[source]


def _read_arguments(source: type[Any]) -> dict[str, Argument]:
    hints = get_type_hints(source, localns=_PULUMI)
    secret: frozenset[str] = getattr(source, "secret", frozenset[str]())
    parts: Mapping[str, frozenset[str]] = getattr(source, "secret_parts", {})
    return {
        each.name: Argument(
            each.name,
            _known(hints[each.name]),
            each.default is MISSING and each.default_factory is MISSING,
            each.name in secret,
            parts.get(each.name, frozenset()),
        )
        for each in fields(source)
    }


@cache
def provider_classes(platform: str) -> Mapping[str, type[ProviderSettings]]:
    """Returns the settings classes of a platform's providers, by kind."""
    return _classes(platforms.load(platform).models)


@cache
def template_class(platform: str) -> type[TemplateSettings]:
    """Returns the settings class of a platform's templates."""
    return _classes(platforms.load(platform).templates)[f"{platform}.template"]


def _classes(models: Mapping[str, type[Model]]) -> dict[str, type[Any]]:
    from importlib import import_module  # noqa: PLC0415 - as the package's own description does it

    found: list[type[Settings]] = []
    for model in models.values():
        # a model is made of the class of its name, and says where that is
        cls = getattr(import_module(model.__module__), model.__name__)
        if cls not in found:
            found.append(cls)
    return {cls.kind: cls for cls in found}


def provider_model(cls: type[Settings]) -> type[Model]:
    """Returns the shape of a provider of one kind."""
    if cls not in _models:
        made: Props = {"kind": (cast("Any", Literal)[cls.kind], ...)}
        if hasattr(cls, FROM_SES):
            made[FROM_SES] = (bool, False)
        _models[cls] = _model(cls, made | _fields(cls, texts=False))
    return _models[cls]


@cache
def template_model(platform: str) -> type[Model]:
    """Returns the shape of a platform's templates."""
    return _model(template_class(platform), _fields(template_class(platform), texts=True))


@cache
def entry_model(platform: str) -> type[Model]:
    """Returns the shape of an entry of `tenant-email:tenants`, without what is secret."""
    spec: ConnectionSpec = platforms.connection_specs()[platform]
    made: Props = {
        "platform": (cast("Any", Literal)[platform], ...),
        "url": (Annotated[str, Field(min_length=1)], ...),
        "tokenUrl": optional(Annotated[str, Field(min_length=1)]),
        "allowHttp": optional(bool),
        "caFile": optional(FilePath),
        "timeout": optional(Annotated[int, Field(ge=SHORTEST, le=LONGEST)]),
        "aliases": optional(list[str]),
        RENAMED_FROM: optional(Name),
    }
    for name in spec.plain:
        made[name] = optional(Annotated[str, Field(min_length=1)])
    for name in spec.credentials:
        made[f"{name}{VARIABLE}"] = optional(VariableName)
        made[f"{name}{FILE}"] = optional(FilePath)
    return create_model("Entry", __base__=Model, __module__=__name__, **made)


def _model(source: type[Any], made: Props) -> type[Model]:
    return create_model(source.__name__, __base__=Model, __module__=source.__module__, **made)


def _fields(source: type[Any], *, texts: bool) -> Props:
    """Returns the fields of a class's arguments; with `texts` each text may be in a file."""
    made: Props = {}
    for name, argument in arguments_of(source).items():
        if argument.is_secret:
            made[f"{name}{BY_VARIABLE}"] = optional(VariableName)
            made[f"{name}{BY_FILE}"] = optional(FilePath)
            continue
        made[name] = optional(_shape(argument.hint, argument.secret_keys))
        if texts and argument.may_be_a_file:
            made[f"{name}{BY_FILE}"] = optional(FilePath)
        if texts and argument.may_be_files:
            made[f"{name}{BY_FILES}"] = optional(dict[str, FilePath])
    return made


def optional(*hints: Any) -> Any:
    """Returns the field of a value that may be omitted, or `null`."""
    return cast("Any", Union)[(*hints, None)], None


def _shape(hint: Any, secret_keys: frozenset[str] = frozenset()) -> Any:
    """Returns the type of a value in a file."""
    if is_dataclass(hint) and isinstance(hint, type):
        return part_model(hint)
    origin, parts = get_origin(hint), get_args(hint)
    if secret_keys:
        return _with_references(secret_keys)
    if origin in (dict, list):
        return cast("Any", origin)[(*parts[:-1], _shape(parts[-1]))]
    if origin in (Union, UnionType):
        if all(map(is_of_a_kind, parts)):
            return one_of(KIND, {getattr(part, KIND): part_model(part) for part in parts})
        return cast("Any", Union)[tuple(_shape(part) for part in parts)]
    return hint


def one_of(name: str, models: Mapping[str, type[Model]]) -> Any:
    """Returns the type of a part that is of one of several kinds, and says which under `name`."""

    def kind_of(value: Any) -> str:
        given: Any = value.get(name) if is_object(value) else getattr(value, name, None)
        return given if isinstance(given, str) else ""

    union = cast("Any", Union)[tuple(Annotated[model, Tag(kind)] for kind, model in models.items())]
    said = f"needs a {name}: {', '.join(models)}"
    return Annotated[union, Discriminator(kind_of, custom_error_type="no_kind", custom_error_message=said)]


def is_of_a_kind(hint: Any) -> bool:
    """Returns whether this is a part that is of one of several kinds, which a file names."""
    return is_dataclass(hint) and isinstance(getattr(hint, KIND, None), str)


@cache
def brand_model() -> type[Model]:
    """Returns the shape of whose mails starters make."""
    return _model(Brand, _fields(Brand, texts=False))


def part_model(source: type[Any]) -> type[Model]:
    """Returns the shape of a part of settings, such as one of a connector's texts."""
    if source not in _models:
        kind: Props = {KIND: (cast("Any", Literal)[getattr(source, KIND)], ...)} if is_of_a_kind(source) else {}
        _models[source] = _model(source, kind | _fields(source, texts=True))
    return _models[source]


def parts() -> tuple[type[Any], ...]:
    """Returns the classes of which shapes were made so far: of settings, and of their parts."""
    return tuple(_models)


def _with_references(secret_keys: frozenset[str]) -> Any:
    """Returns a mapping of anything, in which what is secret is given by reference."""

    def refuse(value: dict[str, Any]) -> dict[str, Any]:
        if literal := sorted(secret_keys & value.keys()):
            raise ValueError(literal_secret(literal[0], BY_VARIABLE, BY_FILE))
        return value

    references = {f"{key}{end}": {"type": "string"} for key in sorted(secret_keys) for end in (BY_VARIABLE, BY_FILE)}
    schema = {"type": "object", "properties": {**references, **dict.fromkeys(sorted(secret_keys), False)}}
    return Annotated[dict[str, Any], AfterValidator(refuse), WithJsonSchema(schema)]


def literal_secret(name: str, by_variable: str, by_file: str) -> str:
    """Returns what is wrong with a secret that is in the file, and what to do."""
    return (
        f"holds the secret {name}, which must not be in this file\n"
        f"Put it into an environment variable and name that in {name}{by_variable}, or into a file and give its path "
        f"in {name}{by_file}; and replace the secret, if the file was shared."
    )


def _known(hint: Any) -> Any:
    """Returns the type of an argument once it is known: without None, and without what makes it known later."""
    origin, parts = get_origin(hint), get_args(hint)
    if origin in (Union, UnionType):
        left = [part for part in parts if part is not NoneType and get_origin(part) not in (Awaitable, Output)]
        known = tuple(dict.fromkeys(_known(part) for part in left))
        return known[0] if len(known) == 1 else cast("Any", Union)[known]
    if origin is Mapping:
        return cast("Any", dict)[parts[0], _known(parts[1])]
    if origin is Sequence:
        return cast("Any", list)[_known(parts[0])]
    return hint
