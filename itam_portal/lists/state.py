"""The state of a list: everything its address says. One parser serves pages, exports, bulk actions and the API."""

import functools
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.http import QueryDict
from django.utils.translation import gettext as _

from itam_portal.lists.tree import SAFE, Misread, Node, rules_of, simple_rules
from itam_portal.lists.tree import read as read_tree

PAGE_SIZES = (25, 50, 100, 200)
DEFAULT_PAGE_SIZE = 50
RESERVED = frozenset(
    "q filter sort columns group open boxes per_page page after before count view organization tenant".split()
)
# Parameters that say where in the list one stands; every other change begins at the first page again.
PLACE = frozenset({"page", "after", "before"})
# What navigation carries from page to page: it asks a list for nothing, so that a default view still shows.
CARRIED = frozenset({"organization", "tenant"})
# A longer query is kept as an unnamed view, and addressed by it.
LONGEST_QUERY = 8_000
# The value of `view` that shows the list without a default view.
NO_VIEW = "none"
# The value of `group` that shows no groups against a preference.
NO_GROUP = "none"
# A page past every end.
_FAR = 10**12
_ONCE = RESERVED - {"open"}


@dataclass(frozen=True)
class SortKey:
    """One key of the order."""

    name: str
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name


@dataclass(frozen=True)
class Shape:
    """What a list has: the names a parser may accept."""

    columns: tuple[str, ...]
    sortable: frozenset[str]
    locked: tuple[str, ...]
    shown: tuple[str, ...]
    filters: frozenset[str]
    groupable: tuple[str, ...]
    default_sort: tuple[SortKey, ...]


@dataclass(frozen=True)
class Preference:
    """What an account (or its tenant) prefers where the address says nothing."""

    columns: tuple[str, ...] = ()
    per_page: int | None = None
    group: str = ""


@dataclass
class ListState:
    """A parsed address. `problems` says in words what is wrong with it; then the list shows no rows."""

    parameters: tuple[tuple[str, str], ...] = ()
    search: str = ""
    conditions: dict[str, list[str]] = field(default_factory=dict)
    # The advanced filter; None also where it cannot be read.
    tree: Node | None = None
    sort: tuple[SortKey, ...] = ()
    columns: tuple[str, ...] = ()
    group: tuple[SortKey, ...] = ()
    open: tuple[str, ...] = ()
    # Whether a row of boxes stands below the heads. How a list is looked at: no view keeps it.
    has_boxes: bool = False
    per_page: int = DEFAULT_PAGE_SIZE
    page: int = 1
    after: str = ""
    before: str = ""
    counts_exactly: bool = False
    # What was asked before a view was put below it; steps through the pages repeat it. See viewing.py.
    asked: tuple[tuple[str, str], ...] = ()
    has_default: bool = False
    problems: list[str] = field(default_factory=list)

    def values(self, name: str) -> list[str]:
        """The values the address gives this parameter."""
        return [value for key, value in self.parameters if key == name]

    def query(self, **changes: str | int | Iterable[str] | None) -> str:
        """The address's query with these parameters replaced; None takes one away.

        Anything but a step through the pages leads back to the first page and forgets an exact count. A step
        repeats what was asked; every other change says all of the state, and its view is only where it came from.
        """
        dropped, whole = set(changes), self.parameters
        if not dropped <= PLACE | {"count"}:
            dropped |= PLACE | {"count"}
        else:
            whole = self.asked or whole
            dropped |= PLACE if dropped & PLACE else set()
        pairs = [(key, value) for key, value in whole if key not in dropped]
        for key, value in changes.items():
            if value is None or value == "":
                continue
            pairs += [(key, str(one)) for one in ([value] if isinstance(value, str | int) else value)]
        return _joined(self._beside_default(pairs))

    def _beside_default(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """The same, never so bare that it would ask for the default view."""
        is_bare = self.has_default and all(key in CARRIED for key, _value in pairs)
        return [("view", NO_VIEW), *pairs] if is_bare else pairs

    def link(self, **changes: str | int | Iterable[str] | None) -> str:
        """The same as a relative link."""
        return f"?{self.query(**changes)}"

    @property
    def is_filtered(self) -> bool:
        """Whether anything narrows the list."""
        return bool(self.search or self.conditions or self.tree)

    def as_simple(self) -> str:
        """A link to the same rows with simple filters in place of the advanced one; '' where they cannot say it."""
        simple = simple_rules(self.tree)
        if not simple or set(simple) & set(self.conditions):
            return ""
        return self.link(filter=None, **{name: list(values) for name, values in simple.items()})

    def cleared(self) -> str:
        """A link to the same columns and order without any search or filter."""
        kept = {"sort", "columns", "group", "boxes", "per_page", "view", *(CARRIED - self.conditions.keys())}
        pairs = [(key, value) for key, value in self.parameters if key in kept]
        return f"?{_joined(self._beside_default(pairs))}"

    def without_place(self) -> str:
        """The query without page and cursor: what a bulk action or an export acts on.

        It says all of the state, so that a view changed meanwhile changes nothing; only too long a state is named
        by its view.
        """
        pairs = [(key, value) for key, value in self.parameters if key not in PLACE | {"count"}]
        whole = _joined(self._beside_default(pairs))
        return whole if len(whole) <= LONGEST_QUERY else self.query(page=None, count=None)


class _Parser:
    def __init__(self, data: QueryDict, shape: Shape, preference: Preference) -> None:
        self.data, self.shape, self.preference = data, shape, preference
        self.state = ListState(parameters=tuple(_pairs(data)))
        self.problems = self.state.problems

    def parse(self) -> ListState:
        self._names()
        state = self.state
        state.search = " ".join(self._one("q").split())
        state.tree = self._tree()
        state.sort = self._sort()
        state.columns = self._columns()
        state.group = self._group()
        state.open = tuple(dict.fromkeys(text for text in self.data.getlist("open") if text))
        if state.open and not state.group:
            self.problems.append(_("Nothing can be open where nothing is grouped."))
        state.per_page = self._per_page()
        state.page = self._page()
        state.after, state.before = self._one("after"), self._one("before")
        if len([1 for name in PLACE if self._one(name)]) > 1:
            self.problems.append(_("Give only one of page, after and before."))
        state.counts_exactly = self._switch("count", "exact")
        state.has_boxes = self._switch("boxes", "1")
        return state

    def _switch(self, name: str, on: str) -> bool:
        """Whether a parameter that has only one value is given."""
        text = self._one(name)
        if text not in ("", on):
            words = _("%(name)s can only be “%(on)s”, not “%(value)s”.")
            self.problems.append(words % {"name": name, "on": on, "value": _short(text)})
        return text == on

    def _names(self) -> None:
        for name in dict.fromkeys(key for key, value in _pairs(self.data, keep_empty=True)):
            values = self.data.getlist(name)
            if any("\0" in text for text in (name, *values)):
                self.problems.append(
                    _("The parameter “%(name)s” holds a character that no text may hold.") % _named(name)
                )
            elif name in self.shape.filters:
                given = [value for value in values if value != ""]
                if given:
                    self.state.conditions[name] = given
            elif name not in RESERVED:
                self.problems.append(self._unknown(name))
            elif name in _ONCE and len(values) > 1:
                self.problems.append(_("The parameter “%(name)s” may be given only once.") % _named(name))

    def _unknown(self, name: str) -> str:
        field_name, mark, operator = name.partition("__")
        if mark and field_name in self.shape.filters:
            return _("The field “%(name)s” cannot be filtered with “%(operator)s”.") % {
                "name": _short(field_name),
                "operator": _short(operator),
            }
        return _("This list has no field “%(name)s”.") % _named(name)

    def _tree(self) -> Node | None:
        """The advanced filter, with names that the list knows."""
        text = self._one("filter")
        if not text or "\0" in text:
            return None
        try:
            found = read_tree(text)
        except Misread as misread:
            self.problems.append(str(misread))
            return None
        names = dict.fromkeys(rule.name for rule in rules_of(found))
        self.problems += [self._unknown(name) for name in names if name not in self.shape.filters]
        return found

    def _one(self, name: str) -> str:
        return self.data.get(name, "") or ""

    def _sort(self) -> tuple[SortKey, ...]:
        keys: dict[str, SortKey] = {}
        for part in self._names_in("sort"):
            name = part.removeprefix("-")
            if name not in self.shape.columns:
                self.problems.append(_("This list has no column “%(name)s” to sort by.") % _named(name))
            elif name not in self.shape.sortable:
                self.problems.append(_("This list cannot be sorted by “%(name)s”.") % _named(name))
            else:
                keys.setdefault(name, SortKey(name, part.startswith("-")))
        return tuple(keys.values()) or self._natural_sort()

    def _names_in(self, parameter: str) -> list[str]:
        """The names between the commas; one with nothing in it is a mistake."""
        names = self._one(parameter).split(",") if self._one(parameter) else []
        if not all(names):
            self.problems.append(_("There is a name with nothing in it in “%(name)s”.") % _named(parameter))
        return [name for name in names if name]

    def _natural_sort(self) -> tuple[SortKey, ...]:
        """The order where none is asked for: of the field whose beginning is, else the list's own."""
        for name in self.state.conditions:
            field_name, _mark, operator = name.partition("__")
            if operator == "starts" and field_name in self.shape.sortable:
                return (SortKey(field_name),)
        return self.shape.default_sort

    def _columns(self) -> tuple[str, ...]:
        asked = self._names_in("columns")
        for name in asked:
            if name not in self.shape.columns:
                self.problems.append(_("This list has no column “%(name)s”.") % _named(name))
        known = [name for name in dict.fromkeys(asked) if name in self.shape.columns]
        if not known:
            known = [name for name in self.preference.columns if name in self.shape.columns] or list(self.shape.shown)
        return tuple(name for name in self.shape.locked if name not in known) + tuple(known)

    def _group(self) -> tuple[SortKey, ...]:
        """By what to group: what the address says, else what is preferred; at most two fields."""
        if self._one("group") == NO_GROUP:
            return ()
        names = self._names_in("group") or [name for name in self.preference.group.split(",") if name]
        keys: dict[str, SortKey] = {}
        for text in names:
            name = text.removeprefix("-")
            if name in self.shape.groupable:
                keys.setdefault(name, SortKey(name, text.startswith("-")))
            elif self._one("group"):
                self.problems.append(_("This list cannot be grouped by “%(name)s”.") % _named(name))
        if len(keys) > 2:
            self.problems.append(_("A list is grouped by at most two fields."))
        return tuple(keys.values())[:2]

    def _per_page(self) -> int:
        text = self._one("per_page")
        if text and text not in map(str, PAGE_SIZES):
            self.problems.append(
                _("A page can hold 25, 50, 100 or 200 rows, not “%(value)s”.") % {"value": _short(text)}
            )
        elif text:
            return int(text)
        preferred = self.preference.per_page
        return preferred if preferred in PAGE_SIZES else DEFAULT_PAGE_SIZE

    def _page(self) -> int:
        text = self._one("page")
        if text and not re.fullmatch(r"[1-9][0-9]*", text):
            self.problems.append(_("A page is a whole number from 1, not “%(value)s”.") % {"value": _short(text)})
            return 1
        return min(int(text[:15] or 1), _FAR)


def parse(data: QueryDict, shape: Shape, preference: Preference | None = None) -> ListState:
    """Read a list's state from an address. Nothing is guessed and nothing ignored: see `problems`."""
    return _Parser(data, shape, preference or Preference()).parse()


def _joined(pairs: Iterable[tuple[str, str]]) -> str:
    # A page repeats the same parameters in dozens of links: each is written once.
    return "&".join([_written(key, value) for key, value in pairs])


@functools.lru_cache(maxsize=2_000)
def _written(key: str, value: str) -> str:
    return urlencode([(key, value)], safe=SAFE if key == "filter" else "")


def _pairs(data: QueryDict, *, keep_empty: bool = False) -> list[tuple[str, str]]:
    return [(key, value) for key, values in data.lists() for value in values if keep_empty or value != ""]


def _named(name: str) -> Mapping[str, str]:
    return {"name": _short(name)}


def _short(text: str) -> str:
    return text if len(text) <= 60 else f"{text[:60]}…"
