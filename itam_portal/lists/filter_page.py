"""The editor of a list's advanced filter: a panel, and a page without JavaScript. One line of an app's urls."""

from typing import Any, ClassVar

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.lists.chips import proposed_days
from itam_portal.lists.draft import Draft, draft_of, posted
from itam_portal.lists.editor import Editor, problems_of
from itam_portal.lists.listing import Listing
from itam_portal.lists.state import CARRIED
from itam_portal.lists.tree import Rule
from itam_portal.lists.views_page import LONGEST_STATE, ListSidePage
from itam_portal.pages import ListPage, listing_on
from itam_portal.refusals import Malformed
from itam_portal.requests import PortalRequest, number_of


def filter_urls(prefix: str, list_page: type[ListPage]) -> list[URLPattern]:
    """The editor of a list's advanced filter."""
    return [path(prefix, FilterPage.as_view(list_page=list_page), name=f"{list_page.list_name()}_filter")]


class FilterPage(ListSidePage):
    """Edit the advanced filter as rows. Nothing is kept here: what is applied stands in the list's address."""

    title = gettext_lazy("Advanced filter")
    template_name = "lists/filter.html"
    part_name: ClassVar[str] = "lists/_filter.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        listing = self._listing(request.META.get("QUERY_STRING", ""))
        return self._show(listing, draft_of(listing.state.tree), listing.state.without_place())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        listing, draft = self._listing(request.POST.get("query", "")), posted(request.POST)
        query = listing.state.without_place()
        deed, _mark, key = request.POST.get("do", "").partition(":")
        if deed == "apply":
            return self._apply(listing, draft, query)
        if deed == "include":
            simple = self._simple(listing)
            draft.include([Rule(name, tuple(values)) for name, values in simple.items()])
            query = listing.state.query(**dict.fromkeys(simple))
            listing = self._listing(query)
        elif deed != "update":
            number = number_of(key)
            draft.do(deed, -1 if number is None else number)
        return self._show(listing, draft, query)

    def _listing(self, query: str) -> Listing:
        """The list whose filter is edited, also where its address is wrong: that is what the editor may mend."""
        if len(query) > LONGEST_STATE:
            raise Malformed(_("This address is too long. Nothing was changed."))
        return listing_on(self.list_page, self.request, QueryDict(query))

    def _apply(self, listing: Listing, draft: Draft, query: str) -> HttpResponse:
        tree = self._editor.tree(draft)
        if draft.has_problems:
            return self._show(listing, draft, query, status=422)
        kept = listing.state.query(filter=str(tree) if tree else None)
        address = f"{self.list_url}?{kept}" if kept else self.list_url
        return HttpResponse(status=204, headers={"HX-Redirect": address}) if self.is_part else redirect(address)

    def _simple(self, listing: Listing) -> dict[str, list[str]]:
        """The simple filters that can be taken over. The chosen organization stays what navigation carries."""
        return {name: values for name, values in listing.state.conditions.items() if name not in CARRIED}

    @property
    def _editor(self) -> Editor:
        return Editor(self.list_page.kind_of(self.account).filters, self.account)

    def _show(self, listing: Listing, draft: Draft, query: str, status: int = 200) -> HttpResponse:
        editor, in_page = self._editor, not self.request.headers.get("HX-Target", "").endswith("panel-body")
        context = {
            "root": editor.drawn(draft),
            "problems": problems_of(draft, editor),
            "focus": draft.focus if status == 200 else "",
            "query": query,
            "back": f"{self.list_url}?{query}" if query else self.list_url,
            "simple": len(self._simple(listing)),
            "unread": self._unread(listing),
            "was_edited": self.request.method == "POST",
            "proposed_days": proposed_days(self.shell.language),
            "in_page": in_page,
        }
        return self.draw(context, template=self.part_name if self.is_part else self.template_name, status=status)

    def _unread(self, listing: Listing) -> str:
        """Why the filter of the address is not shown, where it cannot be read."""
        is_unread = listing.state.values("filter") and listing.state.tree is None
        return next(iter(listing.state.problems), "") if is_unread else ""
