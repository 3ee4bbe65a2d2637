"""Python's types as those of the schema; named types are gathered on the way."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, dataclass, fields, is_dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, get_args, get_origin

import pulumi
from pydantic import BeforeValidator
from pydantic_core import PydanticUndefined

from tenant_email import capabilities
from tenant_email.inputs.model import Model, mentions_secret
from tenant_email.package_schema.names import camel, pascal
from tenant_email.plugin.describe.docs import described, docs_of
from tenant_email.plugin.describe.hints import hints_of, is_later, names_in, parts_of, plain
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tenant_email.json_types import Props
    from tenant_email.plugin.describe.wording import Wording

PACKAGE: Final = "tenant-email"
_TITLES: Final = {"pingone_aic": "PingOneAic"}
ANY: Final = {"$ref": "pulumi.json#/Any"}
_PRIMITIVE: Final = {str: "string", bool: "boolean", int: "integer", float: "number", Secret: "string"}
_INTERNAL_VALUES: Final = frozenset({"import"})
"""Values of closed choices that a program never writes (inputs.fields.AdoptionMode)."""


@dataclass(frozen=True, kw_only=True, repr=False)  # a hint and a default may be anything
class Declared:
    """One property: its name inside, its type, and what is said of it.

    is_open: the type is what a value becomes, so that a choice in it is not all that may be written. is_plain: it has
    to be known before deployment. is_replacing: another value is another object. owners: the classes that have it:
    their modules name a choice, else the first does.
    """

    name: str
    hint: Any
    description: str
    is_required: bool = False
    default: object = None
    is_secret: bool = False
    is_open: bool = False
    is_plain: bool = False
    is_replacing: bool = False
    spec: Props | None = None
    owners: tuple[type[Any], ...] = ()

    def with_spec(self, spec: Props) -> Declared:
        """Returns the same with a type that no hint says."""
        return replace(self, spec=spec)


class Types:
    """The named types of a schema, and specs that refer to them."""

    def __init__(self, wording: Wording, documented: Iterable[type[Any]]) -> None:
        self._wording = wording
        self._documented = {cls.__name__: cls for cls in documented}
        self.named: dict[str, Props] = {}

    def property(self, of: Declared) -> Props:
        """Returns the spec of a property with all that is said of it."""
        spec = of.spec if of.spec is not None else self.spec(of.hint, of)
        text = self._wording.text(of.description)
        if (
            "discriminator" not in spec
            and (shown := _shown(of.default))
            and f'"{of.default}"' not in text
            and shown not in text
        ):
            text = f"{text} Default: {shown}."
        marks: Props = {"secret": True} if of.is_secret or mentions_secret(of.hint) else {}
        marks |= {"willReplaceOnChanges": True} if of.is_replacing else {}
        return {**spec, "description": text, **marks}

    def properties(self, declared: Iterable[Declared]) -> tuple[dict[str, Props], list[str]]:
        """Returns (properties, the required ones) by the names that the schema has."""
        listed = list(declared)
        return (
            {camel(each.name): self.property(each) for each in listed},
            sorted(camel(each.name) for each in listed if each.is_required),
        )

    def spec(self, hint: Any, of: Declared) -> Props:
        """Returns the spec of a type, as it stands at a property."""
        if of.is_plain and is_later(hint):
            of = replace(of, is_plain=False)
        found = self._spec(hint, of)
        return {**found, "plain": True} if of.is_plain and "type" in found else found

    def _spec(self, hint: Any, of: Declared) -> Props:
        """Returns the spec of a type that may be annotated, or a union."""
        bare, notes = plain(hint)
        if shape := next((note for note in notes if isinstance(note, type) and is_dataclass(note)), None):
            return self.object(shape)
        if notes:
            is_open = of.is_open or any(isinstance(note, BeforeValidator) for note in notes)
            return self._spec(bare, replace(of, is_open=is_open))
        parts = parts_of(hint)
        if len(parts) != 1:
            return self._union(parts, of)
        return self._single(hint, of) if parts == (hint,) else self._spec(parts[0], of)

    def _single(self, hint: Any, of: Declared) -> Props:
        """Returns the spec of one type."""
        if hint in _PRIMITIVE:
            return {"type": _PRIMITIVE[hint]}
        origin, arguments = get_origin(hint) or hint, get_args(hint)
        if origin is Literal:
            found = self._choice(arguments, of)
        elif origin in (dict, Mapping):
            found = {"type": "object", "additionalProperties": self.spec(arguments[1], of) if arguments else ANY}
        elif origin in (list, tuple, Sequence):
            found = {"type": "array", "items": self.spec(arguments[0], of) if arguments else ANY}
        elif _is_class_of(hint, pulumi.Resource):
            found = {"$ref": f"#/resources/{PACKAGE}:index:{hint.__name__}"}
        elif _is_class_of(hint, Model) or (isinstance(hint, type) and is_dataclass(hint)):
            found = self.object(hint, is_plain=of.is_plain)
        else:
            found = {"type": "string"} if origin is type else ANY
        return found

    def _union(self, parts: tuple[Any, ...], of: Declared) -> Props:
        """Returns a union; of classes told apart by `kind`, the words that are short for them are left out.

        Raises ValueError for one of nothing, which Pulumi's languages refuse with the whole schema.
        """
        if not parts:
            msg = f"{of.name} is of no type that a schema has"
            raise ValueError(msg)
        classes: dict[str, Any] = {kind: part for part in parts if (kind := getattr(part, "kind", ""))}
        if classes:
            return union({kind: self.spec(cls, of) for kind, cls in classes.items()})
        specs = [self.spec(part, of) for part in parts]
        distinct = [spec for number, spec in enumerate(specs) if spec not in specs[:number]]
        return distinct[0] if len(distinct) == 1 else {"oneOf": distinct}

    def _choice(self, given: tuple[Any, ...], of: Declared) -> Props:
        """Returns a choice of texts as an enum, of anything else as its plain type."""
        values = [value for value in given if value not in _INTERNAL_VALUES]
        if of.is_open or not all(isinstance(value, str) for value in values) or not of.owners:
            return {"type": _PRIMITIVE[type(values[0])]}
        name = _alias(of.owners, frozenset(values)) or _bare(of.owners[0]) + pascal(of.name)
        token = token_of(of.owners[0], name)
        enum = {
            "type": "string",
            "description": f"What `{camel(of.name)}` may be.",
            "enum": [{"name": _value_name(value), "value": value} for value in values],
        }
        if self.named.setdefault(token, enum)["enum"] != enum["enum"]:
            msg = f"{token} has several sets of values: give the choice of {of.owners[0].__name__}.{of.name} a name"
            raise ValueError(msg)
        return {"$ref": f"#/types/{token}"}

    def object(
        self,
        cls: type[Any],
        name: str = "",
        *,
        kind: str = "",
        documented: type[Any] | None = None,
        is_plain: bool = False,
    ) -> Props:
        """Returns a reference to the type of a class, which it describes when it is first met."""
        token, kind = token_of(cls, name or _bare(cls)), kind or getattr(cls, "kind", "")
        source = documented or self._documented.get(_bare(cls), cls)
        if token not in self.named:
            self.named[token] = {}  # its place among the others
            properties, required = self.properties(
                replace(each, is_plain=is_plain) for each in properties_of(cls, (source, cls))
            )
            self.named[token] = {
                "type": "object",
                "description": self._wording.paragraphs(docs_of(source).paragraphs),
                "properties": {**({"kind": constant(kind)} if kind else {}), **properties},
                "required": sorted([*(["kind"] if kind else []), *required]),
            }
        return {"$ref": f"#/types/{token}"}

    def described(self, token: str, description: str, properties: Props, required: list[str]) -> Props:
        """Returns a reference to an object type that no class is."""
        self.named[token] = {
            "type": "object",
            "description": description,
            "properties": properties,
            "required": required,
        }
        return {"$ref": f"#/types/{token}"}


def token_of(owner: type[Any], name: str) -> str:
    """Returns the token of a type, whose name says of which platform it is.

    All are in one module: `pulumi import` tells the types of a union apart by their names alone, and modules of a Go
    package cannot import each other both ways.
    """
    found = re.search(r"\.platforms\.(\w+)\.", owner.__module__)
    title = title_of(found[1]) if found else ""
    return f"{PACKAGE}:index:{name if title and name.startswith(title) else title + name}"


def title_of(platform: str) -> str:
    """Returns how the names of a platform's types begin."""
    return _TITLES.get(platform, pascal(platform))


def union(refs: Mapping[str, Props], name: str = "kind") -> Props:
    """Returns a union of types, told apart by a property that each has a value of its own of."""
    mapping = {value: spec["$ref"] for value, spec in refs.items()}
    return {"oneOf": list(refs.values()), "discriminator": {"propertyName": name, "mapping": mapping}}


def constant(value: str) -> Props:
    """Returns the property by which types of a union are told apart."""
    return {"type": "string", "const": value, "description": f'Always `"{value}"`: says which type this is.'}


def properties_of(cls: type[Any], documented: Sequence[type[Any]]) -> list[Declared]:
    """Returns the properties of a model, or of a class of plain values."""
    if issubclass(cls, Model):
        return model_properties(cls, documented)
    hints, secret = hints_of(cls), getattr(cls, "secret", frozenset[str]())
    python_only: frozenset[str] = getattr(cls, "python_only", frozenset[str]())
    return [
        Declared(
            name=each.name,
            hint=hints[each.name],
            description=described(documented, each.name),
            is_required=each.default is MISSING and each.default_factory is MISSING,
            default=each.default,
            is_secret=each.name in secret,
            owners=(cls,),
        )
        for each in fields(cls)
        if each.name not in python_only
    ]


def model_properties(model: type[Model], documented: Sequence[type[Any]]) -> list[Declared]:
    """Returns the properties of a model, described by the first of some classes that describes them."""
    model.model_rebuild()
    parts = getattr(documented[0], "secret_parts", {}) if documented else {}
    return [
        Declared(
            name=name,
            hint=field.annotation,
            description=field.description or described(documented, name),
            is_required=field.is_required(),
            default=None if field.default is PydanticUndefined else field.default,
            is_secret=name in parts,
            is_open=any(isinstance(note, BeforeValidator) for note in field.metadata),
            owners=(model, *documented),
        )
        for name, field in model.model_fields.items()
        if name != "kind" and name not in model.internal
    ]


def _is_class_of(hint: object, base: type[Any]) -> bool:
    return isinstance(hint, type) and issubclass(hint, base)


def _bare(cls: type[Any]) -> str:
    return re.sub(r"(Inputs|Model)$", "", cls.__name__)


def _alias(owners: tuple[type[Any], ...], values: frozenset[str]) -> str:
    """Returns how the modules of some classes name a choice."""
    modules = [each.__module__ for owner in owners for each in owner.__mro__]
    for module in (*(each for each in modules if each.startswith("tenant_email.")), capabilities.__name__):
        for name, found in names_in(module).items():
            if repr(found).startswith("typing.Literal[") and frozenset(get_args(found)) == values and name[0] != "_":
                return name
    return ""


def _value_name(value: str) -> str:
    words = re.sub(r"[^A-Za-z0-9]+", "_", value)
    return pascal(words if words != words.upper() else words.lower())


def _shown(default: object) -> str:
    if isinstance(default, bool):
        return f"`{str(default).lower()}`"
    if isinstance(default, int | str) and default != "":
        return f'`"{default}"`' if isinstance(default, str) else f"`{default}`"
    return ""
