"""Choose columns: tick, move up and down, reset; kept on the server for each account and list."""

from typing import Any, ClassVar

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.lists.listing import Listing, ListKind
from itam_portal.lists.preferences import forget, prefer, preference_of
from itam_portal.lists.state import DEFAULT_PAGE_SIZE, PAGE_SIZES
from itam_portal.pages import OperationPage
from itam_portal.refusals import Malformed, require
from itam_portal.requests import PortalRequest


class ColumnsPage(OperationPage):
    """The column chooser of one list. Choosing never drops a filter: the list's own query comes along."""

    kind: ClassVar[ListKind]
    list_url: ClassVar[str]
    default_right: ClassVar[str]
    title = gettext_lazy("Choose columns")
    template_name = "lists/columns.html"
    part_name: ClassVar[str] = "lists/_columns.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        preference = preference_of(self.account, self.kind.name)
        listing = Listing(self.kind, self._no_rows(), request.GET, account=self.account, preference=preference)
        query = listing.state.without_place()
        context = self._context(listing.column_choices(), query, listing.state.per_page)
        return self.draw(context, template=self.part_name if self.is_part else self.template_name)

    def _context(self, columns: list[dict[str, Any]], query: str, per_page: int) -> dict[str, Any]:
        return {
            "columns": columns,
            "query": query,
            "sizes": [(size, size == per_page) for size in PAGE_SIZES],
            "may_set_default": self.account.may(self.default_right, self.account.tenant),
        }

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.POST.get("reset"):
            forget(self.account, self.kind.name, by=self.account)
            return self._back(_("The columns are as the tenant's default again."))
        order = self._ordered()
        if request.POST.get("move"):
            return self._moved(order)
        shown = [name for name in order if name in request.POST.getlist("show") or name in self.kind.shape.locked]
        kept: dict[str, Any] = {"columns": shown, "per_page": self._per_page()}
        if request.POST.get("default"):
            require(self.account, self.default_right, self.account.tenant)
            prefer(self.account, self.kind.name, by=self.account, for_tenant=True, **kept)
            return self._back(_("These columns are the tenant's default now."))
        prefer(self.account, self.kind.name, by=self.account, **kept)
        return self._back(_("Columns saved."))

    def _per_page(self) -> int | None:
        """The page size the form asks to remember. Raises Malformed for another one than there are."""
        asked = self.request.POST.get("per_page", "")
        if asked and asked not in map(str, PAGE_SIZES):
            raise Malformed(_("A page can hold 25, 50, 100 or 200 rows."))
        return int(asked) if asked else None

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
        columns = self.kind.table.columns_by_name()
        shown = self.request.POST.getlist("show")
        choices = [
            {
                "name": one,
                "label": str(columns[one].verbose_name),
                "is_shown": one in shown or columns[one].locked,
                "is_locked": columns[one].locked,
            }
            for one in order
        ]
        return self.draw(self._context(choices, self._query(), self._per_page() or DEFAULT_PAGE_SIZE))

    def _query(self) -> str:
        return self.request.POST.get("query", "")[:8_000]

    def _back(self, said: str) -> HttpResponse:
        """To the list with everything but the address's own columns, which would hide the choice."""
        messages.success(self.request, said)
        kept = [part for part in self._query().split("&") if part and not part.startswith(("columns=", "per_page="))]
        return redirect(f"{reverse(self.list_url)}?{'&'.join(kept)}" if kept else reverse(self.list_url))

    def _no_rows(self) -> Any:
        model = self.kind.filters._meta.model
        return model._default_manager.none()
