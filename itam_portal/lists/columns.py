"""Choose columns: tick, move up and down, reset; kept on the server for each account and list."""

from collections.abc import Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.lists.listing import ListKind
from itam_portal.lists.preferences import forget, prefer
from itam_portal.lists.state import DEFAULT_PAGE_SIZE, PAGE_SIZES
from itam_portal.lists.viewing import CHANGED, view_number
from itam_portal.pages import ListPage, OperationPage, listing_on
from itam_portal.refusals import Malformed, require
from itam_portal.requests import PortalRequest

# What the form calls the first field to group by, and the second.
_GROUPS = ("group", "then")


class ColumnsPage(OperationPage):
    """The column chooser of one list. Choosing never drops a filter: the list's own query comes along."""

    list_page: ClassVar[type[ListPage]]
    default_right: ClassVar[str]
    title = gettext_lazy("Choose columns")
    template_name = "lists/columns.html"
    part_name: ClassVar[str] = "lists/_columns.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        listing = listing_on(self.list_page, request, request.GET)
        query = listing.state.without_place()
        group = ",".join(map(str, listing.state.group))
        context = self._context(listing.column_choices(), query, listing.state.per_page, group)
        return self.draw(context, template=self.part_name if self.is_part else self.template_name)

    @cached_property
    def kind(self) -> ListKind:
        """What kind of list the columns are of: all lists of a kind share the choice."""
        return self.list_page.kind_of(self.account)

    def _groups(self, chosen: str) -> list[dict[str, Any]]:
        """The two fields to group by, the second within the first: what each may be, and what it is."""
        columns = self.kind.table.columns_by_name()
        fields = [(name, str(columns[name].verbose_name)) for name in self.kind.shape.groupable]
        keys = [part for part in chosen.split(",") if part]
        labels = ((_("Group by"), _("No groups")), (_("Then by"), _("Nothing more")))
        return [
            {
                "name": name,
                "label": label,
                "none": none,
                "options": [(field, text, field == key.removeprefix("-")) for field, text in fields],
                "is_down": key.startswith("-"),
            }
            for name, (label, none), key in zip(_GROUPS[: len(fields)], labels, [*keys, "", ""], strict=False)
        ]

    def _context(self, columns: list[dict[str, Any]], query: str, per_page: int, group: str) -> dict[str, Any]:
        return {
            "columns": columns,
            "query": query,
            "sizes": [(size, size == per_page) for size in PAGE_SIZES],
            "groups": self._groups(group),
            "may_set_default": self.account.may(self.default_right, self.account.tenant),
        }

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("reset"):
            return self._reset()
        order = self._ordered()
        if request.POST.get("move"):
            return self._moved(order)
        shown = [name for name in order if name in request.POST.getlist("show") or name in self.kind.shape.locked]
        if request.POST.get("default"):
            require(self.account, self.default_right, self.account.tenant)
            self._prefer(shown, for_tenant=True)
            return self._back(_("These columns are the tenant's default now."))
        if self._view().endswith(CHANGED):
            return self._back(_("These columns are shown now. Update the view to keep them."), shown)
        self._prefer(shown)
        return self._back(_("Columns saved."), shown if self._view() else ())

    def _prefer(self, shown: list[str], *, for_tenant: bool = False) -> None:
        kept: dict[str, Any] = {"columns": shown, "per_page": self._per_page(), "group": self._group()}
        prefer(self.account, self.kind.name, by=self.account, for_tenant=for_tenant, **kept)

    def _reset(self) -> HttpResponse:
        if self._view().endswith(CHANGED):
            return self._back(_("The usual columns are shown now. Update the view to keep them."))
        forget(self.account, self.kind.name, by=self.account)
        return self._back(_("The columns are as the tenant's default again."))

    def _per_page(self) -> int | None:
        """The page size the form asks to remember. Raises Malformed for another one than there are."""
        asked = self.request.POST.get("per_page", "")
        if asked and asked not in map(str, PAGE_SIZES):
            raise Malformed(_("A page can hold 25, 50, 100 or 200 rows."))
        return int(asked) if asked else None

    def _group(self) -> str:
        """The fields the form asks to group by. Raises Malformed for one that cannot be."""
        keys: dict[str, str] = {}
        for parameter in _GROUPS:
            for asked in filter(None, self.request.POST.get(parameter, "").split(",")):
                name = asked.removeprefix("-")
                if name not in self.kind.shape.groupable:
                    raise Malformed(_("This list cannot be grouped by “%(name)s”.") % {"name": name[:60]})
                is_down = asked != name or bool(self.request.POST.get(f"{parameter}_down"))
                keys.setdefault(name, f"-{name}" if is_down else name)
        return ",".join([*keys.values()][:2])

    def _ordered(self) -> list[str]:
        """The order the form came in. Raises Malformed for a column that there is not."""
        order = list(dict.fromkeys(self.request.POST.getlist("order")))
        unknown = [name for name in [*order, *self.request.POST.getlist("show")] if name not in self.kind.shape.columns]
        if unknown:
            raise Malformed(_("This list has no column “%(name)s”.") % {"name": unknown[0][:60]})
        return [*order, *[name for name in self.kind.shape.columns if name not in order]]

    def _moved(self, order: list[str]) -> HttpResponse:
        """One step up or down, without JavaScript: the form again in the new order, nothing saved."""
        direction, _mark, name = self.request.POST["move"].partition(":")
        if name not in order or direction not in ("up", "down"):
            raise Malformed(_("This column cannot be moved there."))
        at = order.index(name)
        to = max(0, at - 1) if direction == "up" else min(len(order) - 1, at + 1)
        order.insert(to, order.pop(at))
        shown = self.request.POST.getlist("show")
        choices = [self.kind.choice(one, is_shown=one in shown) for one in order]
        return self.draw(self._context(choices, self._query(), self._per_page() or DEFAULT_PAGE_SIZE, self._group()))

    def _query(self) -> str:
        return self.request.POST.get("query", "")

    def _view(self) -> str:
        """The view that the list comes from: a view has columns of its own, beside what the account prefers."""
        view = QueryDict(self._query()).get("view", "")
        return view if view_number(view) else ""

    def _back(self, said: str, shown: Sequence[str] = ()) -> HttpResponse:
        """To the list with everything but the address's own columns, which would hide the choice.

        Below a view only columns that the address names beat the view's; empty ones leave them to the preference.
        """
        messages.success(self.request, said)
        kept = QueryDict(self._query(), mutable=True)
        for name, value in (("columns", ",".join(shown)), ("per_page", self._per_page() if shown else "")):
            kept.pop(name, None)
            if value or (self._view() and not self._view().endswith(CHANGED)):
                kept[name] = str(value or "")
        address = reverse(self.list_page.list_name())
        return redirect(f"{address}?{kept.urlencode()}" if kept else address)
