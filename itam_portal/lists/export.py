"""Exports: exactly the rows of a list, with the chosen columns in their order, streamed as CSV or XLSX.

A stream runs after the page's transaction, in a scope of its own. A stream that fails is cut: its reader gets an
error, never a short file that looks whole.
"""

from collections.abc import Callable, Iterator
from tempfile import SpooledTemporaryFile
from typing import IO, Any, ClassVar
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpResponse, StreamingHttpResponse
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from itam_portal.lists.export_records import finish, held
from itam_portal.lists.export_source import Source
from itam_portal.lists.listing import Listing
from itam_portal.lists.models import Export, ExportState
from itam_portal.lists.views_page import ListSidePage
from itam_portal.pages import ListPage, listing_on
from itam_portal.refusals import Malformed
from itam_portal.requests import PortalRequest
from itam_portal.tenancy.after import after_response, scoped_stream
from itam_portal.tenancy.scope import current_scope, tenant_scope

# A file that must be whole before it is sent stands in memory up to so many bytes, and is sent in pieces of so many.
_IN_MEMORY, _PIECE = 1_000_000, 65_536

FORMATS: dict[str, tuple[str, Callable[[Source], Iterator[bytes]]]] = {
    "csv": ("text/csv; charset=utf-8", Source.csv),
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", Source.xlsx),
}


class ExportPage(ListSidePage):
    """A list as a file. Opens to whoever may open the list."""

    format: ClassVar[str] = "csv"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> Any:
        listing = listing_on(self.list_page, request, request.GET, **kwargs)
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
            # Of a list below an object, first of which one.
            query="&".join(filter(None, [urlencode(self.kwargs), listing.state.without_place()])),
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
