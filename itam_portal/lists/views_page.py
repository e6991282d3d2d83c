"""The pages of a list's views: save one, and rename, share, pin, prefer and delete them. Two lines of an app's urls."""

from collections.abc import Callable
from typing import Any, ClassVar

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.lists import saved_views
from itam_portal.lists.forms import SaveViewForm, ViewNameForm
from itam_portal.lists.listing import Listing
from itam_portal.lists.models import DefaultView, PinnedView, SavedView
from itam_portal.lists.preferences import kept_of
from itam_portal.lists.saved_views import ViewNameTaken, ViewWithoutName, may_change, may_set_defaults
from itam_portal.lists.viewing import View, held_by
from itam_portal.pages import ListPage, OperationPage, listing_on
from itam_portal.refusals import Malformed
from itam_portal.requests import PortalRequest
from itam_portal.shell import Crumb

LONGEST_STATE = 100_000


def views_urls(prefix: str, list_page: type[ListPage]) -> list[URLPattern]:
    """The pages of a list's views; `list_page.views_url` names the first of them."""
    name = list_page.views_url
    return [
        path(prefix, ViewsPage.as_view(list_page=list_page), name=name),
        path(f"{prefix}save/", SaveViewPage.as_view(list_page=list_page), name=f"{name}_save"),
    ]


class ListSidePage(OperationPage):
    """A page beside a list: it opens to whoever may open the list."""

    list_page: ClassVar[type[ListPage]] = ListPage

    def setup(self, request: PortalRequest, *args: Any, **kwargs: Any) -> None:  # type: ignore[override]
        super().setup(request, *args, **kwargs)
        page = self.list_page
        self.right, self.everywhere, self.place = page.right, page.everywhere, page.place  # type: ignore[misc]
        self.only_owners, self.hidden = page.only_owners, page.hidden  # type: ignore[misc]

    def crumbs(self) -> list[Crumb]:
        parents = [Crumb(label, reverse(name)) for label, name in self.list_page.parents]
        return [*parents, Crumb(self.list_page.title, self.list_url), Crumb(self.title)]

    @property
    def list_url(self) -> str:
        """The list itself."""
        return reverse(self.list_page.list_name())

    def listing(self, query: str) -> Listing:
        """The list as this query shows it. Raises Malformed where it shows none."""
        if len(query) > LONGEST_STATE:
            raise Malformed(_("This list asks for too much to be saved as a view. Nothing was changed."))
        listing = listing_on(self.list_page, self.request, QueryDict(query))
        if listing.problems:
            why = [_("This list cannot be saved as a view."), *map(str, listing.problems), _("Nothing was changed.")]
            raise Malformed(" ".join(why))
        return listing

    def held(self) -> str:
        """What a view shall hold: the state that the form carries."""
        return held_by(self.listing(self.request.POST.get("query", "")).state).urlencode()


class SaveViewPage(ListSidePage):
    """Save the list's present state as a new view: a panel, and a page without JavaScript."""

    title = gettext_lazy("Save view")
    template_name = "lists/save_view.html"
    part_name: ClassVar[str] = "lists/_save_view.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        listing = self.listing(request.META.get("QUERY_STRING", ""))
        return self._show(self._form(), listing.state.without_place())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        held, form = self.held(), self._form(request.POST)
        if form.is_valid():
            try:
                view = self._save(form.cleaned_data, held)
            except (ViewNameTaken, ViewWithoutName) as refusal:
                form.add_error("name", str(refusal))
            else:
                messages.success(request, _("The view “%(name)s” is saved.") % {"name": view.name})
                return self._leave(f"{self.list_url}?view={view.pk}")
        return self._show(form, request.POST.get("query", ""), status=422)

    def _leave(self, address: str) -> HttpResponse:
        """To another page, also out of a panel."""
        return HttpResponse(status=204, headers={"HX-Redirect": address}) if self.is_part else redirect(address)

    def _form(self, data: QueryDict | None = None) -> SaveViewForm:
        return SaveViewForm(data, may_set_defaults=may_set_defaults(self.account), auto_id="view-%s")

    def _show(self, form: SaveViewForm, query: str, status: int = 200) -> HttpResponse:
        template = self.part_name if self.is_part else self.template_name
        back = f"{self.list_url}?{query}"
        return self.draw({"form": form, "query": query, "back": back}, template=template, status=status)

    def _save(self, chosen: dict[str, Any], held: str) -> SavedView:
        given = {"name": chosen["name"], "query": held, "is_shared": chosen["is_shared"]}
        view = saved_views.save_view(self.list_page.list_name(), **given, by=self.account)
        afterwards = {
            "pin": saved_views.pin_view,
            "pin_for_all": saved_views.pin_for_all,
            "default": saved_views.begin_with,
            "default_for_all": saved_views.begin_with_for_all,
        }
        for name, operation in afterwards.items():
            if chosen.get(name):
                operation(view, by=self.account)
        return view


# What each button of the page does, and what is said of it.
Deed = tuple[Callable[..., Any], Any]
DEEDS: dict[str, Deed] = {
    "share": (saved_views.share_view, gettext_lazy("Everybody sees the view “%(name)s” now.")),
    "unshare": (saved_views.unshare_view, gettext_lazy("The view “%(name)s” is private now.")),
    "pin": (saved_views.pin_view, gettext_lazy("The view “%(name)s” is a tab now.")),
    "unpin": (saved_views.unpin_view, gettext_lazy("The view “%(name)s” is no tab of yours any more.")),
    "pin_for_all": (saved_views.pin_for_all, gettext_lazy("The view “%(name)s” is a tab for everybody now.")),
    "unpin_for_all": (saved_views.unpin_for_all, gettext_lazy("The view “%(name)s” is no tab for everybody any more.")),
    "default": (saved_views.begin_with, gettext_lazy("The view “%(name)s” is your default now.")),
    "default_for_all": (
        saved_views.begin_with_for_all,
        gettext_lazy("The view “%(name)s” is the tenant's default now."),
    ),
}
LIST_DEEDS: dict[str, Deed] = {
    "no_default": (saved_views.begin_plainly, gettext_lazy("You have no default view any more.")),
    "no_default_for_all": (
        saved_views.begin_plainly_for_all,
        gettext_lazy("The tenant has no default view any more."),
    ),
}


class ViewsPage(ListSidePage):
    """The views of a list, own and shared, and all that can be done with them."""

    title = gettext_lazy("Views")
    purpose = gettext_lazy("A view keeps filters, search, columns, order and page size under a name.")
    template_name = "lists/views.html"

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("rename", "")
        renamed = saved_views.changeable(self._view(asked), by=self.account) if asked else None
        form = ViewNameForm({"name": renamed.name}, auto_id="view-%s") if renamed else None
        return self._show(renamed, form)

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        deed = request.POST.get("do", "")
        if deed in LIST_DEEDS:
            operation, words = LIST_DEEDS[deed]
            operation(self.list_page.list_name(), by=self.account)
            return self._done(words)
        view = self._view(request.POST.get("view", ""))
        if deed in DEEDS:
            operation, words = DEEDS[deed]
            operation(view, by=self.account)
            return self._done(words % {"name": view.name})
        own = {"rename": self._rename, "update": self._update, "delete": self._delete}
        if deed not in own:
            raise Malformed(_("This page cannot do that with a view. Nothing was changed."))
        return own[deed](view)

    # --- deeds with a page of their own -------------------------------------------------------------------

    def _rename(self, view: SavedView) -> HttpResponse:
        form = ViewNameForm(self.request.POST, auto_id="view-%s")
        if form.is_valid():
            try:
                renamed = saved_views.rename_view(view, name=form.cleaned_data["name"], by=self.account)
            except (ViewNameTaken, ViewWithoutName) as refusal:
                form.add_error("name", str(refusal))
            else:
                return self._done(_("The view is called “%(name)s” now.") % {"name": renamed.name})
        return self._show(view, form, status=422)

    def _update(self, view: SavedView) -> HttpResponse:
        saved_views.update_view(view, query=self.held(), by=self.account)
        messages.success(self.request, _("The view “%(name)s” holds the list as it is now.") % {"name": view.name})
        return redirect(f"{self._next() or self.list_url}?view={view.pk}")

    def _delete(self, view: SavedView) -> HttpResponse:
        if self.request.POST.get("confirm") == "1":
            saved_views.delete_view(view, by=self.account)
            return self._done(_("The view “%(name)s” is deleted.") % {"name": view.name})
        saved_views.changeable(view, by=self.account)
        template = "lists/_delete_view.html" if self.is_part else "lists/delete_view.html"
        return self.draw({"view": view, "uses": self._uses(view), "title": _("Delete view")}, template=template)

    def _uses(self, view: SavedView) -> dict[str, Any]:
        """Who begins with the view, by name as far as the reader may see them, and for how many it is a tab."""
        chosen = DefaultView.objects.filter(tenant=self.account.tenant, view=view)
        users = chosen.filter(account__isnull=False).exclude(account=self.account)
        seen = type(self.account).objects.visible_to(self.account).filter(pk__in=users.values("account"))
        names = list(seen.order_by("name_key", "pk").values_list("name", flat=True)[:5])
        tabs = PinnedView.objects.filter(tenant=self.account.tenant, view=view).exclude(account=self.account)
        return {
            "is_tenants_default": chosen.filter(account__isnull=True).exists(),
            "is_own_default": chosen.filter(account=self.account).exists(),
            "names": names,
            "more": users.count() - len(names),
            "tabs": tabs.aggregate(number=Count("pk"))["number"],
        }

    # --- what is shown ------------------------------------------------------------------------------------

    @cached_property
    def _views(self) -> list[View]:
        name = self.list_page.list_name()
        return kept_of(self.account, name, columns_of=self.list_page.kind.name).views.named

    def _view(self, text: str) -> SavedView:
        """The view of this number. Raises Http404 where the reader sees none."""
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
        found = saved_views.views_of(self.list_page.list_name(), by=self.account).filter(pk=number).first()
        if found is None:
            raise Http404
        return found

    def _show(self, renamed: SavedView | None, form: ViewNameForm | None, status: int = 200) -> HttpResponse:
        rows = [(view, may_change(view, by=self.account)) for view in self._views]
        context = {
            "own": [row for row in rows if row[0].is_own],
            "shared": [row for row in rows if not row[0].is_own],
            "renamed": renamed,
            "form": form,
            "list_url": self.list_url,
            "may_set_defaults": may_set_defaults(self.account),
        }
        return self.draw(context, status=status)

    def _done(self, said: Any) -> HttpResponse:
        messages.success(self.request, str(said))
        return redirect(self.request.path)

    def _next(self) -> str:
        asked = self.request.POST.get("next", "")
        is_ours = asked and "?" not in asked and url_has_allowed_host_and_scheme(asked, {self.request.get_host()})
        return asked if is_ours else ""
