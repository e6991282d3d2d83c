"""The organizations as trees: what stands at the top first, what stands below it once it is opened."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from django.http import HttpResponse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from itam_portal.lists.tables import Reader
from itam_portal.pages import Page
from itam_portal.requests import PortalRequest, number_of
from itam_portal.shell import Shell
from organizations.models import Organization
from organizations.queries import all_above, children_of, parent_names
from organizations.views.lists import PARENTS, TABS, visible_organizations
from roles.rights import Right

# So many below one organization, open at once, found by a search, and drawn in all.
MOST_BELOW, MOST_OPEN, MOST_FOUND, MOST_LINES = 200, 200, 50, 2_000


@dataclass(frozen=True)
class Line:
    """One organization at one of its places, or, without one, the way to more of them."""

    depth: int
    url: str
    organization: Organization | None = None
    is_open: bool = False
    is_current: bool = False
    detail_url: str = ""
    set_url: str = ""
    id: str = ""
    above: list[str] = field(default_factory=list)

    @property
    def step(self) -> int:
        """How far it is moved in: what is deeper than can be shown stays at the edge."""
        return min(self.depth, 8)


class OrganizationsTree(Page):
    """Every hierarchy within reach. An organization below several others stands below each of them."""

    right = Right.READ_ORGANIZATIONS
    template_name = "organizations/tree.html"
    title = gettext_lazy("Tree of organizations")
    purpose = gettext_lazy("Who stands below whom. It changes nobody's rights: those do not pass along.")
    place = "organizations"
    parents = PARENTS
    keeps_organization = True

    def get(self, request: PortalRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        sought = request.GET.get("q", "").strip()[:100]
        lines = list(self._found(sought) if sought else self._tree())
        context: dict[str, Any] = {"lines": lines, "q": sought, "problems": self.problems, "path": request.path}
        context |= {"is_cut": len(lines) >= MOST_LINES, "is_part": len(lines) > MOST_FOUND and bool(sought)}
        context |= {"tabs": list(self._tabs())}
        context |= {"chosen": self.shell.organization, "plain_url": Shell.carrying(request, "organizations_tree")}
        is_part = self.is_part and request.headers.get("HX-Target", "").endswith("tree")
        template = "organizations/_tree.html" if is_part else ""
        return self.draw(context, template=template, status=400 if self.problems else 200)

    def _tabs(self) -> Iterator[dict[str, Any]]:
        for label, name, right, everywhere in TABS:
            if self.account.may(right, self.account.tenant if everywhere else None):
                yield {"label": label, "url": self.shell.carry(name), "is_current": name == "organizations_tree"}

    # --- what is open ---------------------------------------------------------------------------------------------

    @cached_property
    def opened(self) -> list[int]:
        """The organizations that the address opens, of those that this reader sees."""
        asked = dict.fromkeys(number_of(text) for text in self.request.GET.getlist("open")[:MOST_OPEN])
        keys = [key for key in asked if key is not None]
        seen = set(visible_organizations(self.account).numbered_among(keys).values_list("pk", flat=True))
        return [key for key in keys if key in seen]

    @cached_property
    def problems(self) -> list[str]:
        """What is wrong with the address, in words."""
        found, texts = [], self.request.GET.getlist("open")
        if len(set(texts)) > len(self.opened):
            found.append(_("One of the organizations that this link opens is not there, or you cannot see it."))
        if len(texts) > MOST_OPEN:
            found.append(_("At most %(number)d organizations can be open at once.") % {"number": MOST_OPEN})
        if not self.shell.knows_organization:
            found.append(_("There is no organization “%(code)s”.") % {"code": self.shell.organization[:60]})
        return found

    def _opening(self, keys: list[int]) -> str:
        chosen = [("organization", self.shell.organization)] if self.shell.organization else []
        return f"?{urlencode([*chosen, *[('open', key) for key in keys]])}"

    # --- lines ----------------------------------------------------------------------------------------------------

    def _tree(self) -> Iterator[Line]:
        seen = visible_organizations(self.account)
        roots = list(
            seen.roots_for(self.account).with_children(self.account).order_by("name_key", "pk")[: MOST_BELOW + 1]
        )
        children = children_of(self.account, self.opened, MOST_BELOW) if self.opened else {}
        left = MOST_LINES
        for line in self._below(None, roots, children, ()):
            yield line
            left -= 1
            if not left:
                return

    def _below(
        self, parent: Organization | None, rows: list[Any], children: dict[int, list[Any]], way: tuple[int, ...]
    ) -> Iterator[Line]:
        for row in rows[:MOST_BELOW]:
            here = (*way, row.pk)
            is_open = row.pk in self.opened and row.has_children
            yield self._line(row, here, is_open=is_open)
            if is_open:
                yield from self._below(row, children.get(row.pk, []), children, here)
        if len(rows) > MOST_BELOW:
            asked = {"parent": parent.code} if parent else {"parent__empty": "yes"}
            yield Line(len(way), self.shell.carry("organizations", **asked))

    def _line(self, row: Any, way: tuple[int, ...], *, is_open: bool) -> Line:
        keys = [key for key in self.opened if key != row.pk] if is_open else [*self.opened, row.pk]
        place = "o" + "-".join(map(str, way))
        url = f"{self._opening(keys)}#{place}" if row.has_children else ""
        return Line(len(way) - 1, url, row, is_open, id=place, **self._links(row))

    def _links(self, row: Organization) -> dict[str, Any]:
        kept = [*[("open", key) for key in self.opened], *[("q", text) for text in self.request.GET.getlist("q")]]
        return {
            "detail_url": Shell.carrying(self.request, "organization", row.pk),
            "set_url": f"{Reader.choosing(row.code)}{'&' if kept else ''}{urlencode(kept)}",
            "is_current": row.code.lower() == self.shell.organization.lower(),
        }

    def _found(self, sought: str) -> Iterator[Line]:
        """The first that match, each with what stands above it and the way to its places."""
        matching = visible_organizations(self.account).named_like(sought).order_by("name_key", "pk")
        rows = list(matching[: MOST_FOUND + 1])
        keys = [row.pk for row in rows]
        above, names = all_above(self.account.tenant_id, keys), parent_names(self.account, keys)
        every = {key for found in above.values() for key in found}
        seen = set(visible_organizations(self.account).numbered_among(every).values_list("pk", flat=True))
        for row in rows:
            url = self._opening(sorted(above.get(row.pk, set()) & seen)[:MOST_OPEN])
            yield Line(0, url, row, id=f"o{row.pk}", above=names.get(row.pk, []), **self._links(row))
