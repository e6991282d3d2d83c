"""Columns of a list, declared with django-tables2; their cells are functions that return escaped HTML."""

import copy
import functools
import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from html import escape
from typing import Any, ClassVar, Self
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import django_tables2 as tables
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import get_language, gettext, ngettext

from itam_portal.lists.exported import Export, stored

Row = dict[str, Any]
_SPECIAL = re.compile(r"""[&<>"']""").search
NONE = '<span class="none">–</span>'


@dataclass(frozen=True)
class GroupedBy:
    """How rows are grouped by a column: its stored column, and the values' texts for addresses and for people."""

    column: str
    text: str = ""
    label: str = ""
    # Values that the field can have, with their labels; a function where the apps make them known only later.
    choices: Sequence[tuple[str, Any]] | Callable[[], Iterable[tuple[str, Any]]] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "text", self.text or self.column)
        object.__setattr__(self, "label", self.label or self.column)

    def labels(self) -> dict[str, Any]:
        """The labels of all values that the field can have; empty where any value may come."""
        return dict(self.choices() if callable(self.choices) else self.choices)


class Column(tables.Column):
    """One column: which values its cell needs, the stored columns its order walks, and what an export holds."""

    def __init__(
        self,
        label: Any,
        *,
        needs: tuple[str, ...],
        sort: tuple[str, ...] = (),
        shown: bool = True,
        locked: bool = False,
        classes: str = "",
        export: Export | None = None,
        group: GroupedBy | None = None,
        **kwargs: Any,
    ) -> None:
        self.needs, self.sort_columns, self.shown, self.locked, self.classes = needs, sort, shown, locked, classes
        # What stands in an exported file: the stored value, unless the column says otherwise.
        self.export: Export = export or stored(needs[0])
        self.group = group
        super().__init__(verbose_name=label, orderable=bool(sort), empty_values=(), **kwargs)


@dataclass
class Reader:
    """Who reads: the moment, the zone in which dates are shown, and what links carry on."""

    zone: ZoneInfo = field(default_factory=lambda: ZoneInfo("UTC"))
    now: datetime = field(default_factory=timezone.now)
    # What every link from a row carries: the chosen organization.
    carried: str = ""
    # For cells that must know who reads.
    account: Any = None
    # The same list with some parameters changed, for cells that lead back to it.
    link: Callable[..., str] = lambda **changes: "?"

    @staticmethod
    def choosing(code: str) -> str:
        """What a link carries that chooses this organization."""
        return f"?{urlencode({'organization': code})}"


class ListTable(tables.Table):
    """A table whose rows are drawn by our own code: one function a cell, no template and no context."""

    list_name: ClassVar[str] = ""
    row_url: ClassVar[Callable[[Row], str] | None] = None

    reader: Reader

    @classmethod
    def for_reader(cls, reader: Reader) -> Self:
        """The table as this reader sees it. What only depends on the language is made once for each."""
        table: Self = copy.copy(_in_language(cls, get_language()))  # type: ignore[arg-type]
        table.reader = reader
        table.meet(reader)
        return table

    def __init__(self, data: list[Row] | None = None, **kwargs: Any) -> None:
        self._select = escape(gettext("Select %(name)s"))
        super().__init__(data or [], **kwargs)

    def meet(self, reader: Reader) -> None:
        """Make ready what cells need of their reader."""

    @classmethod
    def columns_by_name(cls) -> dict[str, Column]:
        """Every declared column."""
        return cls.base_columns

    def draw(self, rows: list[Row], names: tuple[str, ...], *, picks: bool) -> str:
        """The rows of the table's body as HTML."""
        self.prepare(rows)
        return self.rows_html(rows, names, picks=picks)

    def rows_html(self, rows: list[Row], names: tuple[str, ...], *, picks: bool) -> str:
        """The same of rows that are prepared."""
        cells = [self._cell(name) for name in names]
        drawn = []
        for row in rows:
            key = row["pk"]
            pick = self._pick(row) if picks else ""
            whole = "".join([f"{opening}{render(row)}{closing}" for opening, render, closing in cells])
            drawn.append(f'<tr role="row" id="r{key}" data-id="{key}">{pick}{whole}</tr>')
        return "".join(drawn)

    def prepare(self, rows: list[Row]) -> None:
        """Read what the cells of these rows need beside their values: for all of them at once."""

    def writers(self, names: tuple[str, ...]) -> dict[str, Callable[[Row], str]]:
        """What puts a column's cells into words for a file, of those where the database cannot: `write_NAME`."""
        return {name: getattr(self, f"write_{name}") for name in names if hasattr(self, f"write_{name}")}

    def _cell(self, name: str) -> tuple[str, Callable[[Row], str], str]:
        """What stands before a column's cells, what draws them, and what stands behind."""
        column = self.columns_by_name()[name]
        role = "rowheader" if column.locked else "cell"
        classes = column.classes if column.shown else f"{column.classes} extra".lstrip()
        label = escape(str(column.verbose_name))
        opening = f'<td role="{role}" class="{classes}" data-column="{name}" data-label="{label}">'
        return opening, getattr(self, f"render_{name}"), "</td>"

    def _pick(self, row: Row) -> str:
        label = self._select % {"name": safe(self.name_of(row))}
        return (
            f'<td class="pick" role="cell"><input type="checkbox" name="selected" value="{row["pk"]}" '
            f'id="pick-{row["pk"]}" data-pick aria-label="{label}"></td>'
        )

    def name_of(self, row: Row) -> str:
        """What a row is called."""
        return str(row["name"])


@functools.lru_cache(maxsize=200)
def _in_language(table: type[ListTable], language: str | None) -> ListTable:
    return table()


def safe(value: str) -> str:
    """Text that HTML may hold. Most of it needs nothing, which one look tells."""
    return escape(value) if _SPECIAL(value) else value


def text(value: str) -> str:
    """Text as a cell."""
    return safe(value) if value else NONE


class MomentCell:
    """Draws moments in the reader's zone: date and time, how far from now as title, UTC for machines."""

    def __init__(self, reader: Reader) -> None:
        self.zone, self.now, self.language = reader.zone, reader.now, get_language()

    def __call__(self, moment: datetime) -> str:
        local, language = moment.astimezone(self.zone), self.language
        day = _day(local.year, local.month, local.day, language)
        minute = _minute(local.hour, local.minute, language)
        if moment > self.now:
            past = _until(*_distance(self.now, moment), language)
        else:
            past = _ago(*_distance(moment, self.now), language)
        return f'<time datetime="{moment.isoformat(timespec="seconds")}" title="{past}">{day}, {minute}</time>'


# A list shows the same days, minutes and distances again and again: each is put into words once for a language.
@functools.lru_cache(maxsize=5_000)
def _day(year: int, month: int, day: int, language: str | None) -> str:
    return escape(date_format(date(year, month, day), "DATE_FORMAT"))


@functools.lru_cache(maxsize=5_000)
def _minute(hour: int, minute: int, language: str | None) -> str:
    return escape(time_format(time(hour, minute), "TIME_FORMAT"))


# Below so many seconds, in units of so many.
_LIMITS = (60, 3_600, 86_400, 30 * 86_400, 365 * 86_400)
_UNITS = (1, 60, 3_600, 86_400, 30 * 86_400, 365 * 86_400)
_SAYINGS: tuple[Callable[[int], str], ...] = (
    lambda n: gettext("just now"),
    lambda n: ngettext("%d minute ago", "%d minutes ago", n) % n,
    lambda n: ngettext("%d hour ago", "%d hours ago", n) % n,
    lambda n: ngettext("%d day ago", "%d days ago", n) % n,
    lambda n: ngettext("%d month ago", "%d months ago", n) % n,
    lambda n: ngettext("%d year ago", "%d years ago", n) % n,
)


def ago(moment: datetime, now: datetime) -> str:
    """How long ago, in the largest whole unit, as HTML."""
    return _ago(*_distance(moment, now), get_language())


def _distance(moment: datetime, now: datetime) -> tuple[int, int]:
    """Which unit is the largest whole one, and how many of it have passed."""
    past = now - moment
    seconds = max(0, past.days * 86_400 + past.seconds)
    unit = bisect_right(_LIMITS, seconds)
    return unit, seconds // _UNITS[unit]


@functools.lru_cache(maxsize=5_000)
def _ago(unit: int, number: int, language: str | None) -> str:
    return escape(_SAYINGS[unit](number))


_AHEAD: tuple[Callable[[int], str], ...] = (
    lambda n: gettext("in less than a minute"),
    lambda n: ngettext("in %d minute", "in %d minutes", n) % n,
    lambda n: ngettext("in %d hour", "in %d hours", n) % n,
    lambda n: ngettext("in %d day", "in %d days", n) % n,
    lambda n: ngettext("in %d month", "in %d months", n) % n,
    lambda n: ngettext("in %d year", "in %d years", n) % n,
)


@functools.lru_cache(maxsize=5_000)
def _until(unit: int, number: int, language: str | None) -> str:
    return escape(_AHEAD[unit](number))


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
