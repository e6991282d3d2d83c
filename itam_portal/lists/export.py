"""Exports: exactly the rows of a list, with the chosen columns in their order, streamed as CSV or XLSX.

A stream runs after the page's transaction, in a scope of its own. A stream that fails is cut: its reader gets an
error, never a short file that looks whole.
"""

import csv
import io
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from tempfile import SpooledTemporaryFile
from typing import IO, Any, ClassVar
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import QuerySet
from django.http import HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from itam_portal.lists import xlsx
from itam_portal.lists.export_records import finish, held
from itam_portal.lists.listing import Listing
from itam_portal.lists.models import Export, ExportState
from itam_portal.lists.views_page import ListSidePage
from itam_portal.pages import ListPage, listing_on
from itam_portal.refusals import Malformed
from itam_portal.requests import PortalRequest
from itam_portal.tenancy.after import after_response, scoped_stream
from itam_portal.tenancy.scope import current_scope, tenant_scope

# A spreadsheet takes a cell that begins so for a formula; the mark before it says that it is text.
FORMULA = ("=", "+", "-", "@", "\t", "\r")
MARK = "'"
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_STARTS = "IN ('=', '+', '-', '@', E'\\t', E'\\r')"
_DEFUSED = f"CASE WHEN left({{0}}, 1) {_STARTS} THEN '{MARK * 2}' || {{0}} ELSE NULLIF({{0}}, '') END"
_AT_ONCE = 2_000
# A file that must be whole before it is sent stands in memory up to so many bytes, and is sent in pieces of so many.
_IN_MEMORY, _PIECE = 1_000_000, 65_536


@dataclass
class Source:
    """The rows of one export, as they were asked for: heads, the query, and how many rows went out."""

    title: str
    heads: list[str]
    rows: QuerySet
    zone: ZoneInfo
    written: int = 0

    @classmethod
    def of(cls, listing: Listing, title: str, zone: ZoneInfo) -> "Source":
        """The list's rows in its order, each of the shown columns as its expression."""
        columns = listing.kind.table.columns_by_name()
        names = listing.state.columns
        needs = dict.fromkeys(need for name in names for need in columns[name].needs)
        rows = listing.annotated(listing.matching(), needs)
        values = {f"x{at}": columns[name].export(zone) for at, name in enumerate(names)}
        ordered = rows.annotate(**values).order_by(*listing.finder.order.expressions()).values_list(*values)
        return cls(title, [str(columns[name].verbose_name) for name in names], ordered, zone)

    def csv(self) -> Iterator[bytes]:
        """One COPY: the database writes the file, formulas defused. UTF-8 with a mark, as Excel wants it."""
        head = io.StringIO()
        csv.writer(head, lineterminator="\n").writerow(map(_defused, self.heads))
        yield _BYTE_ORDER_MARK + head.getvalue().encode()
        with connection.cursor() as cursor:
            raw = cursor.cursor
            sql, parameters = self.rows.query.sql_with_params()
            names = [f"x{at}" for at in range(len(self.heads))]
            cells = ", ".join(_DEFUSED.format(f"{name}::text") for name in names)
            inner = raw.mogrify(sql, parameters)
            # Names of ours around a query of Django's, its values put in by the driver.
            statement = f"COPY (SELECT {cells} FROM ({inner}) AS t ({', '.join(names)})) TO STDOUT (FORMAT csv)"  # noqa: S608
            with raw.copy(statement) as copy:
                yield from _gathered(bytes(chunk) for chunk in copy)
            self.written = raw.rowcount

    def xlsx(self) -> Iterator[bytes]:
        """Rows from a cursor of the database into a workbook, and never more than some at once."""
        yield from xlsx.stream(self.title, self.heads, self._counted())

    def _counted(self) -> Iterator[tuple[Any, ...]]:
        for row in self.rows.iterator(chunk_size=_AT_ONCE):
            self.written += 1
            yield tuple([self._cell(value) for value in row])

    def _cell(self, value: Any) -> Any:
        """Text that is no formula, and moments as the reader's clocks show them."""
        if isinstance(value, datetime) and value.tzinfo:
            return value.astimezone(self.zone).replace(tzinfo=None)
        return _defused(value) if isinstance(value, str) else value


FORMATS: dict[str, tuple[str, Callable[[Source], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", Source.csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Source.xlsx),
}


class ExportPage(ListSidePage):
    """A list as a file. Opens to whoever may open the list."""

    format: ClassVar[str] = "csv"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> Any:
        listing = listing_on(self.list_page, request, request.GET)
        if listing.problems:
            raise Malformed(" ".join([*map(str, listing.problems), _("Nothing was exported.")]))
        zone = ZoneInfo(self.account.identity.time_zone)
        content_type, write = FORMATS[self.format]
        source, record = Source.of(listing, str(self.list_page.title), zone), self._record(listing)
        # Without chunks the end of a file is the end of the connection: only a length tells a short one from a whole.
        whole = _spooled(write(source)) if request.META.get("SERVER_PROTOCOL") == "HTTP/1.0" else None
        chunks = _read(whole) if whole else write(source)
        after_response(record.save)
        response = StreamingHttpResponse(streamed(chunks, record, source), content_type=content_type)
        response.headers["Content-Disposition"] = f'attachment; filename="{self._file_name(listing, zone)}"'
        if whole:
            response.headers["Content-Length"] = str(whole.tell())
        return response

    def _file_name(self, listing: Listing, zone: ZoneInfo) -> str:
        """The list, the view where one is shown, and the time."""
        view = listing.viewed.view
        parts = [self.list_page.list_name().replace("_", "-"), slugify(view.name) if view else ""]
        moment = f"{timezone.now().astimezone(zone):%Y-%m-%d-%H%M}"
        return f"{'-'.join(filter(None, [*parts, moment]))}.{self.format}"

    def _record(self, listing: Listing) -> Export:
        """Who takes what: written when the page's own transaction is over and before the first byte."""
        return Export(
            tenant_id=self.account.tenant_id,
            account_id=self.account.pk,
            by_name=self.account.name,
            list_name=self.list_page.list_name(),
            format=self.format,
            query=listing.state.without_place(),
            columns=",".join(listing.state.columns),
        )

    def head(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """What the file would be, without making it."""
        return HttpResponse(content_type=FORMATS[self.format][0])


def streamed(chunks: Iterator[bytes], record: Export, source: Source) -> Iterator[bytes]:
    """The file, and at its end how far it came: written down also where its reader goes away or an error cuts it.

    A file that cannot be written down is cut as well: its record stays open until housekeeping closes it.
    """
    tenant_id, inner = current_scope().tenant_id, scoped_stream(lambda: held(record, chunks))

    def stream() -> Iterator[bytes]:
        state = ExportState.CUT
        try:
            yield from inner
            state = ExportState.DONE
        finally:
            inner.close()  # type: ignore[attr-defined]
            with tenant_scope(tenant_id):
                finish(record, state=state, rows=source.written)

    return stream()


def _spooled(chunks: Iterator[bytes]) -> IO[bytes]:
    """The whole file, in memory while it is small and on the disk beyond."""
    whole = SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115 (who reads it closes it)
    for chunk in chunks:
        whole.write(chunk)
    return whole


def _read(whole: IO[bytes]) -> Iterator[bytes]:
    with whole:
        whole.seek(0)
        while chunk := whole.read(_PIECE):
            yield chunk


def _defused(value: str) -> str:
    return MARK + value if value.startswith(FORMULA) else value


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


def export_urls(prefix: str, list_page: type[ListPage]) -> list[URLPattern]:
    """Both files of a list; `list_page.export_name` names them."""
    return [
        path(
            f"{prefix}export.{ending}",
            ExportPage.as_view(list_page=list_page, format=ending),
            name=f"{list_page.export_name}_{ending}",
        )
        for ending in FORMATS
    ]
