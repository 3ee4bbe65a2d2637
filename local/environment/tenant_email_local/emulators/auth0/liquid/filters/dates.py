"""Filters for dates, in English and UTC, with the formats that LiquidJS knows; what it does not know stays as it is."""

from __future__ import annotations

import re
import time
from functools import partial
from typing import TYPE_CHECKING, Final

from tenant_email_local.emulators.auth0.liquid import characters
from tenant_email_local.emulators.auth0.liquid.calendar import Moment, clipped
from tenant_email_local.emulators.auth0.liquid.date_reading import milliseconds
from tenant_email_local.emulators.auth0.liquid.time_zones import Zone
from tenant_email_local.emulators.auth0.liquid.values import UNDEFINED, Value, is_nil, plain, shown, to_text

if TYPE_CHECKING:
    from collections.abc import Callable

    from tenant_email_local.emulators.auth0.liquid.context import Context

_DEFAULT_FORMAT: Final = "%A, %B %-e, %Y at %-l:%M %P %z"
_CONVERSION: Final = re.compile("%([-_0^#:]+)?([0-9]+)?[EO]?([^\n\r\u2028\u2029])")
_MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
_DAYS: Final = ("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
_WIDTHS: Final = {"L": 3, "j": 3, "Y": 4} | dict.fromkeys("CdeHIklmMSUWy", 2)
_PADDED_WITH_SPACES: Final = frozenset("aAbBceklpP")
_ORDINALS: Final = {1: "st", 2: "nd", 3: "rd"} | dict.fromkeys((11, 12, 13), "th")
_NOON: Final = 12


class _Shown:
    """A time as it is shown in a zone."""

    def __init__(self, at: int, zone: Zone) -> None:
        self.at = at
        self.zone = zone
        self.parts = Moment.of(at - int(zone.minutes_behind * 60_000))

    @property
    def hour12(self) -> int:
        """1 to 12."""
        return self.parts.hour % _NOON or _NOON

    @property
    def ordinal(self) -> str:
        """What follows the day's number."""
        return _ORDINALS.get(self.parts.day) or _ORDINALS.get(self.parts.day % 10, "th")

    @property
    def date(self) -> str:
        """The date as an American writes it."""
        return f"{self.parts.month}/{self.parts.day}/{self.parts.year}"

    @property
    def clock(self) -> str:
        """The time as an American writes it."""
        half = "AM" if self.parts.hour < _NOON else "PM"
        return f"{self.hour12}:{self.parts.minute:02}:{self.parts.second:02} {half}"

    def week(self, first_day: int) -> int:
        """Returns the week of the year; days before the first of its kind are in week 0."""
        return (self.parts.year_day - 1 - (self.parts.week_day - first_day) % 7 + 7) // 7


_CONVERSIONS: Final[dict[str, Callable[[_Shown], object]]] = {
    "a": lambda shown_: _DAYS[shown_.parts.week_day][:3],
    "A": lambda shown_: _DAYS[shown_.parts.week_day],
    "b": lambda shown_: _MONTHS[shown_.parts.month - 1][:3],
    "B": lambda shown_: _MONTHS[shown_.parts.month - 1],
    "c": lambda shown_: f"{shown_.date}, {shown_.clock}",
    "C": lambda shown_: shown_.parts.year // 100,
    "d": lambda shown_: shown_.parts.day,
    "e": lambda shown_: shown_.parts.day,
    "h": lambda shown_: _MONTHS[shown_.parts.month - 1][:3],
    "H": lambda shown_: shown_.parts.hour,
    "I": lambda shown_: shown_.hour12,
    "j": lambda shown_: shown_.parts.year_day,
    "k": lambda shown_: shown_.parts.hour,
    "l": lambda shown_: shown_.hour12,
    "L": lambda shown_: shown_.parts.millisecond,
    "m": lambda shown_: shown_.parts.month,
    "M": lambda shown_: shown_.parts.minute,
    "p": lambda shown_: "AM" if shown_.parts.hour < _NOON else "PM",
    "P": lambda shown_: "am" if shown_.parts.hour < _NOON else "pm",
    "q": lambda shown_: shown_.ordinal,
    "s": lambda shown_: shown_.at // 1000,
    "S": lambda shown_: shown_.parts.second,
    "u": lambda shown_: shown_.parts.week_day or 7,
    "U": lambda shown_: shown_.week(0),
    "w": lambda shown_: shown_.parts.week_day,
    "W": lambda shown_: shown_.week(1),
    "x": lambda shown_: shown_.date,
    "X": lambda shown_: shown_.clock,
    "y": lambda shown_: shown_.parts.year % 100,
    "Y": lambda shown_: shown_.parts.year,
    "t": lambda _: "\t",
    "n": lambda _: "\n",
    "%": lambda _: "%",
}


def _converted(context: Context, moment: _Shown, match: re.Match[str]) -> str:
    flags, width, name = match[1] or "", int((match[2] or "0")[:9]), match[3]
    context.spend(width)
    offset = moment.zone.offset(":" if ":" in flags else "")
    if name == "N":
        text = f"{moment.parts.millisecond:03}"[: width or 9].ljust(width or 9, "0")
    elif name == "z":
        text = offset
    elif name == "Z":
        text = moment.zone.name or offset
    elif name in _CONVERSIONS:
        text = str(_CONVERSIONS[name](moment))
    else:
        return match[0]
    if "^" in flags:
        text = text.upper()
    elif "#" in flags:
        text = text.upper() if re.search("[a-z]", text) else characters.lower(text)
    pad = " " if name in _PADDED_WITH_SPACES else "0"
    pad = " " if "_" in flags else "0" if "0" in flags else pad
    width = 0 if "-" in flags else width or _WIDTHS.get(name, 0)
    if pad == "0" and text.startswith("-"):
        return "-" + text[1:].rjust(width - 1, pad)
    return text.rjust(width, pad)


def _formatted(context: Context, moment: _Shown, form: str) -> str:
    return _CONVERSION.sub(partial(_converted, context, moment), form)


def _read(value: Value, zone: Value = UNDEFINED) -> _Shown | None:
    """Returns the time that a value says: seconds, a text, or `now`; None when it says none."""
    value = plain(value)
    if is_nil(value):
        return None
    if isinstance(value, str) and value in {"now", "today"}:
        at = clipped(time.time() * 1000)
    elif isinstance(value, float) or (isinstance(value, str) and re.fullmatch("[0-9]+", value)):
        at = clipped(float(value) * 1000)
    else:
        at = int(value) if isinstance(value, bool) else milliseconds(to_text(value))
    if at is None:
        return None
    place = Zone.of(zone, at)
    return None if clipped(at - place.minutes_behind * 60_000) is None else _Shown(at, place)


def _date(context: Context, value: Value, form: Value = UNDEFINED, zone: Value = UNDEFINED) -> Value:
    moment = _read(value, zone)
    form = plain(form)
    return _formatted(context, moment, _DEFAULT_FORMAT if is_nil(form) else shown(form)) if moment else value


def _fixed(form: str) -> Callable[..., Value]:
    def fixed(context: Context, value: Value) -> Value:
        moment = _read(value)
        return _formatted(context, moment, form) if moment else value

    return fixed


def _worded(month: str) -> Callable[..., Value]:
    def worded(context: Context, value: Value, kind: Value = UNDEFINED, style: Value = UNDEFINED) -> Value:
        moment = _read(value)
        if moment is None:
            return value
        if kind != "ordinal":
            return _formatted(context, moment, f"%d {month} %Y")
        day = f"{moment.parts.day}{moment.ordinal}"
        return _formatted(context, moment, f"{month} {day}, %Y" if style == "US" else f"{day} {month} %Y")

    return worded


OF_ONE: Final[dict[str, Callable[[Value], Value]]] = {}
PLAIN: Final[dict[str, Callable[..., Value]]] = {}
NEEDING_CONTEXT: Final[dict[str, Callable[..., Value]]] = {
    "date": _date,
    "date_to_xmlschema": _fixed("%Y-%m-%dT%H:%M:%S%:z"),
    "date_to_rfc822": _fixed("%a, %d %b %Y %H:%M:%S %z"),
    "date_to_string": _worded("%b"),
    "date_to_long_string": _worded("%B"),
}
