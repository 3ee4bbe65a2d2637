"""Dates in texts as V8 reads them: ISO 8601 as ECMAScript has it, and else what browsers have always taken.

The older form takes words before the first number, numbers as day, month and year in the order that fits, a time with
`am` and `pm`, names of American zones, offsets, and anything in parentheses. Without a zone a time is in UTC here.
Source: V8's dateparser.h and dateparser-inl.h, whose cases these are.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from tenant_email_local.emulators.auth0.liquid.calendar import DAY, clipped, days_until
from tenant_email_local.emulators.auth0.liquid.characters import SPACES

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_ZONES: Final = {
    "z": 0, "ut": 0, "utc": 0, "gmt": 0,
    "est": -5, "edt": -4, "cst": -6, "cdt": -5, "mst": -7, "mdt": -6, "pst": -8, "pdt": -7,
}  # fmt: skip
_HALVES: Final = {"am": 0, "pm": 12}
_TOKEN: Final = re.compile(
    f"(?P<number>[0-9]+)|(?P<sign>[+-])|(?P<word>[^\\0-@{SPACES}]+)|(?P<space>[{SPACES}])|(?P<mark>[\\s\\S])"
)
_ISO: Final = re.compile(
    r"(?P<year>[0-9]{4}|\+[0-9]{6}|-(?!000000)[0-9]{6})"
    r"(?:-(?P<month>0[1-9]|1[0-2])(?:-(?P<day>0[1-9]|[12][0-9]|3[01]))?)?"
    f"(?P<time>[tT](?![^\\0-@{SPACES}]))?"
)
_ISO_TIME: Final = re.compile(
    r"(?P<hour>[01][0-9]|2[0-4]):(?P<minute>[0-5][0-9])(?::(?P<second>[0-5][0-9])(?:\.(?P<fraction>[0-9]+))?)?"
    r"(?P<zone>[zZ]|[+-](?:[01][0-9]|2[0-3]):?[0-5][0-9])?"
)
_DIGITS: Final = 9
_MINUTE: Final = 60
_HOURS: Final = 24


def milliseconds(text: str) -> int | None:
    """Returns the time that a text says, in milliseconds since 1970; None when it says none."""
    iso = _ISO.match(text)
    if iso and iso["time"]:
        time = _ISO_TIME.fullmatch(text, iso.end())
        return _of_iso(iso, time) if time else None
    if iso and iso.end() == len(text):
        return _of_iso(iso, None)
    return _Older().read(text)


def _of_iso(date: re.Match[str], time: re.Match[str] | None) -> int | None:
    days = days_until(int(date["year"]), int(date["month"] or 1), int(date["day"] or 1))
    if not time:
        return clipped(days * DAY)
    hour, minute, second = int(time["hour"]), int(time["minute"]), int(time["second"] or 0)
    fraction = _thousandths(time["fraction"] or "0")
    if hour == _HOURS and (minute or second or fraction):
        return None
    zone = time["zone"] or "Z"
    offset = 0 if zone in "zZ" else int(zone[0] + "1") * (int(zone[1:3]) * _MINUTE + int(zone[-2:]))
    return clipped(days * DAY + (((hour * _MINUTE + minute - offset) * _MINUTE) + second) * 1000 + fraction)


def _thousandths(digits: str) -> int:
    return int(digits[:_DIGITS][:3].ljust(3, "0"))


@dataclass
class _Token:
    """A piece of a date: a number, a word in small letters, or a mark."""

    kind: str
    text: str

    def is_mark(self, mark: str) -> bool:
        """Returns whether it is a certain mark."""
        return self.kind in {"mark", "sign"} and self.text == mark

    @property
    def number(self) -> int:
        """What a number says, of which nine digits count."""
        return int(self.text.lstrip("0")[:_DIGITS] or 0)


_END: Final = _Token("end", "")


@dataclass
class _Older:
    """What is known of a date while it is read in the older form."""

    tokens: list[_Token] = field(default_factory=list)
    at: int = 0
    days: list[int] = field(default_factory=list)
    month: int | None = None
    times: list[int] = field(default_factory=list)
    half: int | None = None
    sign: int | None = None
    zone_hour: int | None = None
    zone_minute: int | None = None
    has_number: bool = False

    def read(self, text: str) -> int | None:
        """Returns the time that a text says."""
        self.tokens = [
            _Token(str(match.lastgroup), match[0].lower()) for match in _TOKEN.finditer(text.partition("\0")[0])
        ]
        while (token := self._next()) is not _END:
            match token.kind:
                case "number":
                    is_read = self._number(token)
                case "word":
                    is_read = self._word(token.text)
                case "sign" if self.times or (self.zone_hour == 0 and self.zone_minute == 0):
                    is_read = self._offset(-1 if token.text == "-" else 1)
                case _:
                    is_read = self._mark(token)
            if not is_read:
                return None
        return self._result()

    @property
    def _peek(self) -> _Token:
        return self.tokens[self.at] if self.at < len(self.tokens) else _END

    def _next(self) -> _Token:
        token = self._peek
        self.at += 1
        return token

    def _skip(self, mark: str) -> bool:
        is_there = self._peek.is_mark(mark)
        self.at += is_there
        return is_there

    def _mark(self, token: _Token) -> bool:
        if token.is_mark("("):
            depth = 1
            while depth and self._peek is not _END:
                within = self._next().text
                depth += (within == "(") - (within == ")")
        return not (self.has_number and (token.kind == "sign" or token.is_mark(")")))

    def _number(self, token: _Token) -> bool:
        self.has_number = True
        number = token.number
        if self._skip(":"):
            return self._begin_time(number)
        if self._skip(".") and self._is_time(number):
            self._add_time(number)
            is_fraction = self._peek.kind == "number"
            self._end_time(_thousandths(self._next().text) if is_fraction else 0)
            return is_fraction
        if self.zone_hour is not None and self.zone_minute is None and number < _MINUTE:
            self.zone_minute = number
        elif self._is_time(number):
            self._end_time(number)
            after = self._peek
            return after is _END or after.kind in {"space", "sign"} or after.text == "z"
        else:
            self.days.append(number)
            self._skip("-")
        return len(self.days) <= 3  # noqa: PLR2004

    def _begin_time(self, number: int) -> bool:
        """Takes a number before a colon; before two it is an hour without minutes."""
        if self._skip(":"):
            is_first = not self.times
            self.times += [number, 0]
            return is_first
        is_time = self._add_time(number)
        self._skip(".")
        return is_time

    def _is_time(self, number: int) -> bool:
        """Returns whether a number can be the next part of a time that is begun."""
        return (len(self.times) in {1, 2} and number < _MINUTE) or (len(self.times) == 3 and number < 1000)  # noqa: PLR2004

    def _add_time(self, number: int) -> bool:
        if len(self.times) == 4:  # noqa: PLR2004
            return False
        self.times.append(number)
        return True

    def _end_time(self, number: int) -> None:
        self._add_time(number)
        self.times += [0] * (4 - len(self.times))

    def _word(self, word: str) -> bool:
        if word[:3] in _MONTHS:
            self.month = _MONTHS.index(word[:3]) + 1
            self._skip("-")
        elif word in _HALVES and self.times:
            self.half = _HALVES[word]
        elif word in _ZONES and self.has_number:
            self.sign = -1 if _ZONES[word] < 0 else 1
            self.zone_hour, self.zone_minute = abs(_ZONES[word]), 0
        else:
            return not self.has_number and self._peek.kind != "number"
        return True

    def _offset(self, sign: int) -> bool:
        self.sign = sign
        self.has_number = True
        digits = self._next() if self._peek.kind == "number" else _Token("number", "")
        number, length = digits.number, len(digits.text)
        if self._peek.is_mark(":"):
            self.zone_hour, self.zone_minute = number, None
        elif length in {1, 2}:
            self.zone_hour, self.zone_minute = number, 0
        elif length in {3, 4}:
            self.zone_hour, self.zone_minute = divmod(number, 100)
        else:
            return False
        return True

    def _result(self) -> int | None:
        days = self._date()
        time = self._time()
        if days is None or time is None:
            return None
        offset = (self.sign or 1) * ((self.zone_hour or 0) * _MINUTE + (self.zone_minute or 0))
        return clipped(days * DAY + time - offset * 60_000)

    def _date(self) -> int | None:
        if not self.days:
            return None
        first, second, third = [*self.days, 1, 1][:3]
        starts_with_day = 1 <= first <= 31  # noqa: PLR2004
        if self.month is None:
            year, month, day = (third, first, second) if starts_with_day else (first, second, third)
        else:
            month = self.month
            year, day = (second, first) if starts_with_day else (first, second)
        if 0 <= year <= 99:  # noqa: PLR2004
            year += 2000 if year < 50 else 1900  # noqa: PLR2004
        return days_until(year, month, day) if 1 <= month <= 12 and 1 <= day <= 31 else None  # noqa: PLR2004

    def _time(self) -> int | None:
        hour, minute, second, millisecond = [*self.times, 0, 0, 0, 0][:4]
        if self.half is not None:
            if hour > 12:  # noqa: PLR2004
                return None
            hour = hour % 12 + self.half
        is_time = hour < _HOURS and minute < _MINUTE and second < _MINUTE and millisecond < 1000  # noqa: PLR2004
        if not is_time and (hour, minute, second, millisecond) != (_HOURS, 0, 0, 0):
            return None
        return ((hour * _MINUTE + minute) * _MINUTE + second) * 1000 + millisecond
