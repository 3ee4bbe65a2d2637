"""What no input can carry, found in any resource before anything else reads it, and quickly."""

from __future__ import annotations

import math
import time
from typing import Any

import pytest

from support.checking import reasons
from tenant_email.inputs.unusable_values import DEEPEST, drop_unusable
from tenant_email.lifecycle.email_provider import EmailProviderLifecycle
from tenant_email.lifecycle.esv_variable import EsvVariableLifecycle
from tenant_email.lifecycle.ses_domain_verification import SesDomainVerificationLifecycle

SMTP = {"kind": "auth0.smtp", "host": "smtp.one.example", "port": 587, "username": "mailer", "password": "canary-pw"}
OTHER = {"kind": "auth0.other", "name": "newer", "credentials": {"api_key": "canary-key"}}
LOGTO = {"kind": "logto.smtp", "host": "smtp.one.example", "username": "mailer", "password": "canary-pw"}


def nested(depth: int, value: Any = 1) -> Any:
    """Returns objects in each other."""
    for _ in range(depth):
        value = {"x": value}
    return value


def of_provider(settings: dict[str, Any], **more: Any) -> list[str]:
    """Returns what is wrong with an EmailProvider."""
    return reasons(EmailProviderLifecycle, {"settings": settings, **more})


@pytest.mark.parametrize("number", [math.inf, -math.inf, math.nan])
def test_no_number_but_a_finite_one_is_taken(number: float) -> None:
    """Infinity and NaN are refused in a field, in a nested value, in a list and in an ESV."""
    assert of_provider({**SMTP, "port": number})[0].startswith("settings.port: is ")
    assert of_provider({**OTHER, "settings": {"a": [1, {"b": number}]}})[0].startswith("settings.settings.a.1.b: is ")
    assert of_provider({**SMTP, "x_msys_api": {"a": number}})[0].startswith("settings.x_msys_api.a: is ")
    headers = reasons(
        EmailProviderLifecycle,
        {"tenant": "logto", "from_address": "a@b.example", "settings": {**LOGTO, "socket_timeout": number}},
    )
    assert headers[0].startswith("settings.socket_timeout: is ")
    esv = reasons(EsvVariableLifecycle, {"tenant": "aic", "esv": "x", "value": number})
    assert len(esv) == 1
    assert "Use a finite number" in esv[0]


@pytest.mark.parametrize("text", ["NaN", "Infinity", "-Infinity", "1e400", "1" * 5000, "[" * 60_000, "1.0e", "01"])
def test_a_text_is_no_number_unless_json_has_it(text: str) -> None:
    """An ESV of type number is one that JSON knows."""
    inputs = {"tenant": "aic", "esv": "x", "value": text, "expression_type": "number"}
    (reason,) = reasons(EsvVariableLifecycle, inputs)
    assert reason.startswith("value: is not of type number\n")


UNFIT: dict[str, tuple[Any, str]] = {
    "half an emoji": ("\ud83d", "holds half a character"),
    "NUL": ("a\0b", "holds a NUL character"),
    "megabytes": ("x" * 3_000_000, "is 3000000 characters long"),
    "54 bits": (2**53, "of more than 53 bits"),
    "5000 digits": (10**5000, "of more than 53 bits"),
    "one level too many": (nested(DEEPEST), f"is nested deeper than {DEEPEST}"),
    "very deep": (nested(100_000), f"is nested deeper than {DEEPEST}"),
    "a long key": ({"k" * 10_000: 1}, "has a key that is 10000 characters long"),
    "NUL in a key": ({"a\0": 1}, "has a key that holds a NUL"),
    "a long list": (list(range(20_000)), "holds more than 10000 values"),
    "bytes": (b"x", "is a bytes"),
}


@pytest.mark.parametrize("case", UNFIT)
def test_what_cannot_be_carried_is_a_problem(case: str) -> None:
    """It is reported with its path and what to do, and the other inputs are judged nevertheless."""
    value, what = UNFIT[case]
    started = time.process_time()
    found = of_provider({**OTHER, "settings": value if isinstance(value, dict) else {"a": value}, "foo": 1})
    assert time.process_time() - started < 1
    (reason,) = [reason for reason in found if what in reason]
    assert reason.startswith("settings")
    assert "\n" in reason
    assert any(reason.startswith("settings.foo: is not a known setting") for reason in found)


def test_a_value_that_holds_itself_ends() -> None:
    """A list in itself, many times over, is looked at no longer than any other."""
    loop: list[Any] = []
    loop += [loop] * 10
    found, problems = drop_unusable({"a": loop})
    assert set(found) == {"a"}
    assert problems


def test_many_problems_are_reported_in_part() -> None:
    """Nobody is reported thousands of problems; how many there are is said."""
    found = of_provider({**SMTP, **{f"name{number}": 1 for number in range(5000)}})
    assert len(found) == 51
    assert found[-1].endswith("more problems\nCorrect these first.")


def test_records_are_looked_into() -> None:
    """Lists of objects are judged too."""
    inputs = {"domain": "acme.example", "region": "eu-west-1", "records": [{"ttl": math.inf}]}
    assert reasons(SesDomainVerificationLifecycle, inputs)[0].startswith("records.0.ttl: is inf")
