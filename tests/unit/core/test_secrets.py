"""A secret is given out on purpose only, and an error is never the way."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel, ValidationError

from tenant_email.errors import (
    Conflict,
    Forbidden,
    InvalidSettings,
    PlatformError,
    Problem,
    RateLimited,
    Rejected,
    TenantEmailError,
    Unauthorized,
    Unavailable,
    error_for,
    redact_external,
)
from tenant_email.redaction.secrets import MASK, Secret, guard, guard_paths, is_pem, register, scrub, texts_at

CANARY = "canary-of-the-secrets-test"


class Inputs(BaseModel):
    """A model with a secret."""

    password: Secret


def refusal(value: Any) -> tuple[str, str]:
    """Returns (type, whole text) of the error that a value in a secret's place makes."""
    with pytest.raises(ValidationError) as caught:
        Inputs(password=value)
    (detail,) = caught.value.errors(include_input=False)
    return detail["type"], f"{detail['type']} {detail['msg']}"


def test_no_form_of_it_shows_it() -> None:
    """Whatever a log, a format or a debugger makes of it is the mask."""
    secret = Secret(CANARY)
    assert [repr(secret), str(secret), f"{secret}", f"{secret!r:>3}", "%s" % secret] == [MASK] * 5  # noqa: UP031
    assert repr({"a": [secret]}) == "{'a': [***]}"
    assert repr(Inputs(password=secret)) == "Inputs(password=***)"
    assert secret.reveal() == CANARY


def test_it_compares_with_secrets_alone() -> None:
    """Two of the same text are equal, which is how a change is seen; a plain text never is."""
    assert Secret(CANARY) == Secret(CANARY)
    assert Secret(CANARY) != Secret("canary-of-another")
    assert Secret(CANARY) != CANARY
    assert hash(Secret(CANARY)) == hash(Secret(CANARY)) != hash(Secret("canary-of-another"))
    assert (bool(Secret(CANARY)), bool(Secret(""))) == (True, False)


def test_a_model_takes_a_text_or_a_secret() -> None:
    """Both are registered and come out as a secret."""
    secret = Secret(CANARY)
    assert Inputs(password=secret).password is secret
    assert Inputs.model_validate({"password": CANARY}).password == secret


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        (7, "secret_type"),
        (None, "secret_type"),
        ("", "secret_empty"),
        (" \n", "secret_empty"),
        (f"{CANARY}\n", "secret_spaces"),
        (f" {CANARY}", "secret_spaces"),
        (f"\ufeff{CANARY}", "secret_unseen"),
        (f"{CANARY}\u200bx", "secret_unseen"),
        ("##SMTP_PASSWORD##", "secret_placeholder"),
        ("@@SMTP@@", "secret_placeholder"),
        ("<password>", "secret_placeholder"),
        ("${password}", "secret_placeholder"),
        ("***", "secret_placeholder"),
        ("xxxx", "secret_placeholder"),
        ("your_password", "secret_placeholder"),
        ("CHANGE-ME", "secret_placeholder"),
        ("changeme", "secret_placeholder"),
    ],
)
def test_what_is_no_secret_is_refused_without_a_quote(value: Any, kind: str) -> None:
    """Nothing, a line end from a file, or what an example has in its place; a message never repeats it."""
    found, text = refusal(value)
    assert found == kind
    assert CANARY not in text


@pytest.mark.parametrize(
    ("text", "pem"),
    [
        ("-----BEGIN K-----\ncanary\n-----END K-----\n", True),
        ("-----BEGIN K-----\ncanary\n-----END K-----", True),
        ("-----BEGIN K-----\ncanary-----\n", False),
        ("canary\n-----END K-----\n", False),
        ("canary-----\n", False),
        ("-----BEGIN K-----\n-----END K----- canary\n", False),
    ],
)
def test_a_key_is_known_by_both_of_its_lines(text: str, pem: bool) -> None:
    """It may end with a line feed, as its maker ships it; what only begins or ends like one may not."""
    assert is_pem(text) is pem


@pytest.mark.parametrize("value", ["xxx-canary", "a<b>-canary", "my##x##-canary", "x-your_password", "**-canary"])
def test_what_only_looks_a_little_like_a_placeholder_is_taken(value: str) -> None:
    """A generated password may hold any of these signs."""
    assert Inputs.model_validate({"password": value}).password.reveal() == value


def test_a_registered_text_is_scrubbed() -> None:
    """Whoever made a secret need not be asked: its text is known from then on."""
    register("canary-that-was-registered")
    assert scrub("before canary-that-was-registered after") == f"before {MASK} after"
    assert scrub(f"<{Secret(CANARY).reveal()}>") == f"<{MASK}>"


@pytest.mark.parametrize(
    "error",
    [
        TenantEmailError(f"it said {Secret(CANARY).reveal()}", remedy=f"Change {CANARY}."),
        Rejected(f"it said {CANARY}", remedy=f"Change {CANARY}.", text=f"no {CANARY}"),
        InvalidSettings(f"who {CANARY}", (Problem(f"a.{CANARY}", f"is {CANARY}", f"Change {CANARY}."),)),
    ],
)
def test_no_error_shows_a_secret(error: TenantEmailError) -> None:
    """Neither text nor remedy nor what the platform said, however it is asked for."""
    shown = f"{error} {error!r} {error.args} {error.message} {error.remedy} {getattr(error, 'text', '')}"
    assert CANARY not in shown
    assert MASK in shown


def test_a_problem_shows_no_secret() -> None:
    """Its path, what is wrong and its remedy are scrubbed; without a path it is a sentence of its own."""
    Secret(CANARY)
    assert str(Problem(f"a.{CANARY}", f"is {CANARY}", f"Not {CANARY}.")) == f"a.{MASK}: is {MASK}\nNot {MASK}."
    assert str(Problem("", "is wrong")) == "is wrong"
    assert str(Problem("a", "is wrong")) == "a: is wrong"
    assert repr(Problem("a", f"is {CANARY}")) == f"Problem('a: is {MASK}')"


def test_text_of_others_is_one_short_line() -> None:
    """A page of it is cut, with a sign for what is left out."""
    assert redact_external(" a  b ") == "a b"
    assert redact_external("x" * 256) == "x" * 256
    assert redact_external("x" * 257) == "x" * 255 + "…"
    assert redact_external(404) == "404"


def test_an_error_is_text_and_remedy() -> None:
    """The remedy is the last line; several problems are reported one below the other."""
    assert str(TenantEmailError("It broke.", remedy="Mend it.")) == "It broke.\nMend it."
    assert str(TenantEmailError("It broke.")) == "It broke."
    two = InvalidSettings("inputs", (Problem("a", "is wrong", "Mend a."), Problem("b", "is wrong", "Mend b.")))
    assert str(two) == "inputs: a: is wrong\nMend a.\nb: is wrong\nMend b."
    assert len(two.problems) == 2


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (400, Rejected),
        (401, Unauthorized),
        (403, Forbidden),
        (404, Rejected),
        (409, Conflict),
        (418, Rejected),
        (422, Rejected),
        (429, RateLimited),
        (499, Rejected),
        (500, Unavailable),
        (503, Unavailable),
    ],
)
def test_every_status_has_its_class(status: int, kind: type[PlatformError]) -> None:
    """No status alone means absent, and a server's error never is a refusal."""
    assert error_for(status) is kind
    error = kind("it", remedy="do", status=status)
    assert (error.status, error.remedy, type(error).__module__) == (status, "do", "builtins")


def test_an_error_has_what_it_was_given_and_nothing_else() -> None:
    """What the platform said is kept, scrubbed, for whoever decides by it; what it did not say is empty."""
    bare, full = Rejected("no"), Rejected("no", code="invalid_body", text="one  two", uncertain=True)
    assert (bare.remedy, bare.code, bare.text, bare.status, bare.uncertain) == ("", "", "", 0, False)
    assert (full.code, full.text, full.uncertain) == ("invalid_body", "one two", True)
    assert (Unavailable("no").status, Unavailable("no").remedy) == (0, "")
    assert type("Newer", (Rejected,), {}).__module__ == "builtins"


def test_an_answer_that_did_not_come_may_have_worked() -> None:
    """Unless it is known that the request never left."""
    assert (Unavailable("lost").uncertain, Unavailable("refused", uncertain=False).uncertain) == (True, False)
    assert (Rejected("no").uncertain, Rejected("no").status, Rejected("no", code="x").code) == (False, 0, "x")


def test_texts_at_a_path() -> None:
    """Texts and numbers of all that is there, also where a name holds a dot; flags and nothing are none."""
    inner: list[object] = [1, 2.5, True, None, Secret("s"), {"d": ["y"]}]
    props = {"settings": {"a.b": {"c": "x"}, "a": {"b": inner}, "ab": "no"}, "other": "no"}
    assert list(texts_at(props, "settings.a.b")) == ["x", "1", "2.5", "s", "y"]
    assert list(texts_at(props, "settings.c")) == list(texts_at("x", "settings")) == []


def test_what_is_guarded_is_masked() -> None:
    """At the paths that are told, while that lasts; and nothing need be there."""
    with guard_paths(("to.guard", "else")):
        guard({"to": {"guard": "guarded-canary", "not": "open-canary"}, "else": ["second-canary"]})
        guard(None)
    guard({"to": {"guard": "late-canary"}})
    text = "guarded-canary open-canary second-canary late-canary"
    assert scrub(text) == f"{MASK} open-canary {MASK} late-canary"
