"""The page that puts organizations into a group and takes them out."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal import guards
from itam_portal.lists.listing import Listing
from itam_portal.refusals import Refused
from itam_portal.requests import PortalRequest, number_of, reason_of
from itam_portal.shell import Shell
from itam_portal.templatetags.ui import number
from itam_portal.tenancy.reach import ALL
from organizations.models import Organization, OrganizationGroup
from organizations.operations import gather_organizations
from organizations.queries import OrganizationQuerySet
from organizations.views.groups import OrganizationGroupPage
from organizations.views.lists import ORGANIZATIONS, visible_organizations
from roles.rights import Right

PER_PAGE = 25
MOST_CHANGES = 1_000


@dataclass(frozen=True)
class Side:
    """One of the two lists of the picker: a page of organizations, and the ways on."""

    rows: list[Organization]
    asked: str
    page: int
    has_next: bool
    total: str


class OrganizationGroupManage(OrganizationGroupPage):
    """All organizations on the left with a plus, those in the group on the right with an X; saved at the end.

    What is not saved yet lives in the form alone: searching, paging, adding and removing send it along.
    """

    right = Right.CHANGE_ORGANIZATION_GROUPS
    template_name = "organizations/group_manage.html"
    step = gettext_lazy("Manage organizations")

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._show(self.object())

    def post(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        found = self.object()
        return self._save(found) if "save" in request.POST else self._show(found)

    @cached_property
    def pending(self) -> tuple[list[int], list[int]]:
        """What is to be put in and what to be taken out, the click that sent the form included."""
        add, remove = (dict.fromkeys(self._numbers(name)) for name in ("add", "remove"))
        clicked = {name: number_of(self.request.POST.get(name, "")) for name in ("plus", "minus", "undo")}
        if clicked["plus"] is not None:
            add[clicked["plus"]] = None
        if clicked["minus"] is not None:
            remove[clicked["minus"]] = None
        if clicked["undo"] is not None:
            add.pop(clicked["undo"], None)
            remove.pop(clicked["undo"], None)
        return list(add)[:MOST_CHANGES], list(remove)[:MOST_CHANGES]

    def _numbers(self, name: str) -> list[int]:
        numbers = [number_of(text) for text in self.request.POST.getlist(name)]
        return [one for one in numbers if one is not None]

    def _save(self, found: OrganizationGroup) -> HttpResponse:
        # Who may be seen may be chosen; numbers of others are as good as none.
        seen = visible_organizations(self.account)
        add, remove = (list(seen.numbered_among(keys).values_list("pk", flat=True)) for keys in self.pending)
        try:
            done = gather_organizations(found, by=self.account, add=add, remove=remove, reason=reason_of(self.request))
        except Refused as refusal:
            return self._show(found, refusal=refusal)
        words = {"added": done.added, "removed": done.removed}
        messages.success(self.request, _("Saved: %(added)d added, %(removed)d removed.") % words)
        return redirect(Shell.carrying(self.request, "organization_group", found.pk))

    def _show(self, found: OrganizationGroup, *, refusal: Refused | None = None) -> HttpResponse:
        add, remove = self.pending
        everything = visible_organizations(self.account)
        members = everything.gathered_in(found)
        left, right = self._side(everything, "q", whole=True), self._side(members, "members_q")
        inside = set(members.numbered_among([row.pk for row in left.rows]).values_list("pk", flat=True))
        context = {
            "group": found,
            "left": [(row, row.pk in inside, row.pk in add, row.pk in remove) for row in left.rows],
            "right": [(row, row.pk in remove) for row in right.rows],
            "available": left,
            "members": right,
            "adding": list(everything.numbered_among(add).order_by("name_key", "pk")),
            "pending": (add, remove),
            "is_full": len(add) + len(remove) >= MOST_CHANGES,
            "refusal": refusal,
            **self._preview(found, add, remove),
        }
        response = self.draw(context, status=refusal.status if refusal else 200)
        if refusal:
            # What refuses is drawn in the picker's place, so that nothing that was chosen is lost.
            response.headers["HX-Reswap"] = "outerMorph"
        return response

    def _side(self, rows: OrganizationQuerySet, name: str, *, whole: bool = False) -> Side:
        """A page of one list, found by the same engine as every list."""
        asked = self.request.POST.get(name, "").replace("\0", "").strip()[:200]
        turned = self.request.POST.get(f"{name}_turn", "")
        page = number_of(turned or self.request.POST.get(f"{name}_page", "")) or 1
        address = QueryDict(mutable=True)
        address.update(
            {"per_page": str(PER_PAGE), "page": str(page), "sort": "name", **({"q": asked} if asked else {})}
        )
        is_whole = whole and self.account.reach(Right.READ_ORGANIZATIONS) is ALL
        listing = Listing(ORGANIZATIONS, rows, address, account=self.account, is_whole=is_whole)
        found = {row.pk: row for row in Organization.objects.all().numbered_among(listing.found.keys)}
        shown = [found[key] for key in listing.found.keys if key in found]
        total, place = listing.total, listing.found
        return Side(shown, asked, place.page or 1, place.has_next, f"{number(total.number)}{'+' * total.is_capped}")

    def _preview(self, found: OrganizationGroup, add: list[int], remove: list[int]) -> dict[str, Any]:
        """Who would gain and who would lose what by saving, where that was asked for."""
        if "preview" not in self.request.POST:
            return {"previews": False}
        known = set(visible_organizations(self.account).numbered_among(add).values_list("pk", flat=True))
        effect = guards.ask("organization_group.effect", found, known, remove)
        labels = {right.value: right.label for right in Right}
        sides = {"gains": effect.gains, "losses": effect.losses}
        return {"previews": True, **{name: [(labels[r], side) for r, side in of.items()] for name, of in sides.items()}}
