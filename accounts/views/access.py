"""Who holds a right: everybody who holds it at a place, and through what."""

from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.filters import AccessFilters
from accounts.models import Account
from accounts.queries import AccountQuerySet, with_ways
from accounts.tables import AccessTable
from accounts.views.lists import ACCOUNTS, AccountsList
from itam_portal.lists.columns import ColumnsPage
from itam_portal.lists.listing import Listing, ListKind
from itam_portal.pages import ListPage
from itam_portal.requests import PortalRequest
from itam_portal.shell import Shell
from organizations.queries import first_organizations
from roles.rights import Area, Right, rights_of

ACCESS = ListKind(
    name="access",
    table=AccessTable,
    filters=AccessFilters,
    count_in_words=lambda number: ngettext("account", "accounts", number),
    search=ACCOUNTS.search,
    search_label=ACCOUNTS.search_label,
    icons={**ACCOUNTS.icons, "holds": "key-round"},
    annotations={"role_names": AccountQuerySet.with_role_names},
    asking={"own_ways": with_ways, "group_ways": with_ways},
)


class AccessList(ListPage):
    """Everybody who holds a right at a place."""

    kind = ACCESS
    right = Right.READ_ACCOUNTS
    rows = Account.objects.visible_to
    template_name = "accounts/holders.html"
    title = gettext_lazy("Who holds a right")
    purpose = gettext_lazy(
        "Everybody who holds it there in the end, and through what. A deny takes people off the list."
    )
    place = "accounts"
    columns_url = "access_columns"
    views_url = "access_views"
    export_name = "access_export"
    parents = ((gettext_lazy("Accounts"), "accounts"),)
    tabs = AccountsList.tabs
    nothing_yet = gettext_lazy("Nobody holds this right there.")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "right" in request.GET:
            return redirect(self._chosen(request.GET))
        if not request.GET.keys() - {"organization"}:
            return redirect(Shell.carrying(request, "access", holds=Right.READ_ACCOUNTS))
        return super().get(request, *args, **kwargs)

    def _chosen(self, address: QueryDict) -> str:
        """The address that the form above the list means."""
        place = f"@{address['at']}" if address.get("at") else ""
        kept = address.copy()
        for name in ("right", "at", "page", "after", "before"):
            kept.pop(name, None)
        kept["holds"] = f"{address['right']}{place}"
        return f"{self.request.path}?{kept.urlencode()}"

    def listing(self, address: QueryDict, *, with_default: bool = False) -> Listing:
        """The list; without a right it would be everybody."""
        listing = super().listing(address, with_default=with_default)
        if len(listing.state.values("holds")) != 1 and not listing.problems:
            listing.problems.append(_("Choose the right to ask for."))
        return listing

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """The list below the form that picks the right and the place."""
        right, _at, place = self.request.GET.get("holds", "").partition("@")
        areas = [(area.label, rights_of(area)) for area in Area]
        others = {"holds", "right", "at", "page", "after", "before"}
        kept = [(name, one) for name, values in self.request.GET.lists() if name not in others for one in values]
        picked = {
            "kept": kept,
            "areas": areas,
            "right": right,
            "at": place,
            "organizations": first_organizations(self.account),
        }
        return super().draw({**picked, **context}, template=template, status=status)


class AccessColumns(ColumnsPage):
    """Choose which columns the list shows, and in what order."""

    list_page = AccessList
    right = Right.READ_ACCOUNTS
    place = "accounts"
    default_right = Right.SET_LIST_DEFAULTS
    parents = ((gettext_lazy("Accounts"), "accounts"),)
