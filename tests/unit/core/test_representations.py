"""No representation of anything in the package shows what can be secret."""

from __future__ import annotations

import dataclasses
import importlib
import pkgutil
from typing import TYPE_CHECKING, Any

import pulumi
import pytest

import tenant_email
from tenant_email.errors import InvalidSettings, Problem
from tenant_email.inputs.model import Model
from tenant_email.platforms.logto.settings import MailgunDelivery, MailText
from tenant_email.platforms.settings import Settings
from tenant_email.redaction.secrets import Secret, register

if TYPE_CHECKING:
    from collections.abc import Iterator

CANARY = "canary-in-a-field"


def classes() -> Iterator[type[Any]]:
    """Yields every class of the package, what runs on one machine apart."""
    for found in pkgutil.walk_packages(tenant_email.__path__, "tenant_email."):
        if ".local" not in found.name:
            module = importlib.import_module(found.name)
            yield from (
                each for each in vars(module).values() if isinstance(each, type) and each.__module__ == found.name
            )


EVERY = sorted(set(classes()), key=lambda each: (each.__module__, each.__name__))
SETTINGS = [each for each in EVERY if issubclass(each, Settings) or each in (MailText, MailgunDelivery)]
MODELS = [each for each in EVERY if issubclass(each, Model)]
DATA = [each for each in EVERY if dataclasses.is_dataclass(each) and each not in SETTINGS]


def named(classes: list[type]) -> list[Any]:
    """Returns classes as parameters."""
    return [pytest.param(each, id=f"{each.__module__}.{each.__name__}") for each in classes]


def filled(cls: Any, values: dict[str, Any]) -> Any:
    """Returns an object with these fields, whatever its constructor would say."""
    made: Any = object.__new__(cls)
    for name, value in values.items():
        object.__setattr__(made, name, value)
    return made


@pytest.mark.parametrize("cls", named(SETTINGS))
def test_settings(cls: Any) -> None:
    """Secrets, mappings, lists, headers and addresses with a key in them are hidden, in whatever field they stand."""
    names = [field.name for field in dataclasses.fields(cls)]
    for value in ({"k": CANARY}, [CANARY], f"https://u:{CANARY}@h/{CANARY}", pulumi.Output.secret(CANARY)):
        assert CANARY not in repr(filled(cls, dict.fromkeys(names, value)))
    hidden = {*getattr(cls, "secret", ()), *(name for name in names if name.startswith("x_"))}
    shown = repr(filled(cls, {name: CANARY if name in hidden else "plain" for name in names}))
    assert CANARY not in shown
    assert shown.startswith(f"{cls.__name__}(")


@pytest.mark.parametrize("cls", named(MODELS))
def test_models(cls: type[Model]) -> None:
    """Of validated inputs no text is shown but the kind: the user may have marked any of them."""
    for value in (CANARY, {"k": CANARY}, [CANARY], Secret(CANARY)):
        given: dict[str, Any] = {name: "kind" if name == "kind" else value for name in cls.model_fields}
        made = cls.model_construct(**given)
        assert CANARY not in f"{made!r} {made}"


@pytest.mark.parametrize("cls", named(DATA))
def test_data(cls: Any) -> None:
    """What holds inputs, live values, a body or a secret does not show them."""
    values: dict[str, Any] = {}
    for field in dataclasses.fields(cls):
        kind = str(field.type)
        code = "Callable" in kind or "type[" in kind or field.name == "shape"
        holds = not code and ("Props" in kind or "Any" in kind)
        value = Secret(CANARY) if "Secret" in kind else {"k": CANARY} if holds else "plain"
        values[field.name] = {"k": value} if "Mapping" in kind else value
    assert CANARY not in repr(filled(cls, values))


def test_problems_and_errors() -> None:
    """A problem is scrubbed in every representation, like the error that holds it."""
    register(CANARY)
    problem = Problem(f"settings.{CANARY}", f"is {CANARY}", f"Remove {CANARY}.")
    error = InvalidSettings(CANARY, (problem,))
    assert CANARY not in f"{problem!r} {problem} {error!r} {error} {error.args}"
