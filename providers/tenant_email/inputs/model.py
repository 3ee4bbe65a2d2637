"""The base of every validated input: closed, exact about types, and patient with values not known yet.

In a preview any value may be unknown, at a leaf, in a list or in place of a whole object. Such a value passes
every check of its own field; checks across fields ask `is_known` first.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, ClassVar, Final, TypeAlias, TypeVar, get_args

from pydantic import BaseModel, ConfigDict, ValidationError, field_validator

from tenant_email.inputs import wording
from tenant_email.inputs.unknowns import UNKNOWN, Unknown
from tenant_email.json_types import Json, is_list, is_object
from tenant_email.redaction.secrets import Secret

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import ValidatorFunctionWrapHandler

    from tenant_email.errors import Problem
    from tenant_email.json_types import Props, PropsView


class _Hidden:
    """A stand-in for a value in what a debugger shows."""

    def __repr__(self) -> str:
        return "…"


class Model(BaseModel):
    """What all input models share: unknown fields are errors, nothing is coerced, input is never quoted."""

    model_config = ConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        hide_input_in_errors=True,
        arbitrary_types_allowed=True,
        defer_build=True,  # a host needs the models of one platform, and of that one or two kinds
    )

    internal: ClassVar[frozenset[str]] = frozenset()
    """The fields that no program writes: what a resource makes of its options, or of where it is."""

    @field_validator("*", mode="wrap")
    @classmethod
    def _let_unknown_pass(cls, value: object, handler: ValidatorFunctionWrapHandler) -> object:
        return value if value is UNKNOWN else handler(value)

    def __repr_args__(self) -> Iterator[tuple[str, object]]:
        """Shows only the kind, numbers and flags: the user may have marked any text as a secret."""
        for name in type(self).model_fields:
            value = getattr(self, name, None)
            if value is not None:
                yield name, value if name == "kind" or isinstance(value, (bool, int, float, Unknown)) else _Hidden()

    def to_props(self) -> Props:
        """Returns the fields that were given, `None` left out; secrets stay `Secret`, unknowns `UNKNOWN`."""
        return {name: _plain(value) for name, value in vars(self).items() if value is not None}

    @classmethod
    def wrap_recorded(cls, recorded: PropsView) -> Props:
        """Returns recorded values with secrets wrapped again, so that they compare with `to_props`.

        It validates nothing: what an earlier release recorded must stay readable.
        """
        return {
            name: wrap(value)
            if name in cls.model_fields and mentions_secret(cls.model_fields[name].annotation)
            else value
            for name, value in recorded.items()
            if value is not None
        }


def wrap(value: object) -> Json:
    """Returns the value with every text in it as a `Secret`."""
    if is_object(value):
        return {key: wrap(item) for key, item in value.items()}
    return Secret(value) if isinstance(value, str) else value


def reveal(value: object) -> Json:
    """Returns the value with every `Secret` in it as text: for state, which Pulumi encrypts, and for the wire."""
    if is_object(value):
        return {key: reveal(item) for key, item in value.items()}
    if is_list(value):
        return [reveal(item) for item in value]
    return value.reveal() if isinstance(value, Secret) else value


def mentions_secret(hint: object) -> bool:
    """Returns whether a secret is anywhere in a type."""
    return hint is Secret or any(mentions_secret(part) for part in get_args(hint))


def _plain(value: object) -> object:
    if is_object(value):
        return {key: _plain(item) for key, item in value.items()}
    return value.to_props() if isinstance(value, Model) else value


M = TypeVar("M", bound=Model)
_MOST_TOLD: Final = 100  # problems of one object
_EXTRA: Final = "extra_forbidden"  # pydantic's types of errors
_MISSING: Final = "missing"
_Place: TypeAlias = tuple[int | str, ...]
_building: Final = threading.Lock()


def parse(model: type[M], values: PropsView, at: str = "") -> tuple[M, list[Problem]]:
    """Validates; returns the model and every problem found, each under the path `at`.

    What failed, and what is missing, is `UNKNOWN` in the model, so that whoever checks across fields still says what
    is wrong with the others: a contradiction is reported together with a misspelling elsewhere. With a problem the
    model is good only for checks.
    """
    _build(model)
    try:
        return model.model_validate(dict(values)), []
    except ValidationError as error:
        details = error.errors(include_url=False)
    problems = wording.problems(model, details[:_MOST_TOLD], values, at)
    failed = {detail["loc"]: detail["type"] for detail in details}
    deepest = max(map(len, failed))
    for cut in range(deepest) if len(failed) <= _MOST_TOLD else (deepest,):
        # an element of a plain mapping or list cannot be unknown: then what holds it is, as little as may be
        places = {loc[: max(len(loc) - cut, 1)]: "" if cut else kind for loc, kind in failed.items()}
        try:
            return model.model_validate(_without(model, values, places)), problems
        except ValidationError:
            continue
    nothing = dict.fromkeys(model.model_fields, UNKNOWN)
    return model.model_validate(nothing), problems


def _build(model: type[Model]) -> None:
    """Builds a model before its first use: a host has four threads, and pydantic builds without a lock."""
    if not model.__pydantic_complete__:
        with _building:
            model.model_rebuild()


def _without(model: type[Model], values: PropsView, places: Mapping[_Place, str]) -> Props:
    """Returns values with `UNKNOWN` at each place, as deep as the values go; what has an unknown name is left out.

    places: each with pydantic's type of its error.
    """
    left: Props = {name: value for name, value in values.items() if name in model.model_fields}
    for place, error in places.items():
        if place and str(place[0]) in model.model_fields:
            left[str(place[0])] = _unknown_at(left.get(str(place[0])), place[1:], error)
    return left


def _unknown_at(value: object, place: _Place, error: str) -> object:
    if not place or not is_object(value):
        return UNKNOWN
    name, below = str(place[0]), place[1:]
    if name in value:
        rest = {key: item for key, item in value.items() if key != name}
        return rest if error == _EXTRA and not below else {**value, name: _unknown_at(value[name], below, error)}
    if error == _MISSING and not below:
        return UNKNOWN  # it cannot be read without
    # else pydantic names a branch of a union: what is wrong there stands below it, or another branch was meant
    return _unknown_at(value, below, error) if below else value
