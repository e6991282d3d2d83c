"""The few kinds of pages there are: plain, object, operation, list. Pages inherit once, from one of them."""

from collections.abc import Iterable
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.views import redirect_to_login
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseBase, QueryDict
from django.middleware.csrf import get_token
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.functional import cached_property
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views import View

from itam_portal.lists import drawing
from itam_portal.lists.boxes import Boxes
from itam_portal.lists.filterbar import FilterBar
from itam_portal.lists.group_menu import GroupMenu
from itam_portal.lists.listing import Listing, ListKind
from itam_portal.lists.preferences import keep_address, kept_of
from itam_portal.lists.state import LONGEST_QUERY, NO_VIEW, PLACE
from itam_portal.lists.viewbar import ViewBar
from itam_portal.lists.viewing import resolve, view_number
from itam_portal.refusals import Refused, require
from itam_portal.requests import PortalRequest
from itam_portal.shell import Crumb, Shell


class Action:
    """A button of a page: it exists only for those whose right would open its page."""

    def __init__(
        self,
        label: Any,
        url_name: str,
        icon: str,
        right: str,
        *,
        primary: bool = False,
        opens: str = "",
        everywhere: bool = False,
    ) -> None:
        self.label, self.url_name, self.icon, self.right, self.primary = label, url_name, icon, right, primary
        # The dialog that it opens in, "panel" or "modal", if in any.
        self.opens = opens
        # Whether its page needs the right for the whole tenant.
        self.everywhere = everywhere

    def is_for(self, account: Any) -> bool:
        """Whether its page would open for this account."""
        return account.may(self.right, account.tenant if self.everywhere else None)


class Page(View):
    """A page of somebody signed in. `right` is needed to open it; None only where everybody may."""

    right: ClassVar[str | None] = None
    everywhere: ClassVar[bool] = False
    title: ClassVar[Any] = ""
    purpose: ClassVar[Any] = ""
    template_name: ClassVar[str] = ""
    place: ClassVar[str] = ""
    parents: ClassVar[tuple[tuple[Any, str], ...]] = ()
    actions: ClassVar[tuple[Action, ...]] = ()
    request: PortalRequest

    def dispatch(
        self,
        request: PortalRequest,  # type: ignore[override]
        *args: Any,
        **kwargs: Any,
    ) -> HttpResponseBase:
        """Sign-in first, then the right, then the page; a refusal is shown in its own words."""
        if request.account is None:
            return self._to_sign_in(request)
        try:
            if self.right:
                require(self.account, self.right, self.account.tenant if self.everywhere else None)
            response = super().dispatch(request, *args, **kwargs)
        except Refused as refusal:
            transaction.set_rollback(True)
            response = self.refuse(refusal)
        patch_vary_headers(response, ["HX-Request", "Cookie"])
        response.headers["Cache-Control"] = "no-store"
        return response

    @property
    def account(self) -> Any:
        """Who reads or acts."""
        return self.request.account

    @cached_property
    def marks(self) -> SafeString:
        """What every form of the page carries, as components/form_marks.html draws it."""
        return drawing.form_marks(self.csrf_token, self.account.tenant_id)

    @cached_property
    def csrf_token(self) -> str:
        """The token of every form of the page: masking it anew for each one costs more than some queries."""
        return get_token(self.request)

    @property
    def is_part(self) -> bool:
        """Whether htmx asks for a part of the page."""
        return self.request.headers.get("HX-Request") == "true"

    def _to_sign_in(self, request: PortalRequest) -> HttpResponse:
        if self.is_part:
            return HttpResponse(status=204, headers={"HX-Redirect": reverse(settings.LOGIN_URL)})
        return redirect_to_login(request.get_full_path() if request.method == "GET" else "/", settings.LOGIN_URL)

    def refuse(self, refusal: Refused) -> HttpResponse:
        """The page that says why not."""
        return render(self.request, "refused.html", {"refusal": refusal}, status=refusal.status)

    def crumbs(self) -> list[Crumb]:
        """The way to this page."""
        return [*[Crumb(label, Shell.carrying(self.request, name)) for label, name in self.parents], Crumb(self.title)]

    @cached_property
    def shell(self) -> Shell:
        """What surrounds the page."""
        return Shell(self.request, title=self.title, crumbs=self.crumbs(), current=self.place)

    def buttons(self) -> list[dict[str, Any]]:
        """The page's actions that this reader may open, each with its address."""
        shown = [action for action in self.actions if action.is_for(self.account)]
        return [{"action": action, "url": self.shell.carry(action.url_name)} for action in shown]

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """The page as HTML."""
        facts = {"title": self.title, "purpose": self.purpose, "buttons": self.buttons()}
        marks = {"csrf_token": self.csrf_token, "marks": self.marks}
        everything = {"shell": self.shell, **facts, **marks, **context}
        return render(self.request, template or self.template_name, everything, status=status)


class PlainPage(Page):
    """A page that shows what `context` answers."""

    def context(self) -> dict[str, Any]:
        """What the template needs."""
        return {}

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self.draw(self.context())


class ObjectPage(Page):
    """A page about one object within the reader's reach; outside of it the object does not exist."""

    rows: ClassVar[Any]

    def object(self) -> Any:
        """The object of the address. Raises Http404 where it cannot be seen."""
        found = type(self).rows(self.account).filter(pk=self.kwargs["pk"]).first()
        if found is None:
            raise Http404
        return found

    def context(self, found: Any) -> dict[str, Any]:
        """What the template needs."""
        return {"object": found}

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        self.title = str(found)  # type: ignore[misc]
        return self.draw(self.context(found))


EXPORTS = (("CSV", "csv"), ("Excel (XLSX)", "xlsx"))


class ListPage(Page):
    """A list: rows, table and filters are declared, everything else is the list engine's."""

    kind: ClassVar[ListKind]
    template_name = "lists/page.html"
    part_name: ClassVar[str] = "lists/_list.jinja"
    rows: ClassVar[Any]
    tabs: ClassVar[tuple[Any, ...]] = ()
    bulk: ClassVar[tuple[Action, ...]] = ()
    columns_url: ClassVar[str] = ""
    views_url: ClassVar[str] = ""
    # What the addresses of the list's files are called, before _csv and _xlsx; '' where it has none.
    export_name: ClassVar[str] = ""
    views_name: ClassVar[str] = ""
    nothing_yet: ClassVar[Any] = ""

    def is_whole(self) -> bool:
        """Whether the list is all rows of the tenant, so that a count of candidates is a count of rows."""
        return False

    @classmethod
    def list_name(cls) -> str:
        """The name of the list's own page, under which its views are kept. Lists of one kind may show other rows."""
        return cls.views_name or cls.kind.name

    @classmethod
    def kind_of(cls, account: Any) -> ListKind:
        """The kind of list as this reader's tenant knows it: a tenant may have fields of its own."""
        return cls.kind

    def listing(self, address: QueryDict, *, with_default: bool = False) -> Listing:
        """The list for this reader and this address. Only the page itself begins with a default view."""
        asked = view_number(str(address.get("view") or ""))
        kind = self.kind_of(self.account)
        kept = kept_of(self.account, self.list_name(), columns_of=kind.name, asked=asked)
        viewed = resolve(address, kept.views, with_default=with_default)
        given = {"account": self.account, "preference": kept.preference, "is_whole": self.is_whole()}
        listing = Listing(kind, self.visible_rows(), viewed.data, **given).seen_through(viewed, kept.views)
        if "organization" not in kind.shape.filters and not self.shell.knows_organization:
            problem = _("There is no organization “%(code)s”.") % {"code": self.shell.organization[:60]}
            listing.problems.append(problem)
        return listing

    def visible_rows(self) -> Any:
        """Every row that this reader could see on this page."""
        return type(self).rows(self.account)

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if len(request.META.get("QUERY_STRING", "")) > LONGEST_QUERY:
            return self._shortened(request.GET)
        listing = self.listing(request.GET, with_default=True)
        status = 400 if listing.problems else 200
        drawn = drawing.draw(self.part_name, self.context(listing))
        if self.is_part and request.headers.get("HX-Target", "").endswith("list"):
            return HttpResponse(drawn, status=status)
        return self.draw({"list": drawn}, status=status)

    def _shortened(self, address: QueryDict) -> HttpResponse:
        """The same list by an address that an unnamed view stands for; where one stands in it stays outside."""
        kept, place = address.copy(), QueryDict(mutable=True)
        for name in sorted({*PLACE, "count"} & set(address)):
            place.setlist(name, kept.pop(name))
        place["view"] = str(keep_address(self.account, self.list_name(), kept.urlencode(), by=self.account).pk)
        return redirect(f"{self.request.path}?{place.urlencode()}")

    def context(self, listing: Listing) -> dict[str, Any]:
        """What the template needs."""
        actions = [action for action in self.bulk if action.is_for(self.account)]
        rows = listing.draw(picks=bool(actions))
        pager = listing.pager()
        return {
            "listing": listing,
            "rows": rows,
            "pager": pager,
            "heads": list(listing.heads()),
            **self._filters(listing),
            "tabs": list(self._tabs(listing)),
            "bar": ViewBar(self, listing) if self.views_url else None,
            "list_name": self.list_name(),
            "clear_url": listing.state.cleared(),
            "plain_url": f"{self.request.path}?view={NO_VIEW}" if listing.views.default else self.request.path,
            "bulk": [self._bulk(action, listing, pager) for action in actions],
            "everything_text": self._everything_text(pager),
            "columns_url": f"{reverse(self.columns_url)}?{listing.state.query(page=None)}" if self.columns_url else "",
            "nothing_yet": self.nothing_yet,
            "status_text": self._status_text(listing, pager),
            "exports": [(label, self._export_url(ending, listing)) for label, ending in EXPORTS if self.export_name],
            "groups": GroupMenu(listing),
            **self._place(),
        }

    def _filters(self, listing: Listing) -> dict[str, Any]:
        """The three ways to filter: chips, the advanced filter, boxes below the heads."""
        return {"chips": listing.chips(), "filter_bar": FilterBar(self, listing), "boxes": Boxes(listing)}

    def _whole_tenant(self) -> str:
        """A sentence where an organization is chosen that cannot narrow this list, '' elsewhere."""
        if not self.shell.organization or "organization" in self.kind.shape.filters:
            return ""
        words = _("This list is the same for all organizations of the tenant: %(name)s does not narrow it.")
        return words % {"name": self.shell.organization_label}

    def _place(self) -> dict[str, Any]:
        """What the list needs of the request, and what it says of the chosen organization."""
        asked = {"marks": self.marks, "path": self.request.path, "full_path": self.request.get_full_path()}
        return {**asked, "organization_label": self.shell.organization_label, "whole_tenant": self._whole_tenant()}

    def _tabs(self, listing: Listing) -> Iterable[dict[str, Any]]:
        """The list's own tabs. The tab of a list that begins with a view leads to the list without it."""
        shell, has_view = self.shell, listing.viewed.view is not None
        for label, url_name, right, everywhere in self.tabs:
            if not right or self.account.may(right, self.account.tenant if everywhere else None):
                is_here = reverse(url_name) == self.request.path
                url = shell.carry(url_name, **({"view": NO_VIEW} if is_here and listing.views.default else {}))
                yield {"label": label, "url": url, "is_current": is_here and not has_view}

    def _export_url(self, ending: str, listing: Listing) -> str:
        query = listing.state.without_place()
        return f"{reverse(f'{self.export_name}_{ending}', kwargs=self.kwargs)}{'?' if query else ''}{query}"

    def _bulk(self, action: Action, listing: Listing, pager: Any) -> dict[str, Any]:
        words = {"action": action.label, "number": pager.number, "count": pager.count}
        return {
            "action": action,
            "url": f"{reverse(action.url_name)}?{listing.state.without_place()}",
            "everything": _("%(action)s all %(number)s %(count)s") % words,
        }

    def _everything_text(self, pager: Any) -> str:
        if pager.total.is_capped:
            return _("Select everything that matches")
        return _("Select all %(number)s") % {"number": pager.number}

    def _status_text(self, listing: Listing, pager: Any) -> str:
        if listing.problems:
            return ""
        return f"{pager.number} {pager.count}"


def listing_on(list_page: type[ListPage], request: PortalRequest, address: QueryDict, **place: Any) -> Listing:
    """The list that this address shows on a list page, for a page beside it: a bulk action, columns, views.

    `place` is what the path says of the object that the list is about.
    """
    page = list_page()
    page.setup(request, **place)
    return page.listing(address)


class OperationPage(Page):
    """A page whose form carries out one operation."""

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return redirect("/")
