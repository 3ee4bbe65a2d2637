"""Keeps the calls to one tenant within its rate limits: one object for all threads.

No wait is longer than LONGEST_WAIT, and the client ends a request after WAITS_IN_ALL, whatever a header says.

A platform declares its buckets as data; how large they are is learned from the answers, because that depends on the
plan. Until the first answer only one call is under way in a bucket: calls that left together with it would take tokens
that the answer still counts as there. A tenant that did what it was asked and said nothing of a limit will say nothing
in its other buckets either, so that none of them begins with one call alone. Where the documented refill of a bucket of
that size is known, a call is sent just when its token is there: the reset header by itself has whole seconds, which
would cost up to a second a call.
"""

from __future__ import annotations

import math
import random
import threading
from collections import Counter
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Final

from tenant_email.net.clocks import moment_of
from tenant_email.throttle import Throttle, TokenBucket

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tenant_email.timing import Timing

LONGEST_WAIT: Final = 60.0  # seconds, of one wait
WAITS_IN_ALL: Final = 300.0  # seconds, of all waits of one request
_SHORTEST_WAIT: Final = 0.25  # seconds, grows with each refusal: a reset may lie in the past already
_MILLISECONDS: Final = 1e11  # a time since 1970 beyond this is not in seconds: that would be the year 5138
_MOST: Final = 1_000_000  # tokens of a bucket
_ALMOST_ONE: Final = 0.999  # `remaining` is rounded down


@dataclass(frozen=True, slots=True)
class Bucket:
    """One token bucket: whose calls take from it, and how it refills a minute, by its size, as documented."""

    name: str
    methods: tuple[str, ...]
    path: str
    refill: Mapping[int, float] = field(default_factory=dict[int, float])

    def holds(self, method: str, path: str) -> bool:
        """Returns whether a call takes a token from this bucket; `path` may have wildcards."""
        return method in self.methods and fnmatchcase(path, self.path)


class RateLimits:
    """A limiter: it waits for a token before a call, and learns from every answer."""

    def __init__(
        self, who: str, buckets: tuple[Bucket, ...], *, announce: Callable[[str], None], timing: Timing
    ) -> None:
        # A machine's time may be set while it runs: only headers are held against it.
        self._buckets, self._clock, self._now = buckets, timing.clock, timing.now
        self._throttle = Throttle(
            who,
            sleep=timing.sleep,
            now=timing.now,
            announce=announce,
            longest=LONGEST_WAIT,
            note="; more such waits may follow",
        )
        self._levels: dict[str, TokenBucket] = {}
        self._answered = threading.Condition(self._throttle.lock)
        self._first: dict[str, int] = {}  # buckets with no answer yet, and the thread whose call is to bring it
        self._heard: set[str] = set()
        self._under_way = Counter[str]()

    def wait(self, method: str, path: str) -> float:
        """Waits for the token of a call, which `release` ends; returns the seconds that took."""
        bucket = self._bucket(method, path)
        if bucket is None:
            return 0.0
        began = self._now()
        with self._answered:
            self._answered.wait_for(lambda: bucket.name not in self._first, LONGEST_WAIT)
            if bucket.name not in self._heard:
                self._first.setdefault(bucket.name, threading.get_ident())
            self._under_way[bucket.name] += 1
            level = self._levels.get(bucket.name)
        return self._now() - began + self._throttle.wait(level, f"{bucket.name} are at their rate limit")

    def release(self, method: str, path: str) -> None:
        """Ends a call, whether or not it was answered: those that waited for it to be the first answer go on."""
        bucket = self._bucket(method, path)
        if bucket is None:
            return
        with self._answered:
            self._under_way[bucket.name] -= 1
            if self._first.get(bucket.name) == threading.get_ident():
                del self._first[bucket.name]
                self._answered.notify_all()

    def learn(self, method: str, path: str, headers: Mapping[str, str], *, succeeded: bool = True) -> None:
        """Takes note of what an answer says of its bucket; one that did not succeed may be a proxy's."""
        bucket = self._bucket(method, path)
        if bucket is None:
            return
        size, left = _count(headers.get("x-ratelimit-limit", "")), _count(headers.get("x-ratelimit-remaining", ""))
        wait = seconds_until_reset(headers, self._clock())
        if size is None or left is None or wait is None:
            heard = self._buckets if succeeded and not self._levels else (bucket,)
            with self._throttle.lock:
                self._heard.update(each.name for each in heard)
            return
        with self._throttle.lock:
            self._heard.add(bucket.name)
            now, level = self._now(), self._levels.get(bucket.name)
            if level is None or level.size != size or (level.per_second is None and level.reset <= now):
                # A size that is not documented has no refill that we know: then only the reset header says when there
                # are tokens again, we wait for that, and only an answer after it may say that there are more. Whether
                # the answer counts the other calls under way is not known: their tokens are taken off.
                refill = bucket.refill.get(size)
                per_second = refill / 60 if refill else None
                tokens = float(min(left, size) - max(0, self._under_way[bucket.name] - 1))
                self._levels[bucket.name] = TokenBucket(tokens, size, per_second, now, now + wait)
            else:
                # Answers come out of order, and calls under way have taken theirs already: an answer may lower what
                # is believed (someone else uses this tenant too), never raise it.
                level.tokens = min(level.tokens, left + _ALMOST_ONE)

    def sizes(self) -> dict[str, int]:
        """Returns the size of each bucket that an answer told."""
        with self._throttle.lock:
            return {name: level.size for name, level in self._levels.items()}

    def back_off(self, method: str, path: str, headers: Mapping[str, str], refusals: int) -> float:
        """Waits as a refusal asks, longer with each one where it does not say; returns the seconds that took.

        Where the bucket is known nothing is waited here: it is left to `wait`, which knows what else is waiting.
        """
        asked = seconds_until_reset(headers, self._clock())
        asked = min(2.0 ** (refusals - 1), LONGEST_WAIT) if asked is None else asked
        seconds = min(max(asked, _SHORTEST_WAIT * refusals), LONGEST_WAIT)
        bucket = self._bucket(method, path)
        with self._throttle.lock:
            level, now = self._levels.get(bucket.name) if bucket else None, self._now()
            if level is not None:
                # The level is put so far below zero that the refill lets a call through just when the refusal says;
                # tokens that were promised to waiting calls before stay promised.
                level.reset, level.seen = now + seconds, now
                level.tokens = min(level.tokens, 1 - seconds * (level.per_second or 0.0)) if level.per_second else 0.0
                return 0.0
        seconds = spread(seconds)
        self.pause(seconds, "rate limit reached")
        return seconds

    def pause(self, seconds: float, why: str) -> None:
        """Waits, with a line of progress that says why."""
        self._throttle.pause(seconds, why)

    def _bucket(self, method: str, path: str) -> Bucket | None:
        return next((bucket for bucket in self._buckets if bucket.holds(method, path)), None)


def spread(seconds: float) -> float:
    """Returns a wait that an answer asks for, a little longer by chance.

    Nobody keeps a queue then: without chance all that were turned away together would come back together.
    """
    return seconds * random.uniform(1.0, 1.2)  # noqa: S311 - jitter


def seconds_until_reset(headers: Mapping[str, str], now: float) -> float | None:
    """Returns how long a refusal by a rate limit asks to wait, LONGEST_WAIT at most; None as for `retry_after`.

    x-ratelimit-reset, a time since 1970, counts where Retry-After says nothing.
    """
    asked = retry_after(headers, now)
    reset = _number(headers.get("x-ratelimit-reset", "")) if asked is None else None
    if reset is None:
        return asked
    return _seconds_until(reset / 1000 if reset > _MILLISECONDS else reset, headers, now)


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Returns how long any answer asks to wait, LONGEST_WAIT at most; None when it does not say, or says nonsense.

    Retry-After is a number of seconds or a date (RFC 9110 section 10.2.3); a date is held against the server's own
    clock, its Date, or else against `now`.
    """
    asked = headers.get("Retry-After", "")
    if (seconds := _number(asked)) is not None:
        return _within_bounds(seconds)
    moment = moment_of(asked)
    return None if moment is None else _seconds_until(moment, headers, now)


def _seconds_until(moment: float, headers: Mapping[str, str], now: float) -> float:
    return _within_bounds(moment - (moment_of(headers.get("Date", "")) or now))


def _within_bounds(seconds: float) -> float:
    return min(max(0.0, seconds), LONGEST_WAIT)


def _count(text: str) -> int | None:
    """Returns a number of tokens, from none to _MOST."""
    try:
        return min(max(0, int(text)), _MOST)
    except ValueError:
        return None


def _number(text: str) -> float | None:
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) else None
