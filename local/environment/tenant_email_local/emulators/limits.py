"""Token buckets, as the platforms describe their rate limits."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from tenant_email_local.emulators.server import Clock

_ROUNDING: Final = 1e-6  # who waits until exactly the reset must get the token


@dataclass(frozen=True)
class Rate:
    """A burst size and the refill per minute."""

    burst: int
    per_minute: int


class RequestBucket:
    """A bucket that gives out tokens at a rate; the clock is injected, so that tests need not wait."""

    def __init__(self, rate: Rate, clock: Clock) -> None:
        self.rate = rate
        self._clock = clock
        self._tokens = float(rate.burst)
        self._seen = clock()

    def take(self) -> bool:
        """Takes a token if there is one."""
        self._refill()
        if self._tokens < 1 - _ROUNDING:
            return False
        self._tokens -= 1
        return True

    @property
    def used(self) -> int:
        """How many tokens of a full bucket are gone."""
        self._refill()
        return self.rate.burst - int(self._tokens + _ROUNDING)

    def headers(self) -> dict[str, str]:
        """Returns the x-ratelimit headers; reset is the UNIX second when the next token is there."""
        self._refill()
        full = self._tokens >= self.rate.burst
        missing = 0.0 if full else 1 - (self._tokens + _ROUNDING) % 1
        return {
            "x-ratelimit-limit": str(self.rate.burst),
            "x-ratelimit-remaining": str(int(self._tokens + _ROUNDING)),
            "x-ratelimit-reset": str(math.ceil(self._seen + missing * 60 / self.rate.per_minute)),
        }

    def _refill(self) -> None:
        """Adds what the time since the last look is worth."""
        now = self._clock()
        earned = (now - self._seen) * self.rate.per_minute / 60
        self._tokens = min(float(self.rate.burst), self._tokens + max(0.0, earned))
        self._seen = now
