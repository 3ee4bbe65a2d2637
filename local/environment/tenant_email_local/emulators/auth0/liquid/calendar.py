"""Days and times as JavaScript counts them: milliseconds since 1970, years without an end, in UTC."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

DAY: Final = 86_400_000
_LATEST: Final = 100_000_000 * DAY
_DAYS_OF_400_YEARS: Final = 146_097
_MARCH_OF_0: Final = 719_468
"""Days from 1 March of the year 0 to 1 January 1970."""


@dataclass(frozen=True)
class Moment:
    """A time's parts. Months are counted from 1, days of the week from Sunday, 0."""

    time: int
    year: int
    month: int
    day: int

    @classmethod
    def of(cls, time: int) -> Moment:
        """Returns the parts of a time in milliseconds (Howard Hinnant's civil_from_days)."""
        era, day_of_era = divmod(time // DAY + _MARCH_OF_0, _DAYS_OF_400_YEARS)
        leaps = day_of_era // 1460 - day_of_era // 36524 + day_of_era // 146096
        year_of_era = (day_of_era - leaps) // 365
        day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
        shifted = (5 * day_of_year + 2) // 153
        month = shifted + 3 if shifted < 10 else shifted - 9  # noqa: PLR2004
        year = year_of_era + era * 400 + (month <= 2)  # noqa: PLR2004
        return cls(time, year, month, day_of_year - (153 * shifted + 2) // 5 + 1)

    @property
    def hour(self) -> int:
        """0 to 23."""
        return self.time // 3_600_000 % 24

    @property
    def minute(self) -> int:
        """0 to 59."""
        return self.time // 60_000 % 60

    @property
    def second(self) -> int:
        """0 to 59."""
        return self.time // 1000 % 60

    @property
    def millisecond(self) -> int:
        """0 to 999."""
        return self.time % 1000

    @property
    def week_day(self) -> int:
        """0 for Sunday to 6."""
        return (self.time // DAY + 4) % 7

    @property
    def year_day(self) -> int:
        """1 to 366."""
        return self.time // DAY - days_until(self.year, 1, 1) + 1


def days_until(year: int, month: int, day: int) -> int:
    """Returns the days from 1970 to a date; a day behind the month's end is one of the next month."""
    shifted_year = year - (month <= 2)  # noqa: PLR2004
    era, year_of_era = divmod(shifted_year, 400)
    day_of_year = (153 * ((month + 9) % 12) + 2) // 5 + day - 1
    day_of_era = year_of_era * 365 + year_of_era // 4 - year_of_era // 100 + day_of_year
    return era * _DAYS_OF_400_YEARS + day_of_era - _MARCH_OF_0


def clipped(time: float) -> int | None:
    """Returns a time in whole milliseconds; None for what JavaScript has no date for."""
    return None if math.isnan(time) or abs(time) > _LATEST else math.trunc(time)
