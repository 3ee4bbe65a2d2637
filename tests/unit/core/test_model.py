"""The base of every validated input: closed, exact, patient with what is not known yet, and silent about values."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import Field, model_validator

from tenant_email.inputs.fields import Port, Text
from tenant_email.inputs.model import Model, parse, reveal, wrap
from tenant_email.inputs.spelling import nearest
from tenant_email.inputs.unknowns import UNKNOWN, is_known
from tenant_email.redaction.secrets import Secret

CANARY = "canary-of-the-model-test"


class Login(Model):
    """An object within the inputs."""

    user: Text
    word: Secret | None = None


class Inputs(Model):
    """Inputs of every kind of field."""

    host: Text
    port: Port = 587
    mode: Literal["on", "off"] = "on"
    password: Secret | None = None
    headers: dict[str, Secret] | None = None
    login: Login | None = None
    names: list[Text] | None = None
    flag: bool | None = Field(default=None)


def parsed(values: dict[str, Any]) -> Any:
    """Returns the model, with what is wrong in it unknown, whatever the fields' types say."""
    return parse(Inputs, values)[0]


def told(values: dict[str, Any], at: str = "settings") -> list[str]:
    """Returns what is wrong with values."""
    return [str(problem) for problem in parse(Inputs, values, at)[1]]


@pytest.mark.parametrize(
    ("values", "problem"),
    [
        ({}, "settings.host: is missing\nSet settings.host."),
        ({"host": "a", "prot": 1}, "settings.prot: is not a known setting\nDid you mean port?"),
        ({"host": "a", "zzzz": 1}, "settings.zzzz: is not a known setting\nRemove settings.zzzz."),
        ({"host": ""}, "settings.host: is empty\nCorrect settings.host."),
        (
            {"host": 7},
            "settings.host: must be a valid string\nCorrect settings.host: it is a number; write it in quotes.",
        ),
        (
            {"host": "a", "port": "587"},
            (
                "settings.port: must be a valid integer\nCorrect settings.port: it is a string; write it without "
                'quotes, from stack config with config.require_int("port").'
            ),
        ),
        (
            {"host": "a", "port": ".nan"},
            "settings.port: must be a valid integer\nCorrect settings.port: it is a string.",
        ),
        ({"host": "a", "port": 0}, "settings.port: must be a port from 1 to 65535\nUse 587 (STARTTLS) or 465 (TLS)."),
        ({"host": "a", "mode": "On"}, "settings.mode: must be 'on' or 'off'\nCorrect settings.mode."),
        ({"host": "a", "login": {}}, "settings.login.user: is missing\nSet settings.login.user."),
        ({"host": "a", "names": ["b", ""]}, "settings.names.1: is empty\nCorrect settings.names.1."),
        (
            {"host": "a", "password": "***"},
            (
                "settings.password: is a placeholder, not a credential\n"
                "Set settings.password to the real value, or omit it to keep what the tenant holds."
            ),
        ),
    ],
)
def test_a_problem_names_its_path_and_remedy(values: dict[str, Any], problem: str) -> None:
    """Unknown fields are errors, nothing is coerced, and each problem says what to do."""
    assert told(values) == [problem]


@pytest.mark.parametrize(
    "values",
    [
        {"host": [CANARY]},
        {"host": "a", "port": CANARY},
        {"host": "a", "mode": CANARY},
        {"host": "a", "password": f"{CANARY}\n"},
        {"host": "a", "headers": CANARY},
        {"host": "a", "login": CANARY},
        {"host": "a", "flag": CANARY},
    ],
)
def test_no_problem_quotes_a_value(values: dict[str, Any]) -> None:
    """What was given may be a secret in the wrong place."""
    (text,) = told(values)
    assert CANARY not in text


def test_all_problems_are_reported_at_once_without_a_path_before_them() -> None:
    """The path is the field alone where there is nothing around it."""
    assert parse(Inputs, {})[1][0].path == "host"
    assert told({"port": 0, "mode": "x"}, "") == [
        "host: is missing\nSet host.",
        "port: must be a port from 1 to 65535\nUse 587 (STARTTLS) or 465 (TLS).",
        "mode: must be 'on' or 'off'\nCorrect mode.",
    ]


def test_what_is_wrong_is_unknown_to_other_checks() -> None:
    """They still see what is right, at the same depth, and an object that cannot be read counts as one unknown."""
    inputs = parsed({"host": "a", "port": 0, "login": {"user": "", "word": CANARY}, "odd": 1})
    assert (inputs.host, inputs.port, inputs.mode) == ("a", UNKNOWN, "on")
    assert (inputs.login.user, inputs.login.word) == (UNKNOWN, Secret(CANARY))
    assert parsed({"host": "a", "login": {"word": CANARY}}).login is UNKNOWN
    assert parsed({"host": "a", "names": ["b", ""]}).names is UNKNOWN
    assert parsed({}).host is UNKNOWN
    odd = parsed({"host": "a", "headers": {"X": ""}, "login": {"user": "u"}})
    assert (odd.host, odd.headers, odd.login.user) == ("a", UNKNOWN, "u"), "what cannot be unknown within is so whole"


class Outer(Model):
    """Inputs within inputs, with a check across its fields."""

    inner: Inputs
    name: Text

    @model_validator(mode="after")
    def agree(self) -> Outer:
        """Refuses one combination."""
        if self.name == "bad":
            msg = "do not agree\nChange one."
            raise ValueError(msg)
        return self


def test_what_is_wrong_is_unknown_at_its_own_depth() -> None:
    """What stands beside it, above and below, is still there."""
    inner = {"host": "a", "login": {"user": "", "word": CANARY}}
    outer: Any = parse(Outer, {"inner": inner, "name": "n"})[0]
    assert (outer.name, outer.inner.host, outer.inner.login.user) == ("n", "a", UNKNOWN)
    assert outer.inner.login.word == Secret(CANARY)


def test_what_contradicts_itself_as_a_whole_is_unknown_as_a_whole() -> None:
    """Nothing is left to check then; the problem has no path but that of the whole."""
    found: Any
    found, problems = parse(Outer, {"inner": {"host": "a"}, "name": "bad"})
    assert (found.inner, found.name) == (UNKNOWN, UNKNOWN)
    assert [str(problem) for problem in problems] == ["do not agree\nChange one."]


@pytest.mark.parametrize("name", Inputs.model_fields)
def test_any_field_may_be_unknown(name: str) -> None:
    """A value that only `up` will know passes every check of its own."""
    inputs, problems = parse(Inputs, {"host": "a", name: UNKNOWN})
    assert problems == []
    assert getattr(inputs, name) is UNKNOWN
    assert not is_known(getattr(inputs, name), 1)
    assert is_known(1, None)
    assert repr(UNKNOWN) == "<unknown>"


def test_given_leaves_out_what_was_not_given() -> None:
    """Secrets stay secrets, objects become dictionaries, defaults count as given and None does not."""
    inputs, _ = parse(Inputs, {"host": "a", "login": {"user": "b"}, "headers": {"X": CANARY}, "flag": UNKNOWN})
    assert inputs.to_props() == {
        "host": "a", "port": 587, "mode": "on", "login": {"user": "b"}, "headers": {"X": Secret(CANARY)},
        "flag": UNKNOWN,
    }  # fmt: skip


class Parts(Model):
    """Objects by name."""

    parts: dict[str, Login]


def test_objects_by_name_become_dictionaries() -> None:
    """At any depth, without what was not given."""
    parts, _ = parse(Parts, {"parts": {"one": {"user": "a"}, "two": {"user": "b", "word": CANARY}}})
    assert parts.to_props() == {"parts": {"one": {"user": "a"}, "two": {"user": "b", "word": Secret(CANARY)}}}


def test_recorded_values_come_back_with_their_secrets() -> None:
    """They compare with what is given; what an earlier release recorded is not judged."""
    recorded = {"host": "a", "password": CANARY, "headers": {"X": CANARY}, "old": CANARY, "mode": "dim", "flag": None}
    assert Inputs.wrap_recorded(recorded) == {
        "host": "a", "password": Secret(CANARY), "headers": {"X": Secret(CANARY)}, "old": CANARY, "mode": "dim",
    }  # fmt: skip


def test_wrapping_and_revealing() -> None:
    """One undoes the other, at any depth; what is no text is left."""
    plain = {"a": CANARY, "b": {"c": CANARY}, "d": 1}
    assert wrap(plain) == {"a": Secret(CANARY), "b": {"c": Secret(CANARY)}, "d": 1}
    assert reveal(wrap(plain)) == plain
    assert reveal([Secret(CANARY), [1]]) == [CANARY, [1]]


def test_a_misspelling_is_answered_with_what_is_near() -> None:
    """Nothing is near when nothing is."""
    assert nearest("usrname", ["username", "password"]) == "Did you mean username?"
    assert nearest("zzz", ["username"]) == ""


def test_a_model_is_frozen() -> None:
    """What was validated stays as it was."""
    inputs, _ = parse(Inputs, {"host": "a"})
    with pytest.raises(ValueError, match="frozen"):
        setattr(inputs, "host", "b")  # noqa: B010 - what a type checker refuses too


class Shown(Model):
    """Inputs whose representation says enough, and no more."""

    kind: Text
    name: Text
    port: Port
    share: float
    flag: bool
    headers: dict[str, str]
    absent: Text | None = None


def test_a_representation_shows_kind_numbers_and_flags() -> None:
    """Any text may have been marked as a secret; what is not known yet, and what is not given, is seen as such."""
    values: dict[str, Any] = {"kind": "a.b", "name": CANARY, "port": 25, "share": 0.5, "flag": False}
    found = Shown(**values, headers={"x": CANARY})
    assert repr(found) == "Shown(kind='a.b', name=…, port=25, share=0.5, flag=False, headers=…)"
    assert repr(parsed({"host": CANARY, "port": UNKNOWN})) == "Inputs(host=…, port=<unknown>, mode=…)"
    some: dict[str, Any] = {"port": 25}
    assert repr(Shown.model_construct(**some)) == "Shown(port=25)"
