"""The list of receipts: what was done to many rows, by whom, when, and how far it is."""

from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from itam_portal.history.kinds import known_operations, operation_in_words
from itam_portal.history.queries import READ_HISTORY
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.exported import labelled, moment
from itam_portal.lists.filters import Choice, ListFilterSet, Moment, Number, Text
from itam_portal.lists.listing import ListKind
from itam_portal.lists.models import Receipt, ReceiptState
from itam_portal.lists.state import SortKey
from itam_portal.lists.tables import Column, GroupedBy, ListTable, MomentCell, Reader, Row, text
from itam_portal.lists.views import receipts_of
from itam_portal.pages import ListPage


class OperationDone(Choice):
    """One of the operations that have words."""

    def bound(self, account: Any) -> "OperationDone":
        twin: OperationDone = super().bound(account)
        twin.choices = [(code, str(label)) for code, label in known_operations().items()]
        return twin


class ReceiptFilters(ListFilterSet):
    """Every column."""

    operation = OperationDone("operation", label=_("Operation"))
    at = Moment("made_at", label=_("When"))
    actor = Text("by_key", label=_("Who"))
    state = Choice("state", choices=ReceiptState.choices, label=_("State"))
    selected = Number("total", label=_("Selected"))
    changed = Number("changed", label=_("Changed"))
    skipped = Number("skipped", label=_("Skipped"))
    reason = Text("reason_key", label=_("Reason"))

    class Meta:
        model = Receipt
        fields: list[str] = []


def operation_exported(zone: ZoneInfo) -> Any:
    """The operation in words, for an exported file."""
    return labelled("operation", list(known_operations().items()))(zone)


class ReceiptTable(ListTable):
    """Receipts, each with a link to what it changed, what it did not, and why."""

    list_name = "receipts"

    operation = Column(
        _("Operation"),
        needs=("operation",),
        sort=("operation", "made_at"),
        locked=True,
        export=operation_exported,
        group=GroupedBy("operation", choices=lambda: known_operations().items()),
    )
    at = Column(_("When"), needs=("made_at",), sort=("made_at",), export=moment("made_at"))
    actor = Column(_("Who"), needs=("by_name",), sort=("by_key", "made_at"), group=GroupedBy("by_name"))
    state = Column(
        _("State"),
        needs=("state",),
        sort=("state", "made_at"),
        export=labelled("state", ReceiptState.choices),
        group=GroupedBy("state", choices=tuple(ReceiptState.choices)),
    )
    selected = Column(_("Selected"), needs=("total",), sort=("total",), classes="num")
    changed = Column(_("Changed"), needs=("changed",), sort=("changed",), classes="num")
    skipped = Column(_("Skipped"), needs=("skipped",), sort=("skipped",), classes="num")
    reason = Column(_("Reason"), needs=("reason",), classes="wide")

    def __init__(self, data: list[Row] | None = None, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self._url = reverse("receipt", args=[0]).replace("/0/", "/%d/")
        self._states = {
            value: f'<span class="status {value}">{escape(str(label))}</span>' for value, label in ReceiptState.choices
        }

    def meet(self, reader: Reader) -> None:
        self._moment = MomentCell(reader)

    def render_operation(self, row: Row) -> str:
        label = escape(operation_in_words(row["operation"]))
        return f'<span class="ident"><a href="{self._url % row["pk"]}">{label}</a></span>'

    def render_at(self, row: Row) -> str:
        return self._moment(row["made_at"])

    def render_actor(self, row: Row) -> str:
        return f'<span dir="auto">{text(row["by_name"])}</span>'

    def render_state(self, row: Row) -> str:
        return self._states[row["state"]]

    def render_selected(self, row: Row) -> str:
        return number_format(row["total"], force_grouping=True)

    def render_changed(self, row: Row) -> str:
        return number_format(row["changed"], force_grouping=True)

    def render_skipped(self, row: Row) -> str:
        return number_format(row["skipped"], force_grouping=True)

    def render_reason(self, row: Row) -> str:
        return text(row["reason"])

    def name_of(self, row: Row) -> str:
        return str(row["pk"])


RECEIPTS = ListKind(
    name="receipts",
    table=ReceiptTable,
    filters=ReceiptFilters,
    count_in_words=lambda number: ngettext("receipt", "receipts", number),
    default_sort=(SortKey("at", descending=True),),
    icons={
        "operation": "workflow",
        "at": "clock",
        "actor": "user",
        "state": "circle-dot",
        "selected": "list-checks",
        "changed": "circle-check",
        "skipped": "circle-minus",
        "reason": "file-text",
    },
)


class ReceiptsList(ListPage):
    """One's own receipts; with a tenant-wide right to the history everybody's."""

    kind = RECEIPTS
    rows = receipts_of
    title = _("Receipts")
    purpose = _("What was done to many rows at once: what changed, what did not, and why.")
    place = "receipts"
    columns_url = "receipts_columns"
    views_url = "receipts_views"
    export_name = "receipts_export"
    tabs = (
        (_("History"), "history", READ_HISTORY, True),
        (_("Receipts"), "receipts", "", False),
        (_("Exports"), "exports", "", False),
    )
    nothing_yet = _("Every action on accounts leaves a receipt here.")


class ReceiptsColumns(ColumnsPage):
    """Choose which columns the list of receipts shows, and in what order."""

    list_page = ReceiptsList
    place = "receipts"
    default_right = "tenant.list_defaults"
    parents = ((_("Receipts"), "receipts"),)
