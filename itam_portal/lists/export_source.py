"""The rows of an export: from one query of the list, written as CSV by the database, or as XLSX row by row.

Where a column needs words that only the program knows, all cells come through it, some rows at a time.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any
from zoneinfo import ZoneInfo

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import DateTimeField, QuerySet
from psycopg import sql

from itam_portal.lists import xlsx
from itam_portal.lists.listing import Listing
from itam_portal.lists.tables import ListTable, Row

# A spreadsheet takes a cell that begins so for a formula; the mark before it says that it is text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "'"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STARTS = "IN ('=', '+', '-', '@', E'\\t', E'\\r')"
# A text that begins with marks of its own gets one more, so that who reads the file takes one away again.
_DEFUSED = f"CASE WHEN left(ltrim({{0}}, E'\\''), 1) {_STARTS} THEN '{MARK * 2}' || {{0}} ELSE NULLIF({{0}}, '') END"
_AT_ONCE = 2_000
_PIECE = 65_536


# A moment as ISO 8601 writes it, with the offset that the zone had then; `zone` is the zone's quoted name.
_LOCAL, _GLOBAL = "{0} AT TIME ZONE {zone}", "{0} AT TIME ZONE 'UTC'"
_OFFSET = f"abs(extract(epoch FROM {_LOCAL} - {_GLOBAL}))::int * interval '1 second'"
_MOMENT = (
    f"to_char({_LOCAL}, 'YYYY-MM-DD\"T\"HH24:MI:SS') || "
    f"CASE WHEN {_LOCAL} < {_GLOBAL} THEN '-' ELSE '+' END || to_char({_OFFSET}, 'HH24:MI')"
)


@dataclass
class Source:
    """The rows of one export, as they were asked for: heads, the query, and how many rows went out."""

    title: str
    heads: list[str]
    rows: QuerySet
    zone: ZoneInfo
    table: ListTable
    # What the database cannot put into words, by the place of the column, and the values that this needs.
    writers: dict[int, Callable[[Row], str]] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    written: int = 0

    @classmethod
    def of(cls, listing: Listing, title: str, zone: ZoneInfo) -> "Source":
        """The list's rows in its order, each of the shown columns as its expression."""
        columns, names, table = listing.kind.table.columns_by_name(), listing.state.columns, listing.table()
        needs = dict.fromkeys(need for name in names for need in columns[name].needs)
        rows = listing.annotated(listing.matching(), needs)
        values = {f"x{at}": columns[name].export(zone) for at, name in enumerate(names)}
        writers = {names.index(name): write for name, write in table.writers(names).items()}
        needed = tuple(needs) if writers else ()
        ordered = rows.annotate(**values).order_by(*listing.finder.order.expressions()).values_list(*values, *needed)
        heads = [str(columns[name].verbose_name) for name in names]
        return cls(title, heads, ordered, zone, table, writers, needed)

    def csv(self) -> Iterator[bytes]:
        """UTF-8 with a mark, as Excel wants it; formulas defused, moments with their offset."""
        yield _BYTE_ORDER_MARK + _line(map(_defused, self.heads))
        if self.writers:
            yield from _gathered(_line(map(self._plain, row)) for row in self._in_words())
        else:
            yield from self._copied()

    def _copied(self) -> Iterator[bytes]:
        """One COPY: the database writes the file by itself."""
        with connection.cursor() as cursor:
            raw = cursor.cursor
            try:
                query, parameters = self.rows.query.sql_with_params()
            except EmptyResultSet:
                return
            names = [f"x{at}" for at in range(len(self.heads))]
            inner = raw.mogrify(query, parameters)
            cells = ", ".join(map(self._cell_in_sql, names))
            # Names of ours around a query of Django's, its values put in by the driver.
            statement = f"COPY (SELECT {cells} FROM ({inner}) AS t ({', '.join(names)})) TO STDOUT (FORMAT csv)"  # noqa: S608
            with raw.copy(statement) as copy:
                yield from _gathered(bytes(chunk) for chunk in copy)
            self.written = raw.rowcount

    def _cell_in_sql(self, name: str) -> str:
        if isinstance(self.rows.query.annotations[name].output_field, DateTimeField):
            return _MOMENT.format(name, zone=sql.quote(self.zone.key))
        return _DEFUSED.format(f"{name}::text")

    def xlsx(self) -> Iterator[bytes]:
        """Rows from a cursor of the database into a workbook, and never more than some at once."""
        yield from xlsx.stream(self.title, self.heads, (tuple(map(self._cell, row)) for row in self._in_words()))

    def _in_words(self) -> Iterator[Sequence[Any]]:
        """The rows, with what only the program can say put in: read and prepared some at a time."""
        rows = self.rows.iterator(chunk_size=_AT_ONCE)
        while some := list(islice(rows, _AT_ONCE)):
            for row in self._written(some) if self.writers else some:
                self.written += 1
                yield row

    def _written(self, rows: list[tuple[Any, ...]]) -> Iterator[list[Any]]:
        width = len(self.heads)
        facts = [dict(zip(self.needs, row[width:], strict=True)) for row in rows]
        self.table.prepare(facts)
        for row, fact in zip(rows, facts, strict=True):
            yield [self.writers[at](fact) if at in self.writers else row[at] for at in range(width)]

    def _cell(self, value: Any) -> Any:
        """Text that is no formula, and moments as the reader's clocks show them: a workbook knows no zones."""
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(self.zone).replace(tzinfo=None, microsecond=0)
        return _defused(value) if isinstance(value, str) else value

    def _plain(self, value: Any) -> Any:
        """The same as COPY writes it."""
        if isinstance(value, datetime):
            return value.astimezone(self.zone).isoformat(timespec="seconds")
        return _defused(value) if isinstance(value, str) else value


def _line(cells: Iterable[Any]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerow(cells)
    return text.getvalue().encode()


def _defused(value: str) -> str:
    return MARK + value if value.lstrip(MARK).startswith(FORMULA) else value


def _gathered(chunks: Iterable[bytes], size: int = _PIECE) -> Iterator[bytes]:
    """The same bytes in larger pieces: COPY hands out a row at a time."""
    waiting, length = [], 0
    for chunk in chunks:
        waiting.append(chunk)
        length += len(chunk)
        if length >= size:
            yield b"".join(waiting)
            waiting, length = [], 0
    if waiting:
        yield b"".join(waiting)
