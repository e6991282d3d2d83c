"""Days as an address writes them: 2026-12-31, or relative to the day on which somebody asks.

    day     = date | "yesterday" | "tomorrow" | anchor [offset] | offset
    date    = 2026-12-31
    anchor  = "today" | period "-start" | period "-end"
    period  = "week" | "month" | "quarter" | "year"        a week begins on Monday, a quarter in January
    offset  = ("-" | "+") number unit
    unit    = "d" | "w" | "m" | "q" | "y"                  days, weeks, months, quarters, years

`-30d` is thirty days ago, `month-start` the first day of this month, `month-end-1m` the last day of last month. An
offset in days moves the day that the anchor names; any other moves the period, so that the last day of February minus
one month is the last day of January. In an address a plus sign is written %2B; a space, which is what a bare plus
becomes, is read as one.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

FIRST_YEAR, LAST_YEAR = 1971, 9000
_ANCHOR = r"(today)|(week|month|quarter|year)-(start|end)"
_OFFSET = r"([+ -])([0-9]{1,5})([dwmqy])"
_RELATIVE = re.compile(rf"(yesterday|tomorrow)|(?=.)(?:{_ANCHOR})?(?:{_OFFSET})?")
# The same for a box of a form.
PATTERN = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}|yesterday|tomorrow|today|"
    r"(today|(week|month|quarter|year)-(start|end))?[+\-][0-9]{1,5}[dwmqy]|(week|month|quarter|year)-(start|end)"
)
GRAMMAR = gettext_lazy(
    "Write it as 2026-12-31, today, yesterday or tomorrow, as a distance such as -30d, -12w, -6m, -1y or +7d, "
    "or as week-start, month-start, quarter-start, year-start or the same with -end, also with a distance: "
    "month-start-1m."
)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}
_MONTHS_OF_UNIT = {"m": 1, "q": 3, "y": 12}
_UNIT_OF = {"week": "w", "month": "m", "quarter": "q", "year": "y"}


@dataclass(frozen=True)
class RelativeDay:
    """A day that depends on today. Without a period it is counted from today itself."""

    number: int = 0
    unit: str = "d"
    period: str = ""
    is_end: bool = False

    @property
    def is_distance_back(self) -> bool:
        """Whether it is so long ago from today. Yesterday has a name of its own."""
        return not self.period and self.number < 0 and (self.number, self.unit) != (-1, "d")

    def on(self, today: date) -> date:
        """The day it means today. Raises OverflowError or ValueError where no calendar has it."""
        if self.unit == "d":
            return self._edge(today) + timedelta(days=self.number)
        if self.unit == "w":
            return self._edge(today + timedelta(weeks=self.number))
        start = _period_start(today, self.period) if self.period else today
        return self._edge(_months_later(start, self.number * _MONTHS_OF_UNIT[self.unit]))

    def _edge(self, day: date) -> date:
        if not self.period:
            return day
        start = _period_start(day, self.period)
        if not self.is_end:
            return start
        return (
            start + timedelta(days=6)
            if self.period == "week"
            else _months_later(start, _MONTHS[self.period]) - timedelta(days=1)
        )


def _period_start(day: date, period: str) -> date:
    if period == "week":
        return day - timedelta(days=day.weekday())
    months = _MONTHS[period]
    return day.replace(month=(day.month - 1) // months * months + 1, day=1)


def _months_later(day: date, months: int) -> date:
    """The same day of another month, or its last one where it is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def read(text: str) -> date | RelativeDay | None:
    """A day as an address writes it; None where it is none."""
    if re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        try:
            return date.fromisoformat(text)
        except ValueError:
            return None
    found = _RELATIVE.fullmatch(text)
    if not found:
        return None
    named, _today, period, edge, sign, number, unit = found.groups()
    if named:
        return RelativeDay(-1 if named == "yesterday" else 1)
    amount = int(number or 0) * (-1 if sign == "-" else 1)
    return RelativeDay(amount, unit or "d", period or "", edge == "end")


def day_of(text: str, today: date) -> date | None:
    """The day that a text means today; None where it means none between 1971 and 9000."""
    day = read(text)
    try:
        day = day.on(today) if isinstance(day, RelativeDay) else day
    except (OverflowError, ValueError):
        return None
    return day if day and FIRST_YEAR <= day.year <= LAST_YEAR else None


# --- in words ---------------------------------------------------------------------------------------------------


def in_words(text: str, operator: str, *, can_be_ahead: bool = False) -> str:
    """A comparison with a day as people say it: “in the last 30 days”, “before the start of this month”.

    What cannot lie ahead of now and is after thirty days ago is in the last thirty days.
    """
    day = read(text)
    if isinstance(day, RelativeDay) and day.is_distance_back:
        if operator == "after" and not can_be_ahead:
            return _in_the_last(-day.number, day.unit)
        if operator == "before":
            return _("more than %(time)s ago") % {"time": _time(-day.number, day.unit)}
    shown = name_of(text, operator)
    words = {"before": _("before %(day)s"), "after": _("after %(day)s"), "not": _("is not %(day)s")}
    return words[operator] % {"day": shown} if operator in words else shown


def name_of(text: str, operator: str = "is") -> str:
    """A day as people call it: a date as the reader writes it, “30 days ago”, “the first day of last month”."""
    day = read(text)
    if day is None:
        return text
    if isinstance(day, date):
        return date_format(day, "DATE_FORMAT")
    if day.period:
        return _period_day(day, operator)
    known = {-1: _("yesterday"), 0: _("today"), 1: _("tomorrow")}
    if day.number == 0 or (day.unit == "d" and day.number in known):
        return known[day.number]
    words = _("%(time)s ago") if day.number < 0 else _("in %(time)s")
    return words % {"time": _time(abs(day.number), day.unit)}


def _period_day(day: RelativeDay, operator: str) -> str:
    edge = _edge_words(day.is_end, operator) % {"period": _which(day)}
    if day.unit != "d" or not day.number:
        return edge
    words = _("%(time)s before %(day)s") if day.number < 0 else _("%(time)s after %(day)s")
    return words % {"time": _time(abs(day.number), "d"), "day": edge}


def _edge_words(is_end: bool, operator: str) -> str:
    """Before the start, after the end: the day itself is meant only where the words say so."""
    if is_end:
        return _("the end of %(period)s") if operator == "after" else _("the last day of %(period)s")
    return _("the start of %(period)s") if operator == "before" else _("the first day of %(period)s")


def _which(day: RelativeDay) -> str:
    """This month, last month, the month 3 months ago."""
    period = {"week": _("week"), "month": _("month"), "quarter": _("quarter"), "year": _("year")}[day.period]
    near = {-1: _("last %(period)s"), 0: _("this %(period)s"), 1: _("next %(period)s")}
    number = 0 if day.unit == "d" else day.number
    if number == 0 or (day.unit == _UNIT_OF[day.period] and number in near):
        return near[number] % {"period": period}
    words = _("the %(period)s %(time)s ago") if number < 0 else _("the %(period)s in %(time)s")
    return words % {"period": period, "time": _time(abs(number), day.unit)}


def _time(number: int, unit: str) -> str:
    words = {
        "d": ngettext("%d day", "%d days", number),
        "w": ngettext("%d week", "%d weeks", number),
        "m": ngettext("%d month", "%d months", number),
        "q": ngettext("%d quarter", "%d quarters", number),
        "y": ngettext("%d year", "%d years", number),
    }
    return words[unit] % number


def _in_the_last(number: int, unit: str) -> str:
    words = {
        "d": ngettext("in the last day", "in the last %(number)d days", number),
        "w": ngettext("in the last week", "in the last %(number)d weeks", number),
        "m": ngettext("in the last month", "in the last %(number)d months", number),
        "q": ngettext("in the last quarter", "in the last %(number)d quarters", number),
        "y": ngettext("in the last year", "in the last %(number)d years", number),
    }
    return words[unit] % {"number": number}


# --- to choose from ---------------------------------------------------------------------------------------------

# What the boxes for a day propose.
PROPOSED = (
    "today",
    "yesterday",
    "-7d",
    "-30d",
    "-90d",
    "-1y",
    "week-start",
    "month-start",
    "month-end-1m",
    "year-start",
)
# The comparisons that people ask for most, by operator.
COMMON = (
    ("is", ("today", "yesterday")),
    ("after", ("-7d", "-30d", "-90d")),
    ("before", ("-90d", "month-start")),
)


def proposals() -> list[tuple[str, str]]:
    """The proposed days, each as an address writes it and in words."""
    return [(text, name_of(text)) for text in PROPOSED]
