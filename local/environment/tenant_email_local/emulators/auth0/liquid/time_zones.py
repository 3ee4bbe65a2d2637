"""Zones of time, as `date` takes them: minutes behind UTC, or a name of the zone database."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from tenant_email_local.emulators.auth0.liquid.calendar import Moment
from tenant_email_local.emulators.auth0.liquid.errors import LiquidError
from tenant_email_local.emulators.auth0.liquid.values import Value, is_nil, number_text, to_number

_DATETIME_YEARS = range(2, 9999)


@dataclass(frozen=True)
class Zone:
    """A zone at a time; one without a name is shown by its offset, which may be no number."""

    name: str
    minutes_behind: float

    @classmethod
    def of(cls, zone: Value, at: int) -> Zone:
        """Returns the zone that a filter is given; LiquidError for a name that nobody knows."""
        if is_nil(zone):
            return cls("UTC", 0)
        if not isinstance(zone, str):
            return cls("", to_number(zone))
        try:
            known = ZoneInfo(zone)
        except (KeyError, OSError, ValueError):
            raise LiquidError(f"Invalid time zone specified: {zone}") from None
        is_of_datetime = Moment.of(at).year in _DATETIME_YEARS
        moment = datetime.fromtimestamp(at / 1000 if is_of_datetime else 0, UTC).astimezone(known)
        offset = moment.utcoffset()
        return cls(zone, -offset.total_seconds() / 60 if offset else 0)

    def offset(self, between: str) -> str:
        """Returns the offset from UTC as it is written."""
        minutes = abs(self.minutes_behind)
        hour = number_text(float(minutes // 60)).rjust(2, "0")
        return (
            f"{'-' if self.minutes_behind > 0 else '+'}{hour}{between}{number_text(float(minutes % 60)).rjust(2, '0')}"
        )
