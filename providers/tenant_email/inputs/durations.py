"""Durations as users write them, such as 90s, 10m or 1h."""

from __future__ import annotations

import re
from typing import Final

from tenant_email.errors import Problem
from tenant_email.inputs.unknowns import is_known

_DURATION: Final = re.compile(r"(\d{1,6})(s|m|h)")
TIME: Final = re.compile(rf"(?=\d*[1-9]){_DURATION.pattern}")
"""What is a duration, and not none."""
WRITE_A_TIME: Final = "Write it as 90s, 10m or 1h."
_SECONDS: Final = {"s": 1, "m": 60, "h": 3600}


def seconds(text: str) -> int | None:
    """Returns a duration such as 90s, 10m or 1h in seconds; None when it is not one."""
    match = _DURATION.fullmatch(text)
    return int(match[1]) * _SECONDS[match[2]] if match else None


def time_problems(path: str, text: str, *, zero: bool = False) -> list[Problem]:
    """Returns a problem for what is not a duration; `zero` takes no time for one, which means not to wait."""
    if not is_known(text) or seconds(text) or (zero and seconds(text) == 0):
        return []
    return [Problem(path, f"{text[:40]!r} is not a time", WRITE_A_TIME)]
