"""The history of a tenant, as one more list."""

from django.utils.translation import gettext_lazy, ngettext

from itam_portal.history.filters import HistoryFilters
from itam_portal.history.models import Entry
from itam_portal.history.queries import READ_HISTORY
from itam_portal.history.tables import HistoryTable
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import ListKind
from itam_portal.lists.state import SortKey
from itam_portal.pages import ListPage

HISTORY = ListKind(
    name="history",
    table=HistoryTable,
    filters=HistoryFilters,
    count_in_words=lambda number: ngettext("entry", "entries", number),
    default_sort=(SortKey("at", descending=True),),
    icons={
        "at": "clock",
        "actor": "user",
        "operation": "workflow",
        "object": "layers",
        "name": "tag",
        "action": "circle-dot",
        "field": "text-search",
        "reason": "file-text",
        "via": "plug",
        "organization": "building-2",
        "receipt": "receipt-text",
    },
)


class HistoryList(ListPage):
    """Everything that was changed in the tenant, the newest first."""

    kind = HISTORY
    right = READ_HISTORY
    everywhere = True
    rows = Entry.objects.visible_to
    title = gettext_lazy("History")
    purpose = gettext_lazy("Who changed what, when and why. Nobody can change or remove an entry.")
    place = "history"
    columns_url = "history_columns"
    views_url = "history_views"
    export_name = "history_export"
    tabs = (
        (gettext_lazy("History"), "history", READ_HISTORY, True),
        (gettext_lazy("Receipts"), "receipts", "", False),
        (gettext_lazy("Exports"), "exports", "", False),
    )
    nothing_yet = gettext_lazy("Every change leaves an entry here.")


class HistoryColumns(ColumnsPage):
    """Choose which columns a history shows, and in what order."""

    list_page = HistoryList
    right = READ_HISTORY
    place = "history"
    default_right = "tenant.list_defaults"
    parents = ((gettext_lazy("History"), "history"),)
