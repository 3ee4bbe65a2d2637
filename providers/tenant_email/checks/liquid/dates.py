"""LiquidJS's filter `date`, at a tenant whose clock is UTC and whose language is English."""

from __future__ import annotations

import math
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from tenant_email.checks.liquid import javascript as js
from tenant_email.checks.liquid.date_text import days_of, read_date

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_USUAL: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_DIRECTIVE: Final = re.compile(r"%([-_0^#:]+)?(\d+)?([EO])?(.)", re.ASCII)
_DIGITS: Final = re.compile("[0-9]+")
_DAY: Final = 86_400_000
_LAST: Final = 8.64e15  # milliseconds, either way
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November"),
    "December",
)
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"}
_TEENS: Final = (11, 12, 13)
_WIDTHS: Final = {
    **dict.fromkeys("CdeHIklmMSUWy", 2),
    **dict.fromkeys("jL", 3),
    "Y": 4,
}
_PADDED_WITH_SPACES: Final = frozenset("aAbBceklpP")


@dataclass(frozen=True, slots=True)
class _Moment:
    """A time as it is shown: `instant` is the time itself, `offset` minutes that the zone is behind UTC."""

    instant: float
    offset: float
    zone: str

    @property
    def _shown(self) -> int:
        return math.floor(self.instant - self.offset * 60_000)

    @property
    def days(self) -> int:
        """Days since 1970."""
        return self._shown // _DAY

    @property
    def in_day(self) -> int:
        """Milliseconds since midnight."""
        return self._shown % _DAY

    @property
    def date(self) -> tuple[int, int, int]:
        """Year, month and day."""
        return _date_of(self.days)

    @property
    def hour(self) -> int:
        """The hour, from 0."""
        return self.in_day // 3_600_000

    @property
    def weekday(self) -> int:
        """The day of the week, from Sunday, 0."""
        return (self.days + 4) % 7

    @property
    def day_of_year(self) -> int:
        """The day of the year, from 1."""
        return self.days - days_of(self.date[0], 1, 1) + 1


def date(value: js.Value, arguments: list[js.Value]) -> js.Value:
    """Returns a date in a format; what is no date comes back as it is."""
    moment = _moment(value, arguments[1] if len(arguments) > 1 else js.UNDEFINED)
    if moment is None:
        return value
    form = js.plain(arguments[0]) if arguments else js.UNDEFINED
    text = _USUAL if js.is_nil(form) else js.text_of(form)
    return _DIRECTIVE.sub(lambda found: _shown(moment, found), text)


def _moment(value: js.Value, zone: js.Value) -> _Moment | None:
    value = js.plain(value)
    instant = math.nan
    if isinstance(value, str) and value in {"now", "today"}:
        instant = time.time() * 1000
    elif js.is_number(value):
        instant = js.number_of(value) * 1000
    elif isinstance(value, bool):
        instant = float(value)
    elif isinstance(value, str):
        instant = float(value) * 1000 if _DIGITS.fullmatch(value) else read_date(value)
    elif js.is_list(value):
        instant = read_date(js.string_of(value))
    if not abs(instant) <= _LAST:
        return None
    instant = float(math.trunc(instant))
    if js.is_nil(zone):
        return _Moment(instant, 0, "UTC")
    if not isinstance(zone, str):
        offset = js.number_of(zone)
        return _Moment(instant, offset, "") if abs(instant - offset * 60_000) <= _LAST else None
    return _Moment(instant, _offset(zone, instant), zone)


def _offset(zone: str, instant: float) -> float:
    from datetime import UTC, datetime, timedelta  # noqa: PLC0415 - few mails name a zone
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError  # noqa: PLC0415

    try:
        moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(milliseconds=instant)
        behind = moment.astimezone(ZoneInfo(zone)).utcoffset() or timedelta()
    except (ZoneInfoNotFoundError, ValueError, OverflowError, OSError):
        raise js.Unrenderable(f"date: {zone[:40]!r} is no time zone") from None
    return -behind.total_seconds() / 60


def _date_of(days: int) -> tuple[int, int, int]:
    """Returns year, month and day of the days since 1970 (Howard Hinnant's civil_from_days)."""
    days += 719_468
    era, of_era = divmod(days, 146_097)
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    month = month + 3 if month < 10 else month - 9  # noqa: PLR2004 - the year begins in March
    return year + era * 400 + (month <= 2), month, day  # noqa: PLR2004


def _shown(moment: _Moment, found: re.Match[str]) -> str:
    flags, width, _, letter = found.groups()
    flags = flags or ""
    make = _MAKERS.get(letter)
    if make is None:
        return found[0]
    text = make(moment, flags, width or "")
    if "^" in flags:
        text = text.upper()
    elif "#" in flags:
        text = text.upper() if any("a" <= each <= "z" for each in text) else text.lower()
    fill = "0" if letter not in _PADDED_WITH_SPACES else " "
    fill = " " if "_" in flags else "0" if "0" in flags else fill
    least = 0 if "-" in flags else int(width or 0) or _WIDTHS.get(letter, 0)
    if least > js.LONGEST:
        raise js.Unrenderable(f"date: a width of {least}")
    if fill == "0" and text.startswith("-"):
        return "-" + text[1:].rjust(least - 1, fill)
    return text.rjust(least, fill)


def _of_week(moment: _Moment, first: int) -> str:
    since = (moment.weekday - first) % 7
    return str((moment.day_of_year - 1 - since + 7) // 7)


def _distance(moment: _Moment, flags: str) -> str:
    hours, minutes = divmod(abs(moment.offset), 60)
    colon = ":" if ":" in flags else ""
    return f"{'-' if moment.offset > 0 else '+'}{int(hours):02}{colon}{js.string_of(minutes):0>2}"


def _ordinal(day: int) -> str:
    return "th" if day in _TEENS else _ORDINALS.get(day % 10, "th")


def _clock(moment: _Moment) -> str:
    minutes, seconds = moment.in_day // 60_000 % 60, moment.in_day // 1000 % 60
    return f"{moment.hour % 12 or 12}:{minutes:02}:{seconds:02} {'AM' if moment.hour < 12 else 'PM'}"  # noqa: PLR2004


def _day(moment: _Moment) -> str:
    year, month, day = moment.date
    return f"{month}/{day}/{year}"


def _milliseconds(moment: _Moment, width: str) -> str:
    least = int(width or 0) or 9
    if least > js.LONGEST:
        raise js.Unrenderable(f"date: a width of {least}")
    return f"{moment.in_day % 1000:03}"[:least].ljust(least, "0")


_MAKERS: Final[Mapping[str, Callable[[_Moment, str, str], str]]] = {
    "a": lambda at, _, __: _DAYS[at.weekday][:3],
    "A": lambda at, _, __: _DAYS[at.weekday],
    "b": lambda at, _, __: _MONTHS[at.date[1] - 1][:3],
    "B": lambda at, _, __: _MONTHS[at.date[1] - 1],
    "h": lambda at, _, __: _MONTHS[at.date[1] - 1][:3],
    "c": lambda at, _, __: f"{_day(at)}, {_clock(at)}",
    "C": lambda at, _, __: str(at.date[0] // 100),
    "d": lambda at, _, __: str(at.date[2]),
    "e": lambda at, _, __: str(at.date[2]),
    "H": lambda at, _, __: str(at.hour),
    "I": lambda at, _, __: str(at.hour % 12 or 12),
    "j": lambda at, _, __: str(at.day_of_year),
    "k": lambda at, _, __: str(at.hour),
    "l": lambda at, _, __: str(at.hour % 12 or 12),
    "L": lambda at, _, __: str(at.in_day % 1000),
    "m": lambda at, _, __: str(at.date[1]),
    "M": lambda at, _, __: str(at.in_day // 60_000 % 60),
    "N": lambda at, _, width: _milliseconds(at, width),
    "p": lambda at, _, __: "AM" if at.hour < 12 else "PM",  # noqa: PLR2004
    "P": lambda at, _, __: "am" if at.hour < 12 else "pm",  # noqa: PLR2004
    "q": lambda at, _, __: _ordinal(at.date[2]),
    "s": lambda at, _, __: str(math.floor(at.instant / 1000)),
    "S": lambda at, _, __: str(at.in_day // 1000 % 60),
    "u": lambda at, _, __: str(at.weekday or 7),
    "U": lambda at, _, __: _of_week(at, 0),
    "w": lambda at, _, __: str(at.weekday),
    "W": lambda at, _, __: _of_week(at, 1),
    "x": lambda at, _, __: _day(at),
    "X": lambda at, _, __: _clock(at),
    "y": lambda at, _, __: str(at.date[0] % 100),
    "Y": lambda at, _, __: str(at.date[0]),
    "z": lambda at, flags, _: _distance(at, flags),
    "Z": lambda at, flags, _: at.zone or _distance(at, flags),
    "t": lambda _, __, ___: "\t",
    "n": lambda _, __, ___: "\n",
    "%": lambda _, __, ___: "%",
}
