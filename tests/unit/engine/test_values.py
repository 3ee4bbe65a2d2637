"""Property values as protobuf has them and as the engine does."""

from __future__ import annotations

import math

import pytest

from embedded_pulumi_engine.values import (
    OUTPUT,
    RESOURCE,
    SECRET,
    SIGNATURE,
    UNKNOWN,
    Props,
    Value,
    from_struct,
    seal,
    secrets_in,
    to_struct,
)


def test_what_is_sent_comes_back() -> None:
    """Whole numbers are int, as states have them; what a double cannot hold exactly stays as it came."""
    props: Props = {
        "text": "a",
        "none": None,
        "flag": True,
        "list": [1, 2.5, {"empty": {}}, []],
        "large": 2.0**60,
    }
    found = from_struct(to_struct(props))
    assert found == props
    assert [type(found["list"][0]), type(found["flag"]), type(found["large"])] == [int, bool, float]


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_no_state_can_hold(number: float) -> None:
    """JSON has none of them, so that a state that held one could not be read again."""
    with pytest.raises(ValueError, match="is not a number that a state can hold"):
        from_struct(to_struct({"port": number}))


@pytest.mark.parametrize(
    "secret",
    [seal("canary"), {SIGNATURE: OUTPUT, "secret": True, "value": "canary"}, seal({"parts": ["canary", "clear"]})],
)
def test_a_secret_in_whatever_form_is_hidden(secret: Value) -> None:
    """A plug-in's component gets secrets as outputs; what of a secret object stands in clear elsewhere is none."""
    assert secrets_in({"name": "clear"}, {"list": [{"deep": secret}]}) == ["canary"]
    assert secrets_in({"name": "clear"}, {"known": {SIGNATURE: OUTPUT, "value": "x"}}) == []


def test_a_plugin_gets_what_it_accepts() -> None:
    """Secrets are opened for one that knows none, and a resource is its id, else its URN."""
    props = {"key": seal({"inner": [seal("canary")]}), "id": {SIGNATURE: RESOURCE, "urn": "urn:a", "id": UNKNOWN}}
    assert from_struct(to_struct(props)) == props
    opened = from_struct(to_struct(props, {SECRET, RESOURCE}))
    assert opened == {"key": {"inner": ["canary"]}, "id": UNKNOWN}
    assert from_struct(to_struct({"of": {SIGNATURE: RESOURCE, "urn": "urn:a"}}, {RESOURCE})) == {"of": "urn:a"}
