"""As much of the schema library zod (version 3) as Logto's answers show: issues, in its words and its order."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Protocol, cast

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

Issue = dict[str, Any]
Path = tuple[str | int, ...]


class _Undefined:
    """A stand-in for JavaScript's undefined."""


UNDEFINED: Final = _Undefined()
_DIRTY: Final = frozenset({"unrecognized_keys", "too_small", "too_big", "invalid_string", "custom"})
"""Codes after which zod still has a parsed value; a union prefers such a result to one without."""


class Schema(Protocol):
    """The judge of a value."""

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns what is wrong with it."""
        ...


def type_of(value: Any) -> str:
    """Returns zod's name of a value's type."""
    if isinstance(value, bool):
        return "boolean"
    names: dict[Any, str] = {_Undefined: "undefined", str: "string", int: "number", float: "number", list: "array"}
    return "null" if value is None else names.get(type(value), "object")


def wrong_type(expected: str, value: Any, path: Path) -> list[Issue]:
    """Returns the one issue of a value of another type."""
    received = type_of(value)
    message = "Required" if received == "undefined" else f"Expected {expected}, received {received}"
    return [
        {"code": "invalid_type", "expected": expected, "received": received, "path": list(path), "message": message}
    ]


@dataclass(frozen=True)
class Primitive:
    """A string, number or boolean, with checks of its value."""

    type: str
    checks: Sequence[Callable[[Any], Issue | None]] = ()

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns a wrong type, or what the checks find."""
        if type_of(value) != self.type:
            return wrong_type(self.type, value, path)
        return [issue | {"path": list(path)} for check in self.checks if (issue := check(value))]


STRING: Final = Primitive("string")
NUMBER: Final = Primitive("number")
BOOLEAN: Final = Primitive("boolean")


@dataclass(frozen=True)
class Enum:
    """One of some texts."""

    options: Sequence[str]

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns a wrong type or a text that is none of them."""
        if type_of(value) != "string":
            return wrong_type(self._expected, value, path)
        return [] if value in self.options else self.unknown(value, path)

    def unknown(self, value: Any, path: Path) -> list[Issue]:
        """Returns the one issue of a value that is none of them."""
        message = f"Invalid enum value. Expected {self._expected}, received '{value}'"
        found = {"received": value, "code": "invalid_enum_value", "options": list(self.options)}
        return [{**found, "path": list(path), "message": message}]

    @property
    def _expected(self) -> str:
        return " | ".join(f"'{option}'" for option in self.options)


@dataclass(frozen=True)
class NativeEnum(Enum):
    """One of the values of TypeScript's own enums, which a number may be too."""

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns a wrong type, or a text or number that is none of them."""
        return self.unknown(value, path) if type_of(value) == "number" else super().issues(value, path)


@dataclass(frozen=True)
class Literal:
    """One value alone."""

    value: str | bool

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns that it is another one."""
        if value is self.value or (isinstance(value, str) and value == self.value):
            return []
        message = f"Invalid literal value, expected {json.dumps(self.value)}"
        received = {} if value is UNDEFINED else {"received": value}
        return [{**received, "code": "invalid_literal", "expected": self.value, "path": list(path), "message": message}]


@dataclass(frozen=True)
class Refined:
    """Anything that a check takes."""

    check: Callable[[Any], bool]

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns the check's one issue."""
        message = {"code": "custom", "message": "Invalid input", "path": list(path)}
        return [] if self.check(value) else [message]


@dataclass(frozen=True)
class Both:
    """What two schemas take; both say what is wrong."""

    left: Schema
    right: Schema

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns the issues of both."""
        return [*self.left.issues(value, path), *self.right.issues(value, path)]


@dataclass(frozen=True)
class Nullable:
    """Null, or what another schema takes."""

    schema: Schema

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns the other schema's issues."""
        return [] if value is None else self.schema.issues(value, path)


@dataclass(frozen=True)
class Optional:
    """Undefined, or what another schema takes."""

    schema: Schema

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns the other schema's issues."""
        return [] if value is UNDEFINED else self.schema.issues(value, path)


@dataclass(frozen=True)
class Default:
    """What another schema takes; a value stands for undefined."""

    schema: Schema
    value: Any

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns the other schema's issues."""
        return [] if value is UNDEFINED else self.schema.issues(value, path)


@dataclass(frozen=True)
class ZodObject:
    """An object; without `strict`, keys that are not named are let through, and left out of what comes of it.

    One without any named key stands for any object.
    """

    fields: Mapping[str, Schema] = field(default_factory=dict[str, Schema])
    strict: bool = False

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns the fields' issues, then the keys too many."""
        if not isinstance(value, dict):
            return wrong_type("object", value, path)
        given = cast("dict[str, Any]", value)
        found = [
            issue
            for name, schema in self.fields.items()
            for issue in schema.issues(given.get(name, UNDEFINED), (*path, name))
        ]
        if self.strict and (odd := [key for key in given if key not in self.fields]):
            named = ", ".join(f"'{key}'" for key in odd)
            message = f"Unrecognized key(s) in object: {named}"
            found.append({"code": "unrecognized_keys", "keys": odd, "path": list(path), "message": message})
        return found


@dataclass(frozen=True)
class ZodRecord:
    """An object whose values are alike."""

    values: Schema

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns the values' issues."""
        if not isinstance(value, dict):
            return wrong_type("object", value, path)
        items = cast("dict[str, Any]", value).items()
        return [issue for key, item in items for issue in self.values.issues(item, (*path, key))]


@dataclass(frozen=True)
class Array:
    """A list; `refine` judges it as a whole once its items are right."""

    items: Schema
    least: int = 0
    refine: Callable[[list[Any]], str | None] | None = None

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns the items' issues, else that of the whole."""
        if not isinstance(value, list):
            return wrong_type("array", value, path)
        items: list[Any] = cast("Any", value)
        if len(items) < self.least:
            shown = {"code": "too_small", "minimum": self.least, "type": "array", "inclusive": True, "exact": False}
            return [shown | {"path": list(path), "message": f"Array must contain at least {self.least} element(s)"}]
        found = [issue for number, item in enumerate(items) for issue in self.items.issues(item, (*path, number))]
        message = self.refine(items) if self.refine and not found else None
        return [{"code": "custom", "message": message, "path": list(path)}] if message else found


@dataclass(frozen=True)
class Union:
    """What one of several schemas takes."""

    options: Sequence[Schema]

    def issues(self, value: Any, path: Path = ()) -> list[Issue]:
        """Returns nothing, or the issues of the first option that came to a value, or all of them as one."""
        results = [option.issues(value, path) for option in self.options]
        if not all(results):
            return []
        for result in results:
            if all(issue["code"] in _DIRTY or issue.get("expected") == "integer" for issue in result):
                return result
        errors = [{"issues": result, "name": "ZodError"} for result in results]
        return [{"code": "invalid_union", "unionErrors": errors, "path": list(path), "message": "Invalid input"}]
