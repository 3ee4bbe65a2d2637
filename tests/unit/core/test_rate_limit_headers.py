"""No header makes a client wait longer than the known bounds, and a date is understood."""

from __future__ import annotations

import pytest

from tenant_email.net.ratelimits import LONGEST_WAIT, WAITS_IN_ALL, Bucket, RateLimits, retry_after, seconds_until_reset
from tenant_email.timing import Timing

NOW = 1_800_000_000.0
DATE = "Fri, 15 Jan 2027 08:00:00 GMT"  # NOW
IN_TEN = "Fri, 15 Jan 2027 08:00:10 GMT"
HUGE = "9" * 400
KNOWN, UNKNOWN = "5", "7"
"""Sizes of a bucket: one whose refill is documented, and one whose is not."""


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0.5"}, 0.5),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "-5"}, 0),
        ({"Retry-After": "1e9"}, LONGEST_WAIT),
        ({"Retry-After": HUGE}, None),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "nan"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": IN_TEN, "Date": DATE}, 10),
        ({"Retry-After": IN_TEN}, 10),
        ({"Retry-After": "Friday, 15-Jan-27 08:00:10 GMT"}, 10),
        ({"Retry-After": "Fri Jan 15 08:00:10 2027"}, 10),
        ({"Retry-After": "Fri, 15 Jan 2099 08:00:00 GMT", "Date": DATE}, LONGEST_WAIT),
        ({"Retry-After": "Fri, 15 Jan 1999 08:00:00 GMT", "Date": DATE}, 0),
        ({"Retry-After": "Fri, 99 Jan 2027 08:00:00 GMT"}, None),
        ({"Retry-After": "Mon, 01 Jan 0001 00:00:00 -2359"}, 0),
        ({"x-ratelimit-reset": "1800000003", "Date": DATE}, 3),
        ({"x-ratelimit-reset": "1800000003"}, 3),
        ({"x-ratelimit-reset": "1800000003000"}, 3),
        ({"x-ratelimit-reset": "1799999990"}, 0),
        ({"x-ratelimit-reset": "12"}, 0),
        ({"x-ratelimit-reset": "9e99"}, LONGEST_WAIT),
        ({"x-ratelimit-reset": "1e999"}, None),
        ({"x-ratelimit-reset": "nan"}, None),
        ({"x-ratelimit-reset": "later"}, None),
        ({"x-ratelimit-reset": "1800000003", "Date": "yesterday"}, 3),
        ({"Retry-After": "soon", "x-ratelimit-reset": "1800000003"}, 3),
    ],
)
def test_what_an_answer_asks_to_wait(headers: dict[str, str], seconds: float | None) -> None:
    """Seconds, a date in each of HTTP's three forms, or a reset; nonsense is as if nothing was said."""
    assert seconds_until_reset(headers, NOW) == seconds
    # what a rate limit's reset says is no word about any other answer
    assert retry_after(headers, NOW) == (None if "x-ratelimit-reset" in headers else seconds)


class Waits:
    """Rate limits on a clock that only sleeping moves, and each wait."""

    def __init__(self) -> None:
        self.now, self.each = NOW, list[float]()
        buckets = (Bucket("writes", ("POST",), "/here", {int(KNOWN): 25.0}),)
        timing = Timing(sleep=self.sleep, clock=lambda: self.now, now=lambda: self.now)
        self.limits = RateLimits("it", buckets, announce=lambda _: None, timing=timing)

    def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.each.append(seconds)
        self.now += seconds


@pytest.mark.parametrize("size", [KNOWN, UNKNOWN, "0", "-1", HUGE, "many"])
@pytest.mark.parametrize("left", ["0", "-1000000", "5", f"-{HUGE}", HUGE, "none"])
@pytest.mark.parametrize("reset", ["1800100000", "1800000003000", "nan", "0", "1e300"])
def test_a_token_is_never_waited_for_longer(size: str, left: str, reset: str) -> None:
    """Whatever an answer says of its bucket, each wait before the next calls is within the bound."""
    waits = Waits()
    headers = {"x-ratelimit-limit": size, "x-ratelimit-remaining": left, "x-ratelimit-reset": reset, "Date": DATE}
    waits.limits.learn("POST", "/here", headers)
    for _ in range(3):
        assert waits.limits.wait("POST", "/here") <= LONGEST_WAIT
    assert all(wait <= LONGEST_WAIT for wait in waits.each)


@pytest.mark.parametrize("path", ["/here", "/elsewhere"])
@pytest.mark.parametrize("asked", [{}, {"Retry-After": "1e9"}, {"Retry-After": "-1"}, {"Retry-After": "nan"}])
@pytest.mark.parametrize("size", [KNOWN, UNKNOWN])
def test_refusals_come_to_an_end(path: str, asked: dict[str, str], size: str) -> None:
    """A call that is refused forever has waited for no longer than the bound when it gives up, and not in a storm."""
    waits = Waits()
    waits.limits.learn("POST", "/here", {"x-ratelimit-limit": size, "x-ratelimit-remaining": "1", "Retry-After": "1"})
    waited, refusals = 0.0, 0
    while waited < WAITS_IN_ALL:
        waited += waits.limits.wait("POST", path)
        refusals += 1
        waited += waits.limits.back_off("POST", path, asked, refusals)
        assert refusals < 100
    assert max(waits.each) <= LONGEST_WAIT * 1.2
    assert waited <= WAITS_IN_ALL + LONGEST_WAIT * 1.2


def test_callers_that_wait_together_are_bounded_too() -> None:
    """Tokens promised to many callers at once add up to no wait beyond the bound."""
    waits = Waits()
    waits.limits.learn("POST", "/here", {"x-ratelimit-limit": KNOWN, "x-ratelimit-remaining": "0", "Retry-After": "1"})
    for _ in range(200):
        began = waits.now
        waits.limits.wait("POST", "/here")
        waits.now = began  # as if all of them asked at the same moment
    assert max(waits.each) == LONGEST_WAIT
