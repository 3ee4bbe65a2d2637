"""Reads dates as V8 does, which LiquidJS leaves them to: ISO 8601, and nearly anything else (V8's dateparser.h)."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Final

from tenant_email.checks.liquid.javascript import WHITESPACE

_ISO: Final = re.compile(
    r"([+-]\d{6}|\d{4})(?:-(\d\d)(?:-(\d\d))?)?"
    r"(?:T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(?:(Z)|([+-])(\d\d):(\d\d))?)?",
    re.ASCII | re.IGNORECASE,
)
# to V8 whatever comes behind "A" is a letter, but for whitespace
_TOKEN: Final = re.compile(rf"(\d+)|([^\0-@{WHITESPACE}]+)|(\()|([\s\S])", re.ASCII)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES: Final = {
    **dict.fromkeys(("utc", "ut", "z", "gmt"), 0),
    **dict.fromkeys(("est", "cdt"), -5),
    **dict.fromkeys(("cst", "mdt"), -6),
    **dict.fromkeys(("mst", "pdt"), -7),
    "edt": -4,
    "pst": -8,
}
_NOON: Final = 12
_LAST_DAY: Final = 31
_MOST_PARTS: Final = 4
_MINUTE: Final = 60
_DIGITS_OF_HOUR: Final = 2


def days_of(year: int, month: int, day: int) -> int:
    """Returns the days from 1970 to a date, which may lie outside of its month."""
    year -= month <= 2  # noqa: PLR2004 - the year begins in March
    era, of_era = divmod(year, 400)
    of_year = (153 * (month + (-3 if month > 2 else 9)) + 2) // 5 + day - 1  # noqa: PLR2004
    return era * 146_097 + of_era * 365 + of_era // 4 - of_era // 100 + of_year - 719_468


def read_date(text: str) -> float:
    """Returns milliseconds since 1970 in UTC; NaN for what is no date."""
    found = _ISO.fullmatch(text.strip(" "))
    if found:
        return _of_iso(found)
    legacy = _Legacy()
    return legacy.milliseconds() if legacy.read(text) else math.nan


def _of_iso(found: re.Match[str]) -> float:
    year, month, day, hour, minute, second, fraction, _, sign, ahead, minutes = found.groups()
    given = zip((month, day, hour, minute, second), (1, 1, 0, 0, 0), strict=True)
    m, d, h, n, s = (int(part or start) for part, start in given)
    whole_day = h == 24 and not n and not s and not int(fraction or 0)  # noqa: PLR2004
    in_month = 1 <= m <= _NOON and 1 <= d <= _LAST_DAY
    if not in_month or n >= _MINUTE or s >= _MINUTE or (h >= 24 and not whole_day) or year == "-000000":  # noqa: PLR2004
        return math.nan
    behind = (int(ahead) * 60 + int(minutes)) * (-1 if sign == "-" else 1) if ahead else 0
    thousandths = int(f"{fraction or 0:0<3}"[:3])
    return _sum(days_of(int(year), m, d), h, n - behind, s, thousandths)


def _is_number(token: str) -> bool:
    return token.isascii() and token.isdigit()  # Python takes more signs for digits, and not all of them for numbers


def _sum(days: int, hour: int, minute: int, second: int, thousandths: int) -> float:
    return float(days * 86_400_000 + hour * 3_600_000 + minute * 60_000 + second * 1000 + thousandths)


@dataclass(slots=True)
class _Legacy:
    """What was read of a date in words: parts of the day, of the clock, and the zone."""

    day: list[int] = field(default_factory=list[int])
    month: int = 0
    clock: list[int] = field(default_factory=list[int])
    closed: bool = False  # the clock is read
    afternoon: int | None = None
    sign: int | None = None
    ahead: tuple[int, int] = (0, 0)
    half: bool = False  # the minutes of the zone are yet to come

    def read(self, text: str) -> bool:
        """Returns whether a text is a date."""
        tokens, at = list(_TOKEN.finditer(text)), 0
        seen = False
        while at < len(tokens):
            number, word, parenthesis, symbol = tokens[at].groups()
            after = tokens[at + 1][0] if at + 1 < len(tokens) else ""
            if number:
                seen = True
                then = tokens[at + 2][0] if at + 2 < len(tokens) else ""
                step = self._number(int(number[:9]), len(number), after, then)
                if not step:
                    return False
                at += step
            elif word:
                if not self._word(word.lower(), seen=seen, before_number=_is_number(after)):
                    return False
                at += 1 + (word[:3].lower() in _MONTHS and after == "-")
            elif parenthesis:
                at = _behind_parentheses(tokens, at)
            else:
                if symbol in "+-" and (self.sign is not None or self.clock):
                    digits = after if _is_number(after) else ""
                    self._zone(1 if symbol == "+" else -1, digits, tokens[at + 2][0] if at + 2 < len(tokens) else "")
                    at += 1 + bool(digits)
                    seen = True
                    continue
                if symbol in "+-)" and seen:
                    return False
                at += 1
        return bool(self.day)

    def _number(self, number: int, length: int, after: str, then: str) -> int:
        """Takes a number; returns how many tokens that were, 0 where it is out of place."""
        if self.half:
            self.ahead, self.half = (self.ahead[0], number), False
            return 1
        if after == ":" and not self.closed and len(self.clock) < 3:  # noqa: PLR2004
            self.clock.append(number)
            return 2
        if self.clock and not self.closed:
            self.clock.append(number)
            self.closed = True
            if after == "." and _is_number(then):
                self.clock = [*self.clock, *[0] * (3 - len(self.clock)), int(f"{then:0<3}"[:3])]
                return 3
            return 1 if not after or after.isspace() or after in "+-" or after.lower() == "z" else 0
        if len(self.day) == _MOST_PARTS - 1:
            return 0
        self.day.append(number)
        return 1 + (after == "-")

    def _word(self, word: str, *, seen: bool, before_number: bool) -> bool:
        if word[:3] in _MONTHS:
            self.month = _MONTHS.index(word[:3]) + 1
        elif word in {"am", "pm"} and self.clock:
            self.afternoon = _NOON if word == "pm" else 0
        elif word in _ZONES and seen:
            self.sign, self.ahead = (-1 if _ZONES[word] < 0 else 1), (abs(_ZONES[word]), 0)
        elif seen or before_number:
            return False
        return True

    def _zone(self, sign: int, digits: str, then: str) -> None:
        number = int(digits[:9] or 0)
        self.sign = sign
        if len(digits) <= _DIGITS_OF_HOUR:
            self.ahead, self.half = (number, 0), then == ":"
        else:
            self.ahead = divmod(number, 100)

    def milliseconds(self) -> float:
        """Returns the time; NaN where a part is out of bounds."""
        date = self._date()
        hour, minute, second, thousandths = [*self.clock, 0, 0, 0, 0][:4]
        if self.afternoon is not None:
            if not 1 <= hour <= _NOON:
                return math.nan
            hour = hour % _NOON + self.afternoon
        late = hour > 24 or (hour == 24 and (minute or second or thousandths))  # noqa: PLR2004
        if date is None or late or minute >= _MINUTE or second >= _MINUTE:
            return math.nan
        behind = (self.ahead[0] * 60 + self.ahead[1]) * (self.sign or 0)
        return _sum(days_of(*date), hour, minute - behind, second, thousandths)

    def _date(self) -> tuple[int, int, int] | None:
        one, two, three = [*self.day, 1, 1, 1][:3]
        day_first = 1 <= one <= _LAST_DAY
        if not self.month:
            year, month, day = (three, one, two) if day_first else (one, two, three)
        else:
            month = self.month
            day, year = (one, two) if day_first else (two, one)
        year += 2000 if year < 50 else 1900 if year < 100 else 0  # noqa: PLR2004
        return (year, month, day) if 1 <= month <= _NOON and 1 <= day <= _LAST_DAY else None


def _behind_parentheses(tokens: list[re.Match[str]], at: int) -> int:
    depth = 0
    while at < len(tokens):
        depth += (tokens[at][0] == "(") - (tokens[at][0] == ")")
        at += 1
        if not depth:
            break
    return at
