"""Property values as protobuf has them and as the engine does."""

from __future__ import annotations

import math

import pytest

from embedded_pulumi_engine.values import Props, from_struct, to_struct


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
