"""Group by: all heads with exact counts from one GROUP BY, and the rows of those groups that are open.

Grouping is how a list is shown. What matches, is selected, counted or exported is the same with and without it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from html import escape
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from django.db.models import Count, Q
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from itam_portal.lists.finder import NUMBERED_ROWS, Finder
from itam_portal.lists.order import Order
from itam_portal.lists.tables import ListTable, Row
from itam_portal.templatetags.ui import icon, swaps

if TYPE_CHECKING:
    from itam_portal.lists.listing import Listing

# A field with more values than this in what matches is no field to group by.
MOST = 50
_ROWS = (MOST + 1) ** 2
# What a path says for a value with nothing in it: no text is written so, since a percent sign has digits behind it.
_NOTHING = "%"
# Each head begins a group of rows: it is the head of these.
_NEXT_BODY = '</tbody><tbody role="rowgroup">'


def path_of(texts: Sequence[str]) -> str:
    """What an address calls the group of these values; no two groups are called the same."""
    return "/".join(text.replace("%", "%25").replace("/", "%2F") or _NOTHING for text in texts)


def texts_of(path: str) -> list[str]:
    """The values of a path, empty where it is none that `path_of` wrote."""
    parts = ["" if part == _NOTHING else part for part in path.split("/")]
    texts = [part.replace("%2F", "/").replace("%25", "%") for part in parts]
    return texts if path_of(texts) == path else []


@dataclass
class Group:
    """The rows that share one value, or one of each of two fields."""

    # The values of the stored columns, and what an address calls the group.
    values: tuple[Any, ...]
    path: str
    label: str
    number: int = 0
    is_open: bool = False
    inner: list["Group"] = field(default_factory=list)


class Grouping:
    """The groups of one list in one state."""

    def __init__(self, listing: "Listing") -> None:
        self.listing, self.state = listing, listing.state
        self.problems: list[str] = []
        columns = listing.kind.table.columns_by_name()
        self.fields = [group for key in self.state.group if (group := columns[key.name].group)]
        self.names = [field.column for field in self.fields]
        self.labels = [field.labels() for field in self.fields]

    @property
    def needs(self) -> list[str]:
        """The stored columns that say to which group a row belongs."""
        return self.names

    @cached_property
    def groups(self) -> list[Group]:
        """All groups in their order, those of the second field inside those of the first."""
        outer: dict[Any, Group] = {}
        depth = len(self.fields)
        for row in self._counted():
            values, number = row[:depth], row[-1]
            texts, labels = row[depth : 2 * depth], row[2 * depth : 3 * depth]
            first = outer.setdefault(values[0], self._group(values[:1], texts[:1], labels[0]))
            first.number += number
            if depth > 1:
                inner = self._group(values, texts, labels[1])
                inner.number = number
                first.inner.append(inner)
        return list(outer.values())

    def _counted(self) -> list[tuple[Any, ...]]:
        """Values, texts and labels of the fields, and how many rows have them: one GROUP BY over what matches."""
        wanted = [*self.names, *[one.text for one in self.fields], *[one.label for one in self.fields]]
        keys = zip(self.state.group, self.names, strict=True)
        order = [f"{'-' if key.descending else ''}{name}" for key, name in keys]
        rows = self.listing.matching().order_by().values(*dict.fromkeys(wanted)).annotate(rows_in=Count("pk"))
        return [tuple(row[name] for name in (*wanted, "rows_in")) for row in rows.order_by(*order)[:_ROWS]]

    def _group(self, values: Sequence[Any], texts: Sequence[Any], label: Any) -> Group:
        path = path_of([str(text) for text in texts])
        shown = str(self.labels[len(values) - 1].get(label, label))
        return Group(tuple(values), path, shown or "–", is_open=path in self.state.open)

    def check(self) -> list[str]:
        """What is wrong with the groups that the address asks for, in words."""
        problems = []
        widest = max([len(self.groups), *[len(group.inner) for group in self.groups]], default=0)
        if widest > MOST:
            problems.append(
                _("There are more than %(number)s groups. Narrow the list with a filter, or group by another field.")
                % {"number": MOST}
            )
        known = self.by_path
        unknown = [path for path in self.state.open if path not in known and not self._might_be(path)]
        return [*problems, *[_("There is no group “%(path)s” to open.") % {"path": path[:60]} for path in unknown]]

    def _might_be(self, path: str) -> bool:
        """Whether a group that has no rows now might have some: one that a filter has emptied is no mistake."""
        texts = texts_of(path)
        return 0 < len(texts) <= len(self.fields) and all(map(self._has_value, range(len(texts)), texts))

    def _has_value(self, at: int, text: str) -> bool:
        """Whether a field knows this value, or any row of the list has it, whatever the list is narrowed to."""
        if self.labels[at]:
            return text in self.labels[at]
        return self.listing.rows.filter(**{self.fields[at].text: text}).exists()

    def leaves(self) -> Iterator[Group]:
        """The groups whose rows are shown."""
        for group in self.groups:
            if group.is_open:
                yield from [one for one in group.inner if one.is_open] if len(self.fields) > 1 else [group]

    @property
    def number(self) -> int:
        """How many rows match."""
        return sum(group.number for group in self.groups)

    @property
    def open_number(self) -> int:
        """How many rows stand in open groups: what pages count."""
        return sum(group.number for group in self.leaves())

    @property
    def by_path(self) -> dict[str, Group]:
        """Every group that has rows."""
        return {group.path: group for outer in self.groups for group in (outer, *outer.inner)}

    def within(self, paths: Iterable[str]) -> Q:
        """The condition to stand in any of these groups; one that has no rows has none."""
        condition, known = Q(pk__in=[]), self.by_path
        for path in paths:
            if path in known:
                condition |= self._in(known[path])
        return condition

    def _in(self, group: Group) -> Q:
        return Q(**dict(zip(self.names, group.values, strict=False)))

    def finder(self, plain: Finder) -> Finder | None:
        """What finds the rows of the open groups, in the order of the groups; None while all are closed."""
        opened = Q()
        for group in self.leaves():
            opened |= self._in(group)
        if not opened:
            return None
        keys = [(name, key.descending) for name, key in zip(self.names, self.state.group, strict=True)]
        # Ties go the list's way: within a group its rows stand as they do without groups.
        order = Order((*Order.of([*keys, *plain.order.columns[:-1]]).columns[:-1], plain.order.columns[-1]))
        given = {"search": plain.search, "words": plain.words, "conditions": plain.conditions}
        return Finder(rows=plain.rows.filter(opened), order=order, tenant_id=plain.tenant_id, **given)  # type: ignore[arg-type]

    # --- drawing --------------------------------------------------------------------------------------

    def draw(self, table: ListTable, rows: list[Row], names: tuple[str, ...], *, picks: bool) -> str:
        """All heads, and below the open ones the rows of this page that belong to them."""
        table.prepare(rows)
        by_group: dict[tuple[Any, ...], list[Row]] = {}
        for row in rows:
            by_group.setdefault(tuple(row[name] for name in self.names), []).append(row)
        pages = self._pages()
        drawn = []
        for group in self._shown():
            own = by_group.get(group.values, [])
            away = self._away(group, pages[group.path]) if group.path in pages and not own else ""
            drawn.append(self._head(group, len(names), away, picks=picks) + table.rows_html(own, names, picks=picks))
        return _NEXT_BODY.join(drawn)

    def _pages(self) -> dict[str, int]:
        """The page on which the rows of each open group begin."""
        pages, before = {}, 0
        for group in self.leaves():
            pages[group.path] = before // self.state.per_page + 1
            before += group.number
        return pages

    def _away(self, group: Group, page: int) -> str:
        """A link to where the rows of an open group begin; beyond the last numbered page it opens this group alone."""
        if page * self.state.per_page <= NUMBERED_ROWS:
            link, words = self.state.link(page=page), _("Rows from page %(page)s") % {"page": page}
        else:
            link, words = self.state.link(open=self._way_to(group)), _("Show this group alone")
        return f' <a class="group-away" href="{escape(link)}">{escape(words)}</a>'

    def _way_to(self, group: Group) -> list[str]:
        """What is open where nothing but this group is."""
        outer = next(one for one in self.groups if one is group or group in one.inner)
        return list(dict.fromkeys([outer.path, group.path]))

    def _shown(self) -> Iterator[Group]:
        for group in self.groups:
            yield group
            if group.is_open:
                yield from group.inner

    def _head(self, group: Group, width: int, away: str, *, picks: bool) -> str:
        others = [path for path in self.state.open if path != group.path and not path.startswith(f"{group.path}/")]
        link = self.state.link(open=others if group.is_open else [*self.state.open, group.path])
        sign = icon("chevron-down" if group.is_open else "chevron-right", "" if group.is_open else "flips")
        deep = " deep" if len(group.values) > 1 else ""
        return (
            f'<tr role="row" class="group-row{deep}" data-group="{escape(group.path)}" {swaps("#list")}>'
            f"{self._pick(group) if picks else ''}"
            f'<th scope="rowgroup" role="rowheader" colspan="{width}"><a href="{escape(link)}" '
            f'aria-expanded="{str(group.is_open).lower()}">{sign}<span dir="auto">{escape(group.label)}</span> '
            f'<span class="faint">({_written(group.number)})</span></a>{away}</th></tr>'
        )

    def _pick(self, group: Group) -> str:
        count = self.listing.kind.count_in_words(group.number)
        facts = {"number": _written(group.number), "count": count, "group": self._full_label(group)}
        label = _("Select all %(number)s %(count)s of %(group)s") % facts
        path = escape(group.path)
        return (
            f'<td class="pick" role="cell"><input type="checkbox" name="within" value="{path}" '
            f'id="within-{quote(group.path, safe="")}" data-pick-group data-number="{group.number}" '
            f'aria-label="{escape(label)}"></td>'
        )

    def _full_label(self, group: Group) -> str:
        outer = next(one for one in self.groups if one is group or group in one.inner)
        return group.label if outer is group else f"{outer.label}, {group.label}"

    @property
    def key(self) -> str:
        """By what the list is grouped, as an address says it."""
        return ",".join(map(str, self.state.group))

    def all_link(self, *, is_open: bool) -> str:
        """A link that opens all groups, or closes them."""
        return self.state.link(open=list(self.by_path) if is_open else None)


def _written(number: int) -> str:
    return number_format(number, force_grouping=True)
