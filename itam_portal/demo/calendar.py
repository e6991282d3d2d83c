"""Moments before today as PostgreSQL reads them, without the price of a datetime for each."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from zoneinfo import ZoneInfo

DAY = 86_400
# As COPY writes accounts.models.NEVER and FOREVER; all of these texts sort as their moments do.
NEVER = "1970-01-01 00:00:00+00"
FOREVER = "9999-01-01 00:00:00+00"
_SPAN = 8_000
_CLOCK = tuple(f"{minute // 60:02}:{minute % 60:02}" for minute in range(1440))


class Calendar:
    """The days before one today, which begins at midnight UTC."""

    def __init__(self, today: date) -> None:
        self.today = today
        first = today - timedelta(days=_SPAN)
        self._dates = tuple(str(first + timedelta(days=number)) for number in range(_SPAN + 1))
        self.now = self.moment(0)
        # A few hundred days for each time zone, wanted again and again.
        self.end_of_day: Callable[[int, str], tuple[str, str]] = cache(self._end_of_day)

    def moment(self, ago: int) -> str:
        """So many seconds before today began; at most 8,000 days."""
        day, second = divmod(_SPAN * DAY - ago, DAY)
        minute, second = divmod(second, 60)
        return f"{self._dates[day]} {_CLOCK[minute]}:{second:02}+00"

    def _end_of_day(self, days: int, time_zone: str) -> tuple[str, str]:
        """The date so many days after today, and the moment at which it ends in the time zone."""
        day = self.today + timedelta(days=days)
        end = datetime.combine(day + timedelta(days=1), time(), ZoneInfo(time_zone))
        return str(day), end.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S+00")
