"""This machine's clock beside a server's, which is known by the date of its answers (RFC 9110 section 6.6.1)."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

AGREE: Final = 30.0  # seconds that a clock may be off before it is said


def moment_of(text: str) -> float | None:
    """Returns a date of a header, of HTTP or of a mail, as seconds since 1970; None for what is none."""
    try:
        told = parsedate_to_datetime(text)
        # one without a zone, or with "-0000", is of UTC (RFC 9110 section 5.6.7, RFC 5322 section 3.3)
        return (told if told.tzinfo else told.replace(tzinfo=UTC)).timestamp()
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def seconds_ahead(headers: Mapping[str, str], now: float) -> float | None:
    """Returns by how many seconds this machine's clock is ahead, fewer than none when behind; None without a date."""
    theirs = moment_of(headers.get("Date", ""))
    if theirs is None:
        return None
    ahead = now - theirs
    # A date is cut to whole seconds: the server's clock is up to one further.
    return ahead - min(max(ahead, 0.0), 1.0)


def difference(ahead: float) -> str:
    """Returns a sentence about a clock that is ahead by so many seconds, without its end."""
    return f"this machine's clock is {abs(ahead):.0f} s {'ahead' if ahead > 0 else 'behind'}"
