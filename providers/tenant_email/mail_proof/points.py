"""One point of a proof: what was looked at in a mail, how it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["ok", "warning", "problem", "unknown"]


@dataclass(frozen=True, slots=True)
class Point:
    """A line of a proof; `check` is a name that stays, `what` quotes nothing of the mail's text or links."""

    level: Level
    check: str
    what: str
    remedy: str = ""
