"""The list of exports: who took which rows of a list away, when, and how far the file came."""

from html import escape
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from itam_portal.history.queries import READ_HISTORY
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.exported import labelled, moment
from itam_portal.lists.filters import Choice, ListFilterSet, Moment, Number, Text
from itam_portal.lists.listing import ListKind
from itam_portal.lists.models import Export, ExportState
from itam_portal.lists.state import SortKey
from itam_portal.lists.tables import Column, GroupedBy, ListTable, MomentCell, Reader, Row, text
from itam_portal.pages import ListPage

FORMATS = (("csv", "CSV"), ("xlsx", "XLSX"))


def exports_of(account: Any) -> QuerySet:
    """The exports this account may know of: its own, and with a tenant-wide right to the history everybody's."""
    found = Export.objects.filter(tenant_id=account.tenant_id)
    return found if account.may(READ_HISTORY, account.tenant) else found.filter(account_id=account.pk)


class ExportFilters(ListFilterSet):
    """Every column but the columns."""

    at = Moment("made_at", label=_("When"))
    actor = Text("by_key", label=_("Who"))
    state = Choice("state", choices=ExportState.choices, label=_("State"))
    format = Choice("format", choices=FORMATS, label=_("Format"))
    rows = Number("rows", label=_("Rows"))
    address = Text("query_key", label=_("Filter"))

    class Meta:
        model = Export
        fields: list[str] = []


class ExportTable(ListTable):
    """Exports: when, who, of which list, with which filter and columns, how many rows."""

    list_name = "exports"

    at = Column(_("When"), needs=("made_at",), sort=("made_at",), locked=True, export=moment("made_at"))
    actor = Column(_("Who"), needs=("by_name",), sort=("by_key", "made_at"), group=GroupedBy("by_name"))
    list = Column(_("List"), needs=("list_name", "format"), sort=("list_name", "made_at"), group=GroupedBy("list_name"))
    format = Column(
        _("Format"),
        needs=("format",),
        shown=False,
        export=labelled("format", FORMATS),
        group=GroupedBy("format", choices=FORMATS),
    )
    address = Column(_("Filter"), needs=("query",), classes="wide")
    columns_taken = Column(_("Columns"), needs=("columns",), classes="wide", shown=False)
    state = Column(
        _("State"),
        needs=("state",),
        sort=("state", "made_at"),
        export=labelled("state", ExportState.choices),
        group=GroupedBy("state", choices=tuple(ExportState.choices)),
    )
    rows = Column(_("Rows"), needs=("rows",), sort=("rows",), classes="num")

    def __init__(self, data: Any = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._states = {value: escape(str(label)) for value, label in ExportState.choices}

    def meet(self, reader: Reader) -> None:
        self._moment = MomentCell(reader)

    def render_at(self, row: Row) -> str:
        return self._moment(row["made_at"])

    def render_actor(self, row: Row) -> str:
        return f'<span dir="auto">{text(row["by_name"])}</span>'

    def render_list(self, row: Row) -> str:
        return f'{text(row["list_name"])} <small class="faint">{escape(row["format"].upper())}</small>'

    def render_format(self, row: Row) -> str:
        return escape(dict(FORMATS)[row["format"]])

    def render_address(self, row: Row) -> str:
        return text(row["query"])

    def render_columns_taken(self, row: Row) -> str:
        return text(row["columns"].replace(",", ", "))

    def render_state(self, row: Row) -> str:
        return self._states[row["state"]]

    def render_rows(self, row: Row) -> str:
        return number_format(row["rows"], force_grouping=True)

    def name_of(self, row: Row) -> str:
        return str(row["pk"])


EXPORTS = ListKind(
    name="exports",
    table=ExportTable,
    filters=ExportFilters,
    count_in_words=lambda number: ngettext("export", "exports", number),
    default_sort=(SortKey("at", descending=True),),
    icons={
        "at": "clock",
        "actor": "user",
        "state": "circle-dot",
        "rows": "list-checks",
        "format": "file-text",
        "address": "list-filter",
    },
)


class ExportsList(ListPage):
    """One's own exports; with a tenant-wide right to the history everybody's."""

    kind = EXPORTS
    rows = exports_of
    title = _("Exports")
    purpose = _("Who took which rows of a list away as a file.")
    place = "history"
    columns_url = "exports_columns"
    views_url = "exports_views"
    export_name = "exports_export"
    tabs = (
        (_("History"), "history", READ_HISTORY, True),
        (_("Receipts"), "receipts", "", False),
        (_("Exports"), "exports", "", False),
    )
    nothing_yet = _("Every file made of a list is recorded here.")


class ExportsColumns(ColumnsPage):
    """Choose which columns the list of exports shows, and in what order."""

    list_page = ExportsList
    place = "history"
    default_right = "tenant.list_defaults"
    parents = ((_("Exports"), "exports"),)
