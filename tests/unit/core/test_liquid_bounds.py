"""Liquid that would take hours or all memory is refused in a moment, by the library and by the local tenant."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from tenant_email.checks.liquid import findings, rendering
from tenant_email.checks.liquid_words import LiquidError
from tenant_email.platforms.auth0.liquid import LANGUAGE
from tenant_email_local.emulators.auth0 import liquid
from tenant_email_local.emulators.auth0.liquid import context

if TYPE_CHECKING:
    from collections.abc import Callable

_SECONDS = 5  # on a busy machine; a quiet one takes a tenth of it
_LIST = "{% assign l = (1..900) %}{% assign k = (1..900) %}"
_TEXT = "{% capture t %}{% for i in (1..900) %}0123456789{% endfor %}{% endcapture %}"
_OFTEN = "{% for i in (1..900) %}"

# what is done 900 times to l, a list of 900 numbers, or to t, a text of 9,000 characters
IN_A_LOOP: dict[str, str] = {
    "a list is sorted": "{% assign m = l | sort %}",
    "a list is summed": "{% assign m = l | sum %}",
    "a list is joined": "{% assign m = l | join %}",
    "a list is looked through": "{% if l contains 'x' %}{% endif %}",
    "lists are compared": "{% if l == k %}{% endif %}",
    "a list is chosen": "{% case l %}{% when k %}{% endcase %}",
    "an expression of each item": "{% assign m = l | where_exp: 'x', 'x > 0' %}",
    "a property of each item": "{% assign m = l | find: 'x' %}",
    "a text is cut": "{% assign m = t | slice: 0 %}",
    "a text is shown": "{{ t }}",
    "a text is captured": "{% capture m %}{{ t }}{% endcapture %}",
}
LONG: dict[str, str] = {
    **{name: f"{_LIST}{_TEXT}{_OFTEN}{body}{{% endfor %}}" for name, body in IN_A_LOOP.items()},
    "loops in loops": "{% for a in (1..900) %}{% for b in (1..900) %}{% endfor %}{% endfor %}",
    "tables in a loop": "{% for a in (1..900) %}{% tablerow b in (1..900) %}{% endtablerow %}{% endfor %}",
    "a text that doubles": "{% assign x = 'aaaa' %}{% for i in (1..40) %}{% assign x = x | append: x %}{% endfor %}",
    "a text in every place of itself": f"{_TEXT}{{{{ t | replace: '', t | size }}}}",
    "a list joined by a long text": f"{_LIST}{_TEXT}{{{{ l | join: t | size }}}}",
    "a range without an end": "{{ (1..9000000000000000) | size }}",
    "many long ranges": "{% for i in (1..100) %}{% assign m = (1..2000) %}{% endfor %}",
    "a year of many digits": "{{ 0 | date: '%999999999Y' | size }}",
    "many digits of a second": "{{ 0 | date: '%999999999N' | size }}",
}


def _library(text: str) -> None:
    findings.render(text, LANGUAGE, {})


def _tenant(text: str) -> None:
    liquid.render(text, {})


@pytest.mark.parametrize("case", LONG)
@pytest.mark.parametrize(("render", "refusal"), [(_library, LiquidError), (_tenant, liquid.LiquidError)])
def test_what_would_take_too_long_is_refused(
    case: str, render: Callable[[str], None], refusal: type[Exception], monkeypatch: pytest.MonkeyPatch
) -> None:
    """With a fiftieth of the steps that are allowed, so that the test is quick."""
    monkeypatch.setattr(rendering, "STEPS", rendering.STEPS // 50)
    monkeypatch.setattr(context, "MOST_WORK", context.MOST_WORK // 50)
    started = time.process_time()
    with pytest.raises(refusal, match=r"more than|grows beyond|a width of|render limit exceeded"):
        render(LONG[case])
    assert time.process_time() - started < _SECONDS


def test_what_a_mail_may_cost() -> None:
    """What no mail takes: half a million steps in the library, a million in the local tenant."""
    assert (rendering.STEPS, context.MOST_WORK) == (500_000, 1_000_000)
    long = "{% for i in (1..100) %}{{ i }}{% for j in (1..100) %}x{% endfor %}{% endfor %}{{ (1..90000) | size }}"
    assert len(findings.render(long, LANGUAGE, {})) == len(liquid.render(long, {})) > 10_000


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("7 GMTⅧ-²", None),
        ("Mar 7 2024 10:30.²", None),
        ("Mar 7² 2024", None),
        ("7 Mar 2024 -٣", None),
        ("Mar² 7 2024", 1_709_769_600),
        ("² Mar 7 2024", 1_709_769_600),
    ],
)
def test_dates_with_signs_that_are_digits_to_python_alone(text: str, seconds: int | None) -> None:
    """To V8 they are letters (asked of Node 20); what is no date comes back as it is."""
    expected = text if seconds is None else f"{seconds}"
    source = "{{ x | date: '%s' }}"
    assert findings.render(source, LANGUAGE, {"x": text}) == liquid.render(source, {"x": text}) == expected
