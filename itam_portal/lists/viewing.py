"""Views as a list's address names them: `view=5` puts a view below the address, `view=5-changed` only says where a
complete address came from, `view=none` keeps a default away. See docs/decisions/0008."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from django.http import QueryDict
from django.utils.translation import gettext as _

from itam_portal.lists.state import CARRIED, NO_GROUP, NO_VIEW, PLACE, ListState, Preference, Shape, parse

CHANGED = "-changed"
_NUMBER = re.compile(rf"([0-9]{{1,18}})({CHANGED})?")
# What of an address is no part of a list's state: where one stands, and how one came there.
_PASSING = PLACE | {"count", "view", "tenant", "open", "boxes"}


@dataclass(frozen=True)
class View:
    """A view as its reader sees it. Without a name it stands for an address that grew too long."""

    pk: int
    name: str
    query: str = ""
    maker: str = ""
    is_own: bool = False
    is_shared: bool = False
    is_pinned: bool = False
    is_pinned_for_all: bool = False
    is_default: bool = False
    is_tenants_default: bool = False

    @property
    def is_tab(self) -> bool:
        """Whether this reader has the view as a tab."""
        return self.is_pinned or self.is_pinned_for_all


@dataclass(frozen=True)
class Views:
    """The views of one list that one reader can see, by name."""

    views: tuple[View, ...] = ()

    @property
    def named(self) -> list[View]:
        """All of them that people see."""
        return [view for view in self.views if view.name]

    @property
    def default(self) -> View | None:
        """The view the list begins with: the reader's own choice, else the tenant's."""
        own = next((view for view in self.views if view.is_default), None)
        return own or next((view for view in self.views if view.is_tenants_default), None)

    def find(self, number: int) -> View | None:
        """The view of this number."""
        return next((view for view in self.views if view.pk == number), None)


@dataclass
class Viewed:
    """An address with its view below it. `data` says everything; `asked` is what a step to another page repeats."""

    data: QueryDict
    asked: tuple[tuple[str, str], ...] = ()
    view: View | None = None
    # Whether nothing was asked and the view is the reader's or the tenant's default.
    is_default: bool = False
    # Whether the address is the view alone, with nothing in it that could have changed it.
    is_pure: bool = False
    problems: list[str] = field(default_factory=list)


def view_number(text: str) -> int:
    """The number of the view that a value of `view` names; 0 where it names none."""
    found = _NUMBER.fullmatch(text)
    return int(found[1]) if found else 0


def resolve(address: QueryDict, views: Views, *, with_default: bool) -> Viewed:
    """Put the view that this address names, or the default where it asks for nothing, below its parameters."""
    if with_default and views.default and set(address) <= CARRIED:
        data = address.copy()
        data["view"] = str(views.default.pk)
        return replace(_resolve(data, views), is_default=True)
    return _resolve(address, views)


def _resolve(address: QueryDict, views: Views) -> Viewed:
    text = str(address.get("view") or "")
    if text in ("", NO_VIEW) or len(address.getlist("view")) > 1:
        return Viewed(address)
    view = views.find(view_number(text))
    if text.endswith(CHANGED) and view_number(text):
        return _came_from(view, address)
    if view is None:
        words = _("There is no view “%(number)s”, or it is somebody's own.") % {"number": text[:60]}
        return Viewed(address, problems=[words])
    return _below(view, address, views)


def _came_from(view: View | None, address: QueryDict) -> Viewed:
    """An address that says everything itself; a view that is not there any more takes only its name along."""
    if view is not None and view.name:
        return Viewed(address, view=view)
    data = address.copy()
    del data["view"]
    return Viewed(data)


def _below(view: View, address: QueryDict, views: Views) -> Viewed:
    whole = QueryDict(view.query, mutable=True)
    if PLACE & set(address):
        for name in PLACE:
            whole.pop(name, None)
    for name, values in address.lists():
        if name != "view":
            whole.setlist(name, values)
    asked = tuple(pairs_of(address))
    if not view.name:
        return _unfolded(whole, asked, views)
    whole["view"] = f"{view.pk}{CHANGED}"
    is_pure = set(address) <= CARRIED | PLACE | {"view", "count"}
    return Viewed(whole, asked, view, is_pure=is_pure)


def _unfolded(whole: QueryDict, asked: tuple[tuple[str, str], ...], views: Views) -> Viewed:
    """A long address that was kept: it may itself have come from a view."""
    text = str(whole.get("view") or "")
    if text.endswith(CHANGED):
        return replace(_came_from(views.find(view_number(text)), whole), asked=asked)
    if text != NO_VIEW:
        whole.pop("view", None)
    return Viewed(whole, asked)


def pairs_of(data: QueryDict) -> Iterable[tuple[str, str]]:
    """Every parameter with each of its values."""
    return [(name, value) for name, values in data.lists() for value in values]


# --- what a view holds ------------------------------------------------------------------------------------------


def held_by(state: ListState) -> QueryDict:
    """All that a view keeps of a state: also what only the reader's preference says, so that it is the same for all."""
    held = QueryDict(mutable=True)
    for name, value in state.parameters:
        if name not in _PASSING:
            held.appendlist(name, value)
    held["columns"] = ",".join(state.columns)
    held["per_page"] = str(state.per_page)
    if state.group or "group" in held:
        held["group"] = ",".join(map(str, state.group)) or NO_GROUP
    held["sort"] = ",".join(map(str, state.sort))
    return held


def is_same(state: ListState, view: View, shape: Shape, preference: Preference) -> bool:
    """Whether a state is what the view holds, in whatever order its conditions are written."""
    kept = parse(QueryDict(view.query), shape, preference)
    return _comparable(state) == _comparable(kept)


def _comparable(state: ListState) -> list[tuple[str, list[str]]]:
    held = held_by(state)
    if state.search:
        held["q"] = state.search
    if state.tree:
        held["filter"] = str(state.tree)
    return sorted((name, sorted(values)) for name, values in held.lists())
