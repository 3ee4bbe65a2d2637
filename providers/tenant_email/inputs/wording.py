"""What pydantic's errors say to a user: the field, what is wrong with it, and what to do; never a value.

Of a field that takes one of several types pydantic reports each type that does not fit, with its own inner names in
the path. One of them is reported: the one that the value was most likely meant for.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, get_args

from pydantic import BaseModel

from tenant_email.errors import Problem
from tenant_email.inputs.spelling import nearest
from tenant_email.json_types import Json, is_list, is_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pydantic_core import ErrorDetails

    from tenant_email.json_types import PropsView

    Location = tuple[int | str, ...]

_DIGITS: Final = re.compile(r"\s*[+-]?\d+(?:\.\d*)?\s*")
"""A text that is a number but for its quotes; `9:47` or `.nan` in a file is none, and has no quotes."""
_NUMBER: Final = ("int_type", "int_from_float", "float_type", "int_parsing")
_TYPES: Final = (*_NUMBER, "bool_type", "string_type", "dict_type", "list_type", "model_type", "secret_type")
_CHOICES: Final = (*_TYPES, "literal_error")
_WHAT: Final = {"string_too_short": "is empty", "too_short": "is empty"}
_REMEDIES: Final = {
    "secret_placeholder": "Set {path} to the real value, or omit it to keep what the tenant holds.",
    "secret_spaces": "Correct {path}: remove whitespace and newlines with .strip().",
    "secret_unseen": "Type {path} anew, or read its file with encoding='utf-8-sig': it was copied or read along.",
    "secret_empty": "Correct {path}, or omit it to keep what the tenant holds.",
    "string_too_short": "Correct {path}, or omit it if it is optional.",
    "too_short": "Correct {path}, or omit it if it is optional.",
}
_INTERNAL: Final = ("import",)  # choices that only a constructor makes


def problems(model: type[BaseModel], details: Sequence[ErrorDetails], values: PropsView, at: str) -> list[Problem]:
    """Returns one problem for each field that is wrong, under the path `at`."""
    fields: dict[Location, list[ErrorDetails]] = {}
    for detail in details:
        fields.setdefault(_place(detail, values), []).append(detail)
    inner = {place[:length] for place in fields for length in range(len(place))}
    return [
        _problem(model, place, _most_likely(found), at)
        for place, found in fields.items()
        # of a type that was tried and is not what was meant, where something is wrong inside of the one that was
        if place not in inner or any(detail["type"] not in _CHOICES for detail in found)
    ]


def _place(detail: ErrorDetails, values: PropsView) -> Location:
    """Returns where an error is in the values: pydantic's path without the names of types that it tried."""
    place: list[int | str] = []
    value: Json = values
    for number, part in enumerate(detail["loc"]):
        last = number == len(detail["loc"]) - 1
        inside = _has(value, part)
        if not (inside or number == 0 or (last and detail["type"] in {"missing", "extra_forbidden"})):
            continue
        place.append(part)
        value = value[part] if inside else None
    return tuple(place)


def _has(value: object, part: int | str) -> bool:
    return part in value if is_object(value) else is_list(value) and isinstance(part, int) and part < len(value)


def _most_likely(found: list[ErrorDetails]) -> ErrorDetails:
    """Returns the error of the type that was meant: a rule that a value breaks, unless it is a string for a number."""
    if len(found) > 1 and (word := next((each for each in found if each["type"] == "literal_error"), None)):
        expected = word.get("ctx", {}).get("expected")
        lists = any(each["type"] == "list_type" for each in found)
        return {**word, "ctx": {"expected": f"{expected}, a list"}} if lists else word
    wrong = [detail for detail in found if detail["type"] in _TYPES]
    text = found[0].get("input")
    if wrong and len(wrong) < len(found) and not (isinstance(text, str) and "&{" not in text):
        return next(detail for detail in found if detail not in wrong)
    return found[0]


def _problem(model: type[BaseModel], place: Location, detail: ErrorDetails, at: str) -> Problem:
    path = ".".join(filter(None, (at, *map(str, place))))
    correct, kind, context = f"Correct {path}", detail["type"], detail.get("ctx", {})
    if kind == "missing":
        return Problem(path, "is missing", f"Set {path}.")
    if kind == "extra_forbidden":
        hint = nearest(str(place[-1]), _model_at(model, place[:-1]).model_fields)
        return Problem(path, "is not a known setting", hint or f"Remove {path}.")
    if kind in {"value_error", "assertion_error"}:
        what, _, remedy = str(context.get("error")).partition("\n")
        return Problem(path, what, remedy or f"{correct}.")
    if kind == "literal_error":
        return _choice(path, str(context.get("expected", "")), detail.get("input"))
    if kind in _REMEDIES:
        return Problem(path, _WHAT.get(kind, detail["msg"]), _REMEDIES[kind].format(path=path))
    return Problem(path, _sentence(detail["msg"]), f"{correct}{_hint(kind, detail.get('input'), path)}.")


def _choice(path: str, expected: str, given: object) -> Problem:
    """Says which values there are, and the nearest one."""
    choices = [choice for choice in expected.replace(" or ", ", ").split(", ") if choice.strip("'") not in _INTERNAL]
    listed = " or ".join(filter(None, (", ".join(choices[:-1]), choices[-1])))
    hint = nearest(given, [choice.strip("'") for choice in choices]) if isinstance(given, str) else ""
    return Problem(path, f"must be {listed}", f"Correct {path}.{f' {hint}' if hint else ''}")


def _sentence(message: str) -> str:
    plain = message.partition(" or instance of ")[0]
    return plain.replace("Input should be", "must be").replace("String should have", "must have").replace("Input", "it")


def _hint(kind: str, given: object, path: str) -> str:
    """Returns how to give the right type, as the end of a sentence."""
    name = path.rpartition(".")[2]
    if isinstance(given, str) and kind in _NUMBER:
        unquoted = f'; write it without quotes, from stack config with config.require_int("{name}")'
        return f": it is a string{unquoted if _DIGITS.fullmatch(given) else ''}"
    if isinstance(given, str) and kind == "bool_type":
        return f': it is a string; write True or False, from stack config with config.require_bool("{name}")'
    if isinstance(given, float) and kind in _NUMBER:
        return ": it is not a whole number"
    if isinstance(given, str) and kind == "list_type":
        return ": put it in brackets, as the one item of a list"
    what: dict[type, str] = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "a dict",
    }
    if kind in {"string_type", "secret_type"} and isinstance(given, int | float) and not isinstance(given, bool):
        return ": it is a number; write it in quotes"
    return f": it is {what[type(given)]}" if type(given) in what and kind != "string_too_long" else ""


def _model_at(model: type[BaseModel], place: Location) -> type[BaseModel]:
    """Returns the model of the object at a place."""
    for part in place:
        if str(part) in model.model_fields:
            model = _model_in(model.model_fields[str(part)].annotation) or model
    return model


def _model_in(annotation: object) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next(filter(None, map(_model_in, get_args(annotation))), None)
