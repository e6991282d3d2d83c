"""One list as a page shows it: state, conditions, rows, heads, chips, pager and columns."""

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import F, QuerySet
from django.http import QueryDict
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from itam_portal.lists.advanced import Advanced
from itam_portal.lists.chips import draw_chips
from itam_portal.lists.filters import Choice, ListFilterSet
from itam_portal.lists.finder import Finder, Found, Total
from itam_portal.lists.grouping import Grouping
from itam_portal.lists.order import Order
from itam_portal.lists.pager import Pager
from itam_portal.lists.prepared import list_of, rows_of
from itam_portal.lists.search import CAP, AnyOf, Search, as_array
from itam_portal.lists.state import CARRIED, NO_VIEW, ListState, Preference, Shape, SortKey, parse
from itam_portal.lists.tables import ListTable, Reader, Row
from itam_portal.lists.viewing import Viewed, Views, is_same


@dataclass(frozen=True)
class ListKind:
    """What is the same for every reader of a list."""

    name: str
    table: type[ListTable]
    filters: type[ListFilterSet]
    count_in_words: Callable[[int], str]
    search: Search | None = None
    search_label: Any = ""
    default_sort: tuple[SortKey, ...] = (SortKey("name"),)
    icons: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, Callable[[Any], Any]] = field(default_factory=dict)
    # The same for what depends on the filters: called with the rows and the clean values of every condition.
    asking: dict[str, Callable[..., Any]] = field(default_factory=dict)
    # Whether rows are never deleted: then a tenant that has more than are counted has more for ever.
    only_grows: bool = False

    @cached_property
    def shape(self) -> Shape:
        """The names an address may use."""
        columns = self.table.columns_by_name()
        return Shape(
            columns=tuple(columns),
            sortable=frozenset(name for name, column in columns.items() if column.sort_columns),
            locked=tuple(name for name, column in columns.items() if column.locked),
            shown=tuple(name for name, column in columns.items() if column.shown),
            filters=frozenset(self.filters.base_filters),
            groupable=tuple(name for name, column in columns.items() if column.group),
            default_sort=self.default_sort,
        )

    def choice(self, name: str, *, is_shown: bool) -> dict[str, Any]:
        """A column as the chooser shows it. What no index orders costs one reading of all rows."""
        column = self.table.columns_by_name()[name]
        facts = {"is_locked": column.locked, "is_slow": any(one in self.annotations for one in column.sort_columns)}
        return {"name": name, "label": str(column.verbose_name), "is_shown": is_shown or column.locked, **facts}


@dataclass
class Head:
    """The head of one column: a link that sorts, and what Ctrl or Shift adds to the order."""

    name: str
    label: str
    classes: str
    link: str = ""
    add: str = ""
    direction: str = ""
    position: int = 0


# The lists that were seen to hold more rows than are counted, by database and tenant, and until when that is trusted:
# rows are never deleted, but a demo may be made anew below a running server.
_capped: dict[tuple[str, str, int], float] = {}
_TRUSTED_SECONDS = 60.0


class Listing:
    """A list for one reader and one address. Wrong addresses have `problems` and no rows."""

    def __init__(
        self,
        kind: ListKind,
        rows: QuerySet,
        data: QueryDict,
        *,
        account: Any,
        preference: Preference | None = None,
        is_whole: bool = False,
    ) -> None:
        self.kind, self.rows, self.account, self.is_whole = kind, rows, account, is_whole
        self.preference = preference or Preference()
        self.state: ListState = parse(data, kind.shape, preference)
        self.viewed, self.views = Viewed(data), Views()
        self._options: dict[str, tuple[tuple[str, Any], ...]] = {}
        self.filters = kind.filters(self.state.conditions, rows, account=account)
        self.advanced = self._advanced(self.state)
        self.problems = [*self.state.problems, *self.filters.problems, *self.advanced.problems]
        if not self.problems:
            self._check()

    def _advanced(self, state: ListState) -> Advanced:
        return Advanced(state.tree, self.kind.filters, account=self.account, search=self.kind.search)

    def mended(self) -> str:
        """The address without the parameters that are wrong, '' where none of the others is left."""
        good = QueryDict(mutable=True)
        for name in dict.fromkeys(name for name, _value in self.state.parameters):
            alone = QueryDict(mutable=True)
            alone.setlist(name, self.state.values(name))
            state = parse(alone, self.kind.shape)
            simple = self.kind.filters(state.conditions, self.rows, account=self.account)
            if not (state.problems or simple.problems or self._advanced(state).problems):
                good.setlist(name, alone.getlist(name))
        for name in ("page", "after", "before"):
            good.pop(name, None)
        return good.urlencode()

    def _check(self) -> None:
        """What can be wrong with an address only as a whole."""
        if self.kind.search is None and self.state.search:
            self.problems.append(_("This list has no quick search."))
        cursor = self.state.after or self.state.before
        if cursor and not (self.pages or self.finder).understands(cursor):
            self.problems.append(
                _("This link to a place in the list is not valid for this order. Begin at the first page.")
            )
        if self.grouping and not self.problems:
            self._check_groups(self.grouping.check())

    def _check_groups(self, problems: list[str]) -> None:
        """What an address asks for can be wrong; what is only preferred does without where it does not fit."""
        if problems and not (self.state.values("group") or self.state.open):
            self.state.group = ()
            self.__dict__.pop("grouping", None)
            self.__dict__.pop("pages", None)
        else:
            self.problems += problems

    def seen_through(self, viewed: Viewed, views: Views) -> "Listing":
        """The same list, knowing which view its address came from and which others there are."""
        self.viewed, self.views = viewed, views
        self.problems = [*self.problems, *viewed.problems]
        self.state.asked, self.state.has_default = viewed.asked, views.default is not None
        return self

    @cached_property
    def is_changed(self) -> bool:
        """Whether the list is no longer what its view holds."""
        view = self.viewed.view
        if view is None or self.viewed.is_pure:
            return False
        return bool(self.problems) or not is_same(self.state, view, self.kind.shape, self.preference)

    # --- rows -----------------------------------------------------------------------------------------

    @cached_property
    def finder(self) -> Finder:
        """What finds this list's rows."""
        values = self.filters.values()
        conditions = {name: (self.filters.filters[name], values[name]) for name in values}
        order = self._order()
        return Finder(
            # An order may walk what is only computed.
            rows=self.annotated(self.rows, [name for name, _down in order.columns]),
            order=order,
            search=self.kind.search,
            words=self.state.search.split()[:12],
            is_whole=self.is_whole,
            tenant_id=self.account.tenant_id,
            conditions={**conditions, **self.advanced.conditions()},
        )

    def matching(self) -> QuerySet:
        """Every row of the list, for counts, selections and exports; none while anything is wrong."""
        return self.rows.none() if self.problems else self.finder.efficient()

    def _order(self) -> Order:
        """What each key sorts by; what settles ties among the last one's rows comes after all keys."""
        columns = self.kind.table.columns_by_name()
        *before, last = self.state.sort
        keys = [(columns[key.name].sort_columns[0], key.descending) for key in before]
        return Order.of([*keys, *[(stored, last.descending) for stored in columns[last.name].sort_columns]])

    @cached_property
    def grouping(self) -> Grouping | None:
        """The groups, where the list is grouped."""
        return Grouping(self) if self.state.group else None

    @cached_property
    def pages(self) -> Finder | None:
        """What finds the rows of a page: of open groups where the list is grouped, None where all are closed."""
        return self.grouping.finder(self.finder) if self.grouping else self.finder

    @cached_property
    def found(self) -> Found:
        """The keys of the page asked for."""
        if self.problems or self.pages is None:
            return Found([])
        if self.state.after:
            return self.pages.after(self.state.after, self.state.per_page)
        if self.state.before:
            return self.pages.before(self.state.before, self.state.per_page)
        return self.pages.page(self.state.page, self.state.per_page)

    @cached_property
    def page_rows(self) -> list[Row]:
        """The values of the page's rows that the shown columns need."""
        columns = self.kind.table.columns_by_name()
        needs = {need for name in self.state.columns for need in columns[name].needs}
        return self.rows_with(tuple(sorted(needs | set(self.grouping.needs if self.grouping else ()))))

    def rows_with(self, needed: tuple[str, ...]) -> list[Row]:
        """These values of the page's rows."""
        keys = self.found.keys
        if not keys:
            return []
        build = partial(self._rows_of_keys, needed)
        asks = not self.kind.asking.keys().isdisjoint(needed)
        reading = list_of if asks else partial(rows_of, (self.kind.name, needed))
        found = reading(build, tenant=self.account.tenant_id, keys=keys)
        by_key = {row["pk"]: row for row in found}
        return [by_key[key] for key in keys if key in by_key]

    @property
    def place_needs(self) -> tuple[str, ...]:
        """The values of a row that say where it stands in the list."""
        return (self.pages or self.finder).place_names

    def place_of(self, row: Row) -> str:
        """The place behind this row, as a cursor; its values are at hand."""
        return (self.pages or self.finder).place_of(row)

    def _rows_of_keys(self, needed: tuple[str, ...], tenant: int, keys: list[int]) -> QuerySet:
        rows = self.rows.model._default_manager.filter(AnyOf(F("pk"), as_array(keys)), tenant_id=tenant)
        return self.annotated(rows, needed).order_by().values("pk", *needed)

    def annotated(self, rows: QuerySet, needed: Iterable[str]) -> QuerySet:
        """The rows with what the columns need beside their stored values."""
        for add in dict.fromkeys(self.kind.annotations[need] for need in needed if need in self.kind.annotations):
            rows = add(rows)
        for ask in dict.fromkeys(self.kind.asking[need] for need in needed if need in self.kind.asking):
            rows = ask(rows, self.filters.values(), tenant_id=self.account.tenant_id)
        return rows

    @cached_property
    def total(self) -> Total:
        """How many rows match."""
        if self.problems:
            return Total(0)
        if self.grouping:
            return Total(self.grouping.number)
        if self.state.counts_exactly:
            return self.finder.total(exactly=True)
        whole = self.kind.name, connection.settings_dict["NAME"], self.account.tenant_id
        can_be_known = self.kind.only_grows and self.is_whole and not self.state.is_filtered
        if can_be_known and _capped.get(whole, 0.0) > time.monotonic():
            return Total(CAP, is_capped=True)
        total = self._count()
        if can_be_known and total.is_capped:
            _capped[whole] = time.monotonic() + _TRUSTED_SECONDS
        return total

    def _count(self) -> Total:
        found = self.found
        if found.total:
            return found.total
        if found.page and not found.has_next and found.first and (found.keys or found.page == 1):
            return Total(found.first - 1 + len(found.keys))
        return self.finder.total()

    def table(self) -> ListTable:
        """The table as this reader sees it."""
        chosen = self.state.values("organization")
        carried = Reader.choosing(chosen[0]) if len(chosen) == 1 else ""
        zone = ZoneInfo(self.account.identity.time_zone if self.account.identity else "UTC")
        return self.kind.table.for_reader(
            Reader(zone=zone, carried=carried, account=self.account, link=self.state.link)
        )

    def draw(self, *, picks: bool) -> SafeString:
        """The rows of the table's body as HTML."""
        table = self.table()
        draw = partial(self.grouping.draw, table) if self.grouping and not self.problems else table.draw
        drawn = draw(self.page_rows, self.state.columns, picks=picks)
        return mark_safe(drawn)  # noqa: S308 (every cell escapes what it shows)

    # --- around the rows ------------------------------------------------------------------------------

    def heads(self) -> Iterator[Head]:
        """The heads of the shown columns."""
        columns = self.kind.table.columns_by_name()
        for name in self.state.columns:
            column = columns[name]
            head = Head(name, str(column.verbose_name), column.classes)
            if column.sort_columns:
                self._sortable(head)
            yield head

    def _sortable(self, head: Head) -> None:
        keys = self.state.sort
        place = next((at for at, key in enumerate(keys) if key.name == head.name), None)
        down = place is not None and keys[place].descending
        flipped = SortKey(head.name, place is not None and not down)
        head.link = self.state.link(sort=str(flipped))
        added = [flipped if key.name == head.name else key for key in keys]
        head.add = self.state.link(sort=",".join(map(str, added if place is not None else [*keys, flipped])))
        if place is not None:
            head.direction = "descending" if down else "ascending"
            head.position = place + 1 if len(keys) > 1 else 0

    def chips(self) -> str:
        """The filter chips as HTML."""
        return draw_chips(self.kind.filters, self.state, self.account, self.kind.icons, self.options_of)

    def options_of(self, name: str) -> tuple[tuple[str, Any], ...]:
        """The values that a field's filter offers this reader, read once for chips, boxes and words."""
        if name not in self._options:
            condition = self.kind.filters.declared_filters[name]
            is_choice = isinstance(condition, Choice)
            self._options[name] = tuple(condition.bound(self.account).options()) if is_choice else ()
        return self._options[name]

    def column_choices(self) -> list[dict[str, Any]]:
        """All columns: the shown ones in their order, then the others."""
        shown = self.state.columns
        names = [*shown, *[name for name in self.kind.shape.columns if name not in shown]]
        return [self.kind.choice(name, is_shown=name in shown) for name in names]

    def kept(self) -> list[tuple[str, str]]:
        """Hidden inputs of the filter form: what a new filter must not lose."""
        chipless = [name for name, one in self.kind.filters.declared_filters.items() if not one.has_chip]
        carried = CARRIED - self.kind.shape.filters
        names = {"filter", "sort", "columns", "group", "boxes", "per_page", "view", *chipless, *carried}
        kept = [(name, value) for name, value in self.state.parameters if name in names]
        # A form that was emptied must not ask for the default view.
        is_bare = self.state.has_default and not self.state.values("view")
        return [*kept, ("view", NO_VIEW)] if is_bare else kept

    def pager(self) -> Pager:
        """Where in the list the page stands, and the ways on."""
        return Pager(self)
