"""Who is in a group: the list of its users, and the page that adds and removes them."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.forms import numbers_of
from accounts.jobs.giving import GIVE
from accounts.models import Account, Group, RoleAssignment
from accounts.operations import MembersChanged, change_members
from accounts.queries import AccountQuerySet, Effect, Held, effect_of, outside_of, with_more
from accounts.views.dialogs import leading_to
from accounts.views.effect import in_words
from accounts.views.groups import GroupPage, crumbs_of, group_at, head_of
from accounts.views.lists import ACCOUNTS, AccountsList
from itam_portal.lists import receipts
from itam_portal.lists.listing import Listing
from itam_portal.refusals import Refused
from itam_portal.requests import PortalRequest, number_of, reason_of
from itam_portal.shell import Crumb, Shell
from itam_portal.templatetags.ui import number
from itam_portal.tenancy.reach import ALL
from roles.rights import Right

PER_PAGE = 25
MOST_CHANGES = 1_000
NAMED = 50


class GroupUsers(AccountsList):
    """The accounts in one group."""

    right = Right.READ_GROUPS
    everywhere = True
    template_name = "groups/users.html"
    title = gettext_lazy("Users")
    place = "groups"
    views_name = "group_users"
    views_url = ""
    export_name = ""
    columns_url = "accounts_columns"
    tabs = ()
    bulk = ()
    nothing_yet = gettext_lazy("Nobody is in this group yet.")

    @property
    def found(self) -> Group:
        """The group of the address."""
        return group_at(self)

    def visible_rows(self) -> Any:
        """The members that this reader may see."""
        return Account.objects.visible_to(self.account).in_group(self.found)

    def crumbs(self) -> list[Crumb]:
        return crumbs_of(self.request, self.found, self.title)

    def draw(self, context: dict[str, Any], *, template: str = "", status: int = 200) -> HttpResponse:
        """The list, between what surrounds every page of a group."""
        return super().draw({**head_of(self, self.found), **context}, template=template, status=status)


@dataclass(frozen=True)
class Side:
    """One of the two lists of the picker: a page of accounts, and the ways on."""

    rows: list[Account]
    asked: str
    page: int
    has_next: bool
    total: str


class GroupManage(GroupPage):
    """Manage Users: everybody on the left with a plus, the added ones on the right with an X; saved at the end.

    What is not saved yet lives in the form alone: searching, paging, adding and removing send it along.
    """

    right = Right.CHANGE_MEMBERS
    template_name = "groups/manage.html"
    step = gettext_lazy("Manage users")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(self.object())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        if "save" in request.POST:
            return self._save(found)
        return self._show(found)

    @cached_property
    def pending(self) -> tuple[list[int], list[int]]:
        """Who is to be added and who to be removed, the click that sent the form included."""
        add, remove = (dict.fromkeys(numbers_of(self.request.POST.getlist(name))) for name in ("add", "remove"))
        clicked = {name: number_of(self.request.POST.get(name, "")) for name in ("plus", "minus", "undo")}
        if clicked["plus"] is not None:
            add[clicked["plus"]] = None
        if clicked["minus"] is not None:
            remove[clicked["minus"]] = None
        if clicked["undo"] is not None:
            add.pop(clicked["undo"], None)
            remove.pop(clicked["undo"], None)
        return list(add), list(remove)

    def _save(self, found: Group) -> HttpResponse:
        # Who may be seen may be chosen; numbers of others are as good as none.
        seen = Account.objects.visible_to(self.account)
        add, remove = (list(seen.numbered_among(keys).values_list("pk", flat=True)) for keys in self.pending)
        try:
            changed = change_members(found, by=self.account, add=add, remove=remove, reason=reason_of(self.request))
        except Refused as refusal:
            return self._show(found, refusal=refusal)
        words = {"added": changed.added, "removed": changed.removed}
        said = _("Saved: %(added)d added, %(removed)d removed.") % words
        if not changed.without_role:
            return leading_to(self, Shell.carrying(self.request, "group_users", found.pk), said)
        kept = str(self._keep(changed))
        return leading_to(self, Shell.carrying(self.request, "group_saved", found.pk, selection=kept), said)

    def _keep(self, changed: MembersChanged) -> int:
        """Exactly those without a role, for giving them one."""
        rows = Account.objects.visible_to(self.account).numbered_among(changed.without_role)
        return receipts.freeze(rows, operation=GIVE.name, by=self.account).pk

    def _show(self, found: Group, *, refusal: Refused | None = None) -> HttpResponse:
        add, remove = self.pending
        members = Account.objects.visible_to(self.account).in_group(found)
        everybody = Account.objects.visible_to(self.account)
        left, right = self._side(everybody, "q", whole=True), self._side(members, "members_q")
        inside = set(members.numbered_among([row.pk for row in left.rows]).values_list("pk", flat=True))
        context = {
            **head_of(self, found),
            "left": [(row, row.pk in inside, row.pk in add, row.pk in remove) for row in left.rows],
            "right": [(row, row.pk in remove) for row in right.rows],
            "available": left,
            "members": right,
            "adding": list(everybody.numbered_among(add).order_by("name_key", "pk")),
            "pending": (add, remove),
            "is_full": len(add) + len(remove) >= MOST_CHANGES,
            "refusal": refusal,
            "everywhere_url": reverse("group_manage", args=[found.pk]),
            **(in_words(self._effect(found, add, remove)) if "preview" in self.request.POST else {}),
            "previews": "preview" in self.request.POST,
        }
        response = self.draw(context, status=refusal.status if refusal else 200)
        if refusal:
            # What refuses is drawn in the picker's place, so that nothing that was chosen is lost.
            response.headers["HX-Reswap"] = "outerMorph"
        return response

    def _side(self, rows: AccountQuerySet, name: str, *, whole: bool = False) -> Side:
        """A page of one list, found by the same engine as every list."""
        asked = self.request.POST.get(name, "").replace("\0", "").strip()[:200]
        turned = self.request.POST.get(f"{name}_turn", "")
        page = number_of(turned or self.request.POST.get(f"{name}_page", "")) or 1
        address = QueryDict(mutable=True)
        address.update({"per_page": str(PER_PAGE), "page": str(page), "sort": "name"})
        # The chosen organization narrows who is offered, not who is shown as a member.
        narrowed = {"organization": self.shell.organization if whole else "", "q": asked}
        address.update({name: value for name, value in narrowed.items() if value})
        is_whole = whole and self.account.reach(Right.READ_ACCOUNTS) is ALL
        listing = Listing(ACCOUNTS, rows, address, account=self.account, is_whole=is_whole)
        found = {row.pk: row for row in Account.objects.all().numbered_among(listing.found.keys)}
        total = listing.total
        shown = [found[key] for key in listing.found.keys if key in found]
        return Side(
            shown,
            asked,
            listing.found.page or 1,
            listing.found.has_next,
            f"{number(total.number)}{'+' * total.is_capped}",
        )

    def _effect(self, found: Group, add: list[int], remove: list[int]) -> Effect:
        """What would be gained and lost by saving."""
        given = [Held.of(one) for one in RoleAssignment.objects.live().given_to(found)]
        facts: dict[str, Any] = {"tenant_id": found.tenant_id, "rights": list(Right.values)}
        accounts = Account.objects.visible_to(self.account)
        effect = effect_of(accounts.numbered_among(add), change=with_more(*given), **facts)
        lost = effect_of(accounts.numbered_among(remove), change=outside_of(found.pk), **facts)
        return effect.joined(lost)


class GroupSaved(GroupPage):
    """Which members would still hold no live role, and the way to give exactly these one."""

    right = Right.CHANGE_MEMBERS
    template_name = "groups/saved.html"
    step = gettext_lazy("Members without a role")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        kept = receipts.kept(number_of(request.GET.get("selection", "")) or 0, operation=GIVE.name, by=self.account)
        if kept is None:
            return redirect("group_users", found.pk)
        rows = receipts.chosen(Account.objects.visible_to(self.account), kept).order_by("name_key", "pk")
        shown = {"selection": kept, "rows": list(rows[:NAMED]), "more": max(0, kept.total - NAMED)}
        return self.draw({**head_of(self, found), **shown})
