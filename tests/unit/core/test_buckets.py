"""What the limiter believes of a bucket: when a token is there, on the client's own clock."""

from __future__ import annotations

from time import monotonic

import pytest

from tenant_email.net.ratelimits import LONGEST_WAIT, Bucket, RateLimits, seconds_until_reset
from tenant_email.timing import Timing

WRITES = Bucket("writes", ("POST", "PATCH"), "/objects/*", {10: 60.0, 20: 120.0})
HOUR = "Wed, 21 Oct 2026 07:00:00 GMT"
BEGAN = 1_792_566_000.0  # HOUR, in seconds since 1970


class Bench:
    """A limiter on a clock that only sleeping moves."""

    def __init__(self) -> None:
        self.now, self.slept, self.said = 1000.0, list[float](), list[str]()
        timing = Timing(sleep=self.sleep, clock=lambda: self.now, now=lambda: self.now)
        self.limits = RateLimits("it", (WRITES,), announce=self.said.append, timing=timing)

    def sleep(self, seconds: float) -> None:
        """Lets time pass."""
        self.slept.append(seconds)
        self.now += seconds

    def learn(self, size: int, left: int, *, reset: int = 60, method: str = "POST") -> None:
        """Gives it the headers of an answer."""
        headers = {"Date": HOUR, "x-ratelimit-limit": f"{size}", "x-ratelimit-remaining": f"{left}"}
        self.limits.learn(method, "/objects/1", {**headers, "x-ratelimit-reset": f"{BEGAN + reset:.0f}"})

    def refused(self, after: str = "", *, refusals: int = 1) -> float:
        """Is turned away with a Retry-After, or without one; returns what was waited at once."""
        return self.limits.back_off("POST", "/objects/1", {"Retry-After": after} if after else {}, refusals)

    def wait(self, method: str = "POST", path: str = "/objects/1") -> float:
        """Waits for the token of a call, which then is over."""
        try:
            return self.leave(method, path)
        finally:
            self.limits.release(method, path)

    def leave(self, method: str = "POST", path: str = "/objects/1") -> float:
        """Waits for the token of a call, which then is under way; nothing is waited for by any other clock."""
        began = monotonic()
        waited = self.limits.wait(method, path)
        assert monotonic() - began < LONGEST_WAIT / 2, "the first call is not over"
        return waited


@pytest.mark.parametrize(
    ("method", "path", "holds"),
    [("POST", "/objects/1", True), ("GET", "/objects/1", False), ("PATCH", "/other/1", False)],
)
def test_a_bucket_is_of_some_calls(method: str, path: str, holds: bool) -> None:
    """A method and a path with wildcards; other calls never wait."""
    assert WRITES.holds(method, path) is holds
    bench = Bench()
    bench.learn(10, 0)
    assert (bench.wait(method, path) > 0) is holds


def test_nothing_is_believed_before_an_answer() -> None:
    """The first call goes at once, and so does one after an answer without the headers."""
    bench = Bench()
    assert bench.wait() == 0
    bench.limits.learn("POST", "/objects/1", {"Date": HOUR})
    bench.learn(10, 0, method="GET")
    assert (bench.wait(), bench.slept) == (0, [])


def test_tokens_refill_as_documented() -> None:
    """A bucket of ten that gets sixty a minute has a token a second, and never more than ten."""
    bench = Bench()
    bench.learn(10, 1)
    assert [bench.wait() for _ in range(3)] == [0, 1, 1]
    bench.now += 3600
    assert [bench.wait() for _ in range(12)] == [0] * 10 + [1, 1]


def test_a_larger_bucket_refills_faster() -> None:
    """A hundred and twenty a minute are two a second, also behind a refusal."""
    bench = Bench()
    bench.learn(20, 1)
    assert [bench.wait() for _ in range(3)] == [0, 0.5, 0.5]
    bench.now += 2
    assert [bench.wait() for _ in range(5)] == [0] * 4 + [0.5]
    bench.refused("5")
    assert [bench.wait(), bench.wait()] == [5, 0.5]


def test_an_answer_without_a_date_is_held_against_our_own_clock() -> None:
    """The reset is a time since 1970; a size of none has no token."""
    bench = Bench()
    headers = {"x-ratelimit-limit": "7", "x-ratelimit-remaining": "0", "x-ratelimit-reset": "1030"}
    bench.limits.learn("POST", "/objects/1", headers)
    assert bench.wait() == 30
    other = Bench()
    refused = {"Retry-After": "Thu, 01 Jan 1970 00:16:50 GMT"}
    assert 10 <= other.limits.back_off("POST", "/objects/1", refused, 1) <= 12
    empty = Bench()
    empty.learn(0, 5, reset=9)
    assert empty.wait() == 9


def test_a_bucket_of_unknown_refill_is_waited_for_until_its_reset() -> None:
    """Its size has no documented refill: what is left is used up, then the reset is waited for."""
    bench = Bench()
    bench.learn(7, 2, reset=30)
    assert [bench.wait() for _ in range(3)] == [0, 0, 30]
    assert bench.wait() == 0, "the reset is over"


@pytest.mark.parametrize("left", [2, 6])
def test_calls_under_way_have_taken_their_tokens(left: int) -> None:
    """Answers of four calls that left together may count fewer of them than left: no more are let through for it."""
    bench = Bench()
    bench.learn(7, 6, reset=30)
    assert [bench.leave() for _ in range(4)] == [0] * 4
    bench.learn(7, left, reset=30)
    assert [bench.wait() for _ in range(3)] == [0, 0, 30]
    bench.learn(7, 4, reset=30)
    assert [bench.wait(), bench.wait()] == [0, 30], "four are left for one, and for three others that are under way"


def test_calls_that_are_over_take_no_tokens_any_more() -> None:
    """After the reset all that an answer says is believed, if no other call is under way."""
    bench = Bench()
    bench.learn(7, 2, reset=30)
    assert [bench.wait() for _ in range(3)] == [0, 0, 30]
    bench.learn(7, 2, reset=30)
    assert [bench.wait() for _ in range(3)] == [0, 0, 30]


def test_an_answer_corrects_what_is_believed() -> None:
    """Others use the bucket too: less than believed counts, more does not; another size is another bucket."""
    bench = Bench()
    bench.learn(10, 5)
    bench.learn(10, 0)
    assert bench.wait() == pytest.approx(0.001)
    bench.learn(10, 9)
    assert bench.wait() == pytest.approx(1.0)
    bench.learn(7, 0, reset=20)
    assert bench.wait() == 20


def test_a_refusal_is_waited_for() -> None:
    """The next token is there when the refusal says so, and the one behind it later by its refill."""
    bench = Bench()
    bench.learn(10, 9)
    assert bench.refused("5") == 0
    assert [bench.wait(), bench.wait()] == [5, 1]
    unknown = Bench()
    unknown.learn(7, 5)
    assert unknown.refused("9") == 0
    assert unknown.wait() == 9


def test_a_refusal_of_no_known_bucket_is_waited_for_at_once() -> None:
    """As it asks, or longer with each one, with a little more so that many clients do not come back together."""
    bench = Bench()
    assert 5 <= bench.refused("5") <= 6
    assert 4 <= bench.refused(refusals=3) <= 4.8
    assert 16 <= bench.refused(refusals=5) <= 19.2
    assert 0.75 <= bench.refused("0", refusals=3) <= 0.9
    assert 60 <= bench.refused("1e9") <= 72
    assert 60 <= bench.refused(refusals=400) <= 72


def test_a_long_wait_is_reported_now_and_then() -> None:
    """A second is worth a line, and ten seconds lie between two."""
    bench = Bench()
    bench.learn(7, 0, reset=1)
    bench.wait()
    bench.learn(7, 0, reset=9)
    bench.wait()
    bench.learn(7, 0, reset=2)
    bench.wait()
    assert bench.slept == [1, 9, 2]
    assert bench.said == [
        "it: writes are at their rate limit, waiting 1 s; more such waits may follow",
        "it: writes are at their rate limit, waiting 2 s; more such waits may follow",
    ]
    short = Bench()
    short.learn(10, 0)
    short.now += 0.5
    assert (short.wait(), short.said) == (0.5, [])
    assert 60 <= short.limits.back_off("GET", "/objects/1", {"Retry-After": "99"}, 1) <= 72
    assert short.said[0].startswith("it: rate limit reached, waiting ")


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": "-7"}, 0),
        ({"Retry-After": "1e9"}, 60),
        ({"Retry-After": "inf"}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "Wed, 21 Oct 2026 07:00:20 GMT", "Date": HOUR}, 20),
        ({"Retry-After": "Wed, 21 Oct 2026 07:00:20 GMT"}, 25),
        ({"Retry-After": "7", "x-ratelimit-reset": f"{BEGAN + 30:.0f}", "Date": HOUR}, 7),
        ({"x-ratelimit-reset": f"{BEGAN + 30:.0f}", "Date": HOUR}, 30),
        ({"x-ratelimit-reset": f"{BEGAN + 30:.0f}", "Date": "today"}, 35),
        ({"x-ratelimit-reset": f"{BEGAN + 30:.0f}000", "Date": HOUR}, 30),
        ({"x-ratelimit-reset": f"{BEGAN - 30:.0f}", "Date": HOUR}, 0),
        ({"x-ratelimit-reset": "9" * 12, "Date": HOUR}, 0),
        ({"x-ratelimit-reset": "nan", "Date": HOUR}, None),
    ],
)
def test_the_wait_that_an_answer_asks_for(headers: dict[str, str], seconds: float | None) -> None:
    """Retry-After comes first, else the reset, by the server's clock where it says it; a minute at most."""
    assert seconds_until_reset(headers, BEGAN - 5) == seconds


def test_no_wait_for_a_token_is_longer_than_a_minute() -> None:
    """Whatever a bucket seems to be."""
    bench = Bench()
    bench.learn(10, 0)
    for _ in range(100):
        bench.limits._levels["writes"].take(bench.now)  # noqa: SLF001 - a hundred calls wait already
    assert bench.wait() == 60
    odd = Bench()
    odd.learn(7, -5)
    odd.learn(10, 99)
    assert [odd.wait() for _ in range(11)] == [0] * 10 + [1]
