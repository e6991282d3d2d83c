"""Finds one page of a list and its count, by the plan that stays cheap on a million rows. See docs/decisions."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.core import signing
from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Window

from itam_portal.lists.filters import Condition
from itam_portal.lists.order import Order
from itam_portal.lists.prepared import rows_of
from itam_portal.lists.search import CAP, AnyOf, Columns, Hits, Part, Search, as_array, is_long

NUMBERED_ROWS = 100_000
_SALT = "itam_portal.lists.cursor"
# So many rows of the order are looked at, then so many, before everything that matches is sorted.
_WALKS = (4_000, 60_000)
# A search knows how far it must walk at most: where that is further than this, it looks for all there are.
_FARTHEST, _ENDLESS = 30_000, 1_000_000_000
# Up to so many candidates are sorted without looking for a shorter way.
_FEW = 1_000


class BadCursor(ValueError):
    """The cursor was not made by us, or for another order."""


@dataclass(frozen=True)
class Total:
    """How many rows match: exactly, or at least so many."""

    number: int
    is_capped: bool = False

    def __str__(self) -> str:
        return f"{self.number}+" if self.is_capped else str(self.number)


@dataclass
class Found:
    """The keys of one page, and what lies around it."""

    keys: list[int]
    has_next: bool = False
    has_previous: bool = False
    page: int | None = None
    first: int | None = None
    total: Total | None = None
    moved: bool = False


@dataclass
class Finder:
    """One list, one state: the rows in reach, the conditions on them, the order."""

    rows: QuerySet
    order: Order
    search: Search | None = None
    words: Sequence[str] = ()
    conditions: dict[str, tuple[Condition, list[Any]]] = field(default_factory=dict)
    walks: tuple[int, ...] = _WALKS
    sorted_at_once: int = _FEW
    cap: int = CAP
    farthest: int = _FARTHEST
    # Whether `rows` are all rows of this tenant: then a count of candidates is a count of rows.
    is_whole: bool = False
    tenant_id: int = 0

    def __post_init__(self) -> None:
        self._candidates: list[int] | None = None
        self._settled = ""
        self._own_sources: set[str] = set()
        self._probed = self._all_common = False
        self._searched: int | None = None

    def matching(self) -> QuerySet:
        """Every row that meets all conditions, unordered."""
        return self.rows.filter(*self._all_conditions())

    def efficient(self) -> QuerySet:
        """The same rows, through the candidates where they are few: for counts, selections and exports."""
        self._probe()
        if self._candidates is None:
            return self.matching()
        # Those candidates meet the condition that found them: it need not be asked again, row by row.
        return self.rows.filter(_any_of(self._candidates), *self._all_conditions(without=self._settled))

    def _all_conditions(self, without: str = "") -> list[Q]:
        used = [pair for name, pair in self.conditions.items() if name != without]
        conditions = [condition.condition(values) for condition, values in used if values]
        if self.search:
            conditions += [self.search.condition(word) for word in self.words]
        return conditions

    @cached_property
    def _parts(self) -> dict[str, Part]:
        """The conditions on a field's text that the search answers through the combined text of all it covers."""
        parts: dict[str, Part] = {}
        covered = self.search.covers if self.search else ()
        for name, (condition, values) in self.conditions.items():
            if condition.field_name not in covered:
                continue
            if condition.operator in ("contains", "ends") and len(values) == 1 and is_long(str(values[0])):
                parts[name] = condition.field_name, values[0], condition.operator == "contains"
        return parts

    @cached_property
    def _is_search(self) -> bool:
        """Whether the search alone answers the whole question, for the whole tenant."""
        used = {name for name, (_condition, values) in self.conditions.items() if values}
        return bool(self.is_whole and self.search and (self.words or used) and used <= set(self._parts))

    def _hits(self, search: Search, *, order: Columns = (), named: int = CAP, cap: int = 0) -> Hits:
        words = [*self.words, *[text for _field, text, _open in self._parts.values()]]
        parts = list(self._parts.values())
        return search.hits(words, parts, cap=cap or self.cap, order=order, named=min(named, self.cap))

    def _probe(self) -> None:
        """Collect candidates of every condition that can find its own; keep the smallest set below the cap."""
        if self._probed:
            return
        self._probed = True
        sets = {
            name: condition.candidates(self.rows, values, self.cap)
            for name, (condition, values) in self.conditions.items()
            if values and condition.finds(values)
        }
        self._own_sources = {name for name in sets if sets[name] is not None or self.conditions[name][0].finds_once}
        if self.search and (self.words or self._parts):
            hits = self._hits(self.search)
            self._searched = hits.total if self._is_search else None
            sets[""] = hits.keys if hits.total <= self.cap else None
        few = [(name, keys) for name, keys in sets.items() if keys is not None]
        if few:
            self._settled, self._candidates = min(few, key=lambda one: len(one[1]))
        self._all_common = bool(sets) and not few

    def page(self, number: int, size: int) -> Found:
        """The page of this number; past the end, the last one. Numbers reach over the first 100,000 rows."""
        offset = min((number - 1) * size, NUMBERED_ROWS - size)
        keys, total = self._slice(self.order, Q(), offset, size + 1)
        if keys or offset == 0:
            moved = offset != (number - 1) * size
            return self._found(keys, size, offset=offset, total=total, moved=moved)
        matching = total.number if total else self._count_up_to(NUMBERED_ROWS)
        offset = max(0, (matching - 1) // size * size)
        keys, total = self._slice(self.order, Q(), offset, size + 1)
        return self._found(keys, size, offset=offset, total=total, moved=True)

    def _found(self, keys: list[int], size: int, *, offset: int, total: Total | None, moved: bool) -> Found:
        return Found(
            keys[:size],
            has_next=len(keys) > size,
            has_previous=offset > 0,
            page=offset // size + 1,
            first=offset + 1,
            total=total,
            moved=moved,
        )

    def after(self, cursor: str, size: int) -> Found:
        """The page behind the row this cursor stands for."""
        keys, total = self._slice(self.order, self.order.beyond(self._read(cursor)), 0, size + 1)
        return Found(keys[:size], has_next=len(keys) > size, has_previous=True, total=total)

    def before(self, cursor: str, size: int) -> Found:
        """The page in front of the row this cursor stands for."""
        order = self.order.reversed()
        keys, total = self._slice(order, order.beyond(self._read(cursor)), 0, size + 1)
        return Found(keys[:size][::-1], has_next=True, has_previous=len(keys) > size, total=total)

    def _slice(self, order: Order, beyond: Q, offset: int, size: int) -> tuple[list[int], Total | None]:
        is_first = not beyond and not self._is_computed
        if self._is_search and self.search and is_first and offset + size <= self.cap:
            return self._slice_of_search(self.search, order, offset, size)
        if self._is_plain and is_first and not offset:
            return self._first_of_all(order, size), None
        self._probe()
        if self._candidates is not None:
            return self._slice_of_few(order, beyond, offset, size)
        if self._all_common or self._matches:
            return self._slice_of_many(order, beyond, offset, size), None
        rows = self.matching().filter(beyond).order_by(*order.expressions())
        return list(rows.values_list("pk", flat=True)[offset : offset + size]), None

    @property
    def _is_computed(self) -> bool:
        """Whether the order walks something that no table holds."""
        return any(name in self.rows.query.annotations for name, _down in self.order.columns)

    @property
    def _is_plain(self) -> bool:
        """Whether all rows of the tenant are asked for."""
        return self.is_whole and not self.words and not any(values for _one, values in self.conditions.values())

    def _first_of_all(self, order: Order, size: int) -> list[int]:
        """The page that is asked for most: the first of all rows."""

        def build(tenant: int) -> QuerySet:
            rows = self.rows.model._default_manager.filter(tenant_id=tenant)
            return rows.order_by(*order.expressions()).values("pk")[:size]

        return [row["pk"] for row in rows_of((self.rows.model, order, size), build, tenant=self.tenant_id)]

    def _slice_of_search(self, search: Search, order: Order, offset: int, size: int) -> tuple[list[int], Total]:
        """The search sorts what it finds. Of a common term it knows some rows: none of the page stands behind them."""
        hits = self._hits(search, order=order.columns[:-1], named=offset + size)
        self._searched = hits.total
        if hits.total <= self.cap:
            return hits.keys[offset:], Total(hits.total)
        last = self._values_of(hits.keys[-1])
        before = order.reversed().beyond(last)
        if self.rows.filter(before).values("pk")[: self.farthest + 1].count() > self.farthest:
            hits = self._hits(search, order=order.columns[:-1], named=offset + size, cap=_ENDLESS)
            return hits.keys[offset:], Total(self.cap, is_capped=True)
        near = self.matching().filter(before).order_by(*order.expressions())
        keys = list(near.values_list("pk", flat=True)[: offset + size])
        return [*keys, hits.keys[-1]][offset : offset + size], Total(self.cap, is_capped=True)

    @cached_property
    def _matches(self) -> int:
        """How many rows match, up to the cap; 0 where an index has the page's rows in order and none are counted."""
        used = [(condition, values) for condition, values in self.conditions.values() if values]
        first = self.order.columns[0][0]
        if not self.words and all(one.is_exact(values) or one.is_range_of(first, values) for one, values in used):
            return 0
        return self._count_up_to(self.cap + 1)

    def _slice_of_few(self, order: Order, beyond: Q, offset: int, size: int) -> tuple[list[int], Total | None]:
        """Sort the candidates; where they are not so few, they may stand close enough in the order's index."""
        rows = self.efficient().filter(beyond)
        if len(self._candidates or ()) > self.sorted_at_once:
            keys = self._walk(rows, order, beyond, offset, size, walks=self.walks[:1])
            if keys is not None:
                return keys, None
        counted = rows.annotate(matching=Window(Count("*"))).order_by(*order.expressions(opaque=True))
        found = list(counted.values_list("pk", "matching")[offset : offset + size])
        total = Total(found[0][1]) if found and not beyond else None
        return [key for key, _matching in found], total

    def _slice_of_many(self, order: Order, beyond: Q, offset: int, size: int) -> list[int]:
        """Walk the order's index, for a bounded stretch; only where that is not enough, read and sort all."""
        rows = self.matching().filter(beyond)
        # The words of a search are dear to ask of every row; a condition has its index, or costs the same anywhere.
        if self._all_common or self._matches > self.sorted_at_once:
            walks = self.walks if self._all_common else self.walks[:1]
            keys = self._walk(rows, order, beyond, offset, size, walks=walks)
            if keys is not None:
                return keys
        return list(rows.order_by(*order.expressions(opaque=True)).values_list("pk", flat=True)[offset : offset + size])

    def _walk(
        self, rows: QuerySet, order: Order, beyond: Q, offset: int, size: int, *, walks: tuple[int, ...]
    ) -> list[int] | None:
        """The slice, if it lies within a stretch of the order's index; None where that does not fill it."""
        names = [name for name, _down in order.columns]
        path = self.rows.filter(beyond).order_by(*order.expressions()).values_list(*names)
        for walk in walks:
            stretch = max(walk, 4 * (offset + size))
            border = next(iter(path[stretch : stretch + 1]), None)
            near = rows if border is None else rows.filter(order.reversed().beyond(border))
            keys = list(near.order_by(*order.expressions()).values_list("pk", flat=True)[offset : offset + size])
            if len(keys) == size or border is None:
                return keys
        return None

    def total(self, *, exactly: bool = False) -> Total:
        """How many rows match: exact up to 10,000, beyond only where asked for."""
        if exactly:
            return Total(self.efficient().order_by().count())
        known = self._known_total()
        counted = known if known is not None else self._matches or self._count_up_to(self.cap + 1)
        return Total(self.cap, is_capped=True) if counted > self.cap else Total(counted)

    def _known_total(self) -> int | None:
        """What was counted already, where one exact source answers the whole question for the whole tenant."""
        if self._searched is None:
            self._probe()
        if self._searched is not None:
            return self._searched
        asked = [name for name, (_condition, values) in self.conditions.items() if values]
        only_source = not self.words and len(asked) == 1 and asked[0] in self._own_sources
        if not (self.is_whole and only_source):
            return None
        return self.cap + 1 if self._candidates is None else len(self._candidates)

    def _count_up_to(self, limit: int) -> int:
        if self._is_plain and self.tenant_id:
            return self._count_of_all(limit)
        self._probe()
        return self.efficient().order_by().values("pk")[:limit].count()

    def _count_of_all(self, limit: int) -> int:
        """The same of all rows of the tenant: written out, as most pages ask it."""
        table = connection.ops.quote_name(self.rows.model._meta.db_table)
        with connection.cursor() as cursor:
            few = f"SELECT 1 FROM {table} WHERE tenant_id = %s LIMIT %s"  # noqa: S608 (a table of ours)
            cursor.execute(f"SELECT count(*) FROM ({few}) AS few", [self.tenant_id, limit])  # noqa: S608
            return int(cursor.fetchone()[0])

    def cursor(self, key: int) -> str:
        """A signed cursor that stands for this row in this order."""
        return self._signed(self._values_of(key))

    @property
    def place_names(self) -> tuple[str, ...]:
        """The columns of the order beside the key."""
        return tuple(name for name in self._names() if name != "pk")

    def place_of(self, row: Mapping[str, Any]) -> str:
        """The same of a row whose values of these columns are at hand."""
        return self._signed([row[name] for name in self._names()])

    def _signed(self, values: Iterable[Any]) -> str:
        return signing.dumps([self._shape(), [_plain(value) for value in values]], salt=_SALT, compress=True)

    def _values_of(self, key: int) -> tuple[Any, ...]:
        """Where this row stands in the order."""
        return self.rows.filter(pk=key).order_by().values_list(*self._names()).get()

    def understands(self, cursor: str) -> bool:
        """Whether the cursor was made by us, for this order."""
        try:
            self._read(cursor)
        except BadCursor:
            return False
        return True

    def _read(self, cursor: str) -> list[Any]:
        try:
            shape, values = signing.loads(cursor, salt=_SALT)
        except signing.BadSignature as error:
            raise BadCursor from error
        if shape != self._shape():
            raise BadCursor
        return [self._field(name).to_python(value) for name, value in zip(self._names(), values, strict=True)]

    def _field(self, name: str) -> Any:
        """What a column of the order holds: stored, or computed."""
        computed, meta = self.rows.query.annotations.get(name), self.rows.model._meta
        return computed.output_field if computed else meta.pk if name == "pk" else meta.get_field(name)

    def _names(self) -> list[str]:
        return [name for name, _down in self.order.columns]

    def _shape(self) -> str:
        return ",".join(f"{'-' if down else ''}{name}" for name, down in self.order.columns)


def _any_of(keys: list[int]) -> Q:
    return Q(AnyOf(F("pk"), as_array(keys)))


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return str(value)
    return value.isoformat() if hasattr(value, "isoformat") else value
