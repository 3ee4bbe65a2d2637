"""What users write is what is validated: each model is made of the class, and only where a host needs it."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import ClassVar

import pulumi
import pytest

import tenant_email
from tenant_email import platforms
from tenant_email.inputs.model import Model, parse
from tenant_email.platforms.models import Derivation, Models
from tenant_email.platforms.settings import Settings
from tenant_email.redaction.secrets import Secret


@dataclass(frozen=True, kw_only=True, repr=False)
class Pigeon(Settings):
    """Settings of a test."""

    kind: ClassVar[str] = "birds.pigeon"
    secret: ClassVar[frozenset[str]] = frozenset({"password"})
    name: pulumi.Input[str]
    password: pulumi.Input[str] | None = None
    speed: pulumi.Input[int] = 7
    height: pulumi.Input[int | str] = 3


def test_a_model_takes_names_types_defaults_and_secrets_from_the_class() -> None:
    """A rule stands in for a type alone."""
    model = Models(Derivation(Pigeon, {"height": int}))["birds.pigeon"]
    made, problems = parse(model, {"kind": "birds.pigeon", "name": "Ada", "password": "canary-pigeon"})
    assert problems == []
    assert made.to_props() == {
        "kind": "birds.pigeon", "name": "Ada", "password": Secret("canary-pigeon"), "speed": 7, "height": 3
    }  # fmt: skip
    _, problems = parse(model, {"kind": "birds.pigeon", "name": " ", "speed": "x", "wings": 2})
    assert [problem.path for problem in problems] == ["name", "speed", "wings"]


def test_several_types_need_a_rule() -> None:
    """No type is guessed."""
    with pytest.raises(TypeError, match="takes several types"):
        Models(Derivation(Pigeon))["birds.pigeon"]


def test_a_model_is_made_once_and_only_when_it_is_asked_for() -> None:
    """Names are known without one."""
    made: list[str] = []

    class Noted(Derivation):
        def model(self) -> type[Model]:
            made.append(self.name)
            return super().model()

    models = Models(Noted(Pigeon, {"height": int}), Noted(Pigeon, {"height": int}, "birds.homing"))
    assert (list(models), made) == (["birds.pigeon", "birds.homing"], [])
    assert models["birds.homing"] is models["birds.homing"]
    assert made == ["birds.homing"]


@pytest.mark.parametrize("name", platforms.names())
def test_each_argument_is_validated_by_a_kind_and_each_kind_has_a_class(name: str) -> None:
    """Also where one class stands for several kinds, each with a part of its arguments."""
    module, platform = getattr(tenant_email, name), platforms.load(name)
    classes = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Settings)]
    models = {**platform.models, **platform.templates}
    for each in classes:
        kinds = [kind for kind in models if kind == each.kind or kind.startswith(f"{each.kind}_")]
        taken = {field for kind in kinds for field in models.pop(kind).model_fields}
        assert taken - {"kind"} == {field.name for field in fields(each)} - {"auth"}
    assert models == {}
