"""Columns of a list, declared with django-tables2; their cells are functions that return escaped HTML."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, time
from html import escape
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

import django_tables2 as tables
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, gettext, ngettext

Row = dict[str, Any]
NONE = '<span class="none">–</span>'


class Column(tables.Column):
    """One column: which values its cell needs, and the stored columns its order walks."""

    def __init__(
        self,
        label: Any,
        *,
        needs: tuple[str, ...],
        sort: tuple[str, ...] = (),
        shown: bool = True,
        locked: bool = False,
        classes: str = "",
        **kwargs: Any,
    ) -> None:
        self.needs, self.sort_columns, self.shown, self.locked, self.classes = needs, sort, shown, locked, classes
        super().__init__(verbose_name=label, orderable=bool(sort), empty_values=(), **kwargs)


@dataclass
class Reader:
    """Who reads: the moment, the zone in which dates are shown, and the account, for cells that must know it."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    now: datetime = field(default_factory=timezone.now)
    account: Any = None


class ListTable(tables.Table):
    """A table whose rows are drawn by our own code: one function a cell, no template and no context."""

    list_name: ClassVar[str] = ""
    row_url: ClassVar[Callable[[Row], str] | None] = None

    def __init__(self, data: list[Row], *, reader: Reader, **kwargs: Any) -> None:
        self.reader = reader
        self._select = escape(gettext("Select %(name)s"))
        super().__init__(data, **kwargs)

    @classmethod
    def columns_by_name(cls) -> dict[str, Column]:
        """Every declared column."""
        return cls.base_columns

    def draw(self, rows: list[Row], names: tuple[str, ...], *, picks: bool) -> str:
        """The rows of the table's body as HTML."""
        self.prepare(rows)
        cells = [self._cell(name) for name in names]
        drawn = []
        for row in rows:
            key = row["pk"]
            pick = self._pick(row) if picks else ""
            drawn.append(
                f'<tr role="row" id="r{key}" data-id="{key}">{pick}{"".join([cell(row) for cell in cells])}</tr>'
            )
        return "".join(drawn)

    def prepare(self, rows: list[Row]) -> None:
        """Read what the cells of these rows need beside their values: for all of them at once."""

    def _cell(self, name: str) -> Callable[[Row], str]:
        column = self.columns_by_name()[name]
        render: Callable[[Row], str] = getattr(self, f"render_{name}")
        tag, role = ("th", "rowheader") if column.locked else ("td", "cell")
        scope = ' scope="row"' if column.locked else ""
        label = escape(str(column.verbose_name))
        opening = f'<{tag}{scope} role="{role}" class="{column.classes}" data-column="{name}" data-label="{label}">'
        closing = f"</{tag}>"
        return lambda row: f"{opening}{render(row)}{closing}"

    def _pick(self, row: Row) -> str:
        label = self._select % {"name": escape(self.name_of(row))}
        return (
            f'<td class="pick" role="cell"><input type="checkbox" name="selected" value="{row["pk"]}" '
            f'id="pick-{row["pk"]}" data-pick aria-label="{label}"></td>'
        )

    def name_of(self, row: Row) -> str:
        """What a row is called."""
        return str(row["name"])


def text(value: str) -> str:
    """Text as a cell."""
    return escape(value) if value else NONE


class MomentCell:
    """Draws moments in the reader's zone: the date and time, how long ago as title, UTC for machines."""

    def __init__(self, reader: Reader) -> None:
        self.reader, self.language = reader, get_language()

    def __call__(self, moment: datetime) -> str:
        local = moment.astimezone(self.reader.zone)
        day, minute = _day(local.date(), self.language), _minute(local.hour, local.minute, self.language)
        past = ago(moment, self.reader.now)
        return f'<time datetime="{moment.isoformat(timespec="seconds")}" title="{past}">{day}, {minute}</time>'


# A list shows the same days, minutes and distances over and over: each is put into words once for a language.
@functools.lru_cache(maxsize=5_000)
def _day(day: date, language: str | None) -> str:
    return escape(date_format(day, "DATE_FORMAT"))


@functools.lru_cache(maxsize=5_000)
def _minute(hour: int, minute: int, language: str | None) -> str:
    return escape(time_format(time(hour, minute), "TIME_FORMAT"))


_UNITS = (
    (60, 1, lambda n: gettext("just now")),
    (3_600, 60, lambda n: ngettext("%d minute ago", "%d minutes ago", n) % n),
    (86_400, 3_600, lambda n: ngettext("%d hour ago", "%d hours ago", n) % n),
    (30 * 86_400, 86_400, lambda n: ngettext("%d day ago", "%d days ago", n) % n),
    (365 * 86_400, 30 * 86_400, lambda n: ngettext("%d month ago", "%d months ago", n) % n),
    (10**12, 365 * 86_400, lambda n: ngettext("%d year ago", "%d years ago", n) % n),
)


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest whole unit, as HTML."""
    seconds = max(0, int((now - moment).total_seconds()))
    limit, unit = next((limit, unit) for limit, unit, _say in _UNITS if seconds < limit)
    return _ago(limit, seconds // unit, get_language())


@functools.lru_cache(maxsize=5_000)
def _ago(limit: int, number: int, language: str | None) -> str:
    say = next(say for one, _unit, say in _UNITS if one == limit)
    return escape(say(number))


def duration(seconds: int) -> str:
    """All four units: 0 d 2 h 14 m 5 s."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    days, hours = divmod(hours, 24)
    return gettext("%(days)d d %(hours)d h %(minutes)d m %(seconds)d s") % {
        "days": days,
        "hours": hours,
        "minutes": minutes,
        "seconds": rest,
    }
