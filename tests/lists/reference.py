"""What a list should answer, worked out in plain Python: rows, conditions on them, order, search and groups.

A `World` is one list as a test sees it. A condition is a parameter of the address together with the test that a row
must pass, so that a new kind of condition (a tree, say) is one more strategy in `conditions`.
"""

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as some

from itam_portal.lists.listing import ListKind
from organizations.models import Tenant
from tests.lists.trees import Condition, Row, as_condition, trees_of

ZONE = "Europe/Amsterdam"

WORDS = ["José", "jose", "Émile", "ann", "Anna", "O'Neil", "100%", "a_b", "李明", "x", "back\\slash", "Nö"]
TEXT = some.sampled_from([*WORDS, "an", "os", "%", "_", "\\", "u1", "example"])
TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda key, value: value in key,
    "is": lambda key, value: key == value,
    "not": lambda key, value: key != value,
    "starts": lambda key, value: key.startswith(value),
    "ends": lambda key, value: key.endswith(value),
}


def set_zone(account: Any) -> None:
    """Midnight is Amsterdam's."""
    Tenant.objects.filter(pk=account.tenant_id).update(time_zone=ZONE)
    account.tenant.time_zone = ZONE


def fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


# --- conditions ---------------------------------------------------------------------------------------------------


def text_condition(name: str, key: str, operator: str, value: str) -> Condition:
    return (f"{name}__{operator}", value), lambda row: TESTS[operator](row[key], fold(value))


def date_condition(name: str, key: str, operator: str, day: date, *, missing: datetime) -> Condition:
    def day_of(row: Row) -> date:
        return row[key].astimezone(ZoneInfo(ZONE)).date()

    tests: dict[str, Callable[[Row], bool]] = {
        "before": lambda row: row[key] > missing and day_of(row) < day,
        "after": lambda row: row[key] > missing and day_of(row) > day,
        "is": lambda row: day_of(row) == day,
        "not": lambda row: day_of(row) != day,
    }
    return (f"{name}__{operator}", day.isoformat()), tests[operator]


def number_condition(name: str, key: str, operator: str, number: int, *, least: int = -1, unit: str = "") -> Condition:
    tests: dict[str, Callable[[Row], bool]] = {
        "before": lambda row: least < row[key] < number,
        "after": lambda row: row[key] > number,
        "is": lambda row: row[key] == number,
        "not": lambda row: row[key] != number,
    }
    return (f"{name}__{operator}", f"{number}{unit}"), tests[operator]


def texts(names: dict[str, str]) -> some.SearchStrategy[Condition]:
    """Conditions on fields of text, given with their stored keys."""
    pairs, operators = some.sampled_from(sorted(names.items())), some.sampled_from(sorted(TESTS))
    return some.builds(lambda pair, operator, value: text_condition(*pair, operator, value), pairs, operators, TEXT)


# --- lists --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Grouped:
    """A field to group by: what its values are ordered by, and what an address calls them."""

    order: str
    text: str


@dataclass(frozen=True, repr=False)
class World:
    """One list: its address, its rows, and all that it can be asked."""

    path: str
    kind: ListKind
    rows: list[Row]
    conditions: some.SearchStrategy[Condition]
    groups: dict[str, Grouped]
    # A column that is different in every row and stands in files as it is stored.
    mark: str
    # The rows that a reader sees.
    visible: Callable[[Any], Any]
    searches: some.SearchStrategy[str] = field(default_factory=lambda: some.just(""))

    def _repr_pretty_(self, printer: Any, cycle: bool) -> None:
        """A failing example names the list and leaves its rows out."""
        printer.text(self.path)

    def states(self) -> some.SearchStrategy["State"]:
        """Random states of this list."""
        sorts = some.lists(
            some.tuples(some.sampled_from(sorted(self.kind.shape.sortable)), some.booleans()), min_size=1, max_size=3
        )
        groups = some.tuples(some.sampled_from(sorted(self.groups)), some.booleans())
        return some.builds(
            State,
            world=some.just(self),
            search=self.searches,
            conditions=some.lists(
                self.conditions | trees_of(self.conditions).map(as_condition),
                max_size=3,
                unique_by=lambda condition: condition[0][0],
            ),
            sorts=sorts,
            columns=some.lists(some.sampled_from(self.kind.shape.columns), min_size=1, unique=True),
            groups=some.lists(groups, max_size=2, unique_by=lambda pair: pair[0]),
            per_page=some.sampled_from([25, 50, 200]),
        )


@dataclass(frozen=True)
class State:
    """One state of a list, and the plain answers."""

    world: World
    search: str
    conditions: list[Condition]
    sorts: list[tuple[str, bool]]
    columns: list[str]
    groups: list[tuple[str, bool]]
    per_page: int

    def parameters(self) -> list[tuple[str, str]]:
        """The address without its groups."""
        named = [("sort", _written(self.sorts)), ("columns", ",".join(self.columns)), ("per_page", str(self.per_page))]
        return [("q", self.search), *named, *[parameter for parameter, _test in self.conditions]]

    def grouped(self, opened: list[str]) -> list[tuple[str, str]]:
        """The address with its groups, of which these are open."""
        return [*self.parameters(), ("group", _written(self.groups)), *[("open", path) for path in opened]]

    def rows(self) -> list[Row]:
        """The rows that match, in the list's order."""
        found = wanted(self.world.rows, self.search, self.conditions)
        by_key = {row["pk"]: row for row in found}
        return [by_key[key] for key in in_order(found, self.sorts, self.world.kind)]

    def paths_of(self, row: Row) -> list[str]:
        """What an address calls the groups of a row, the outer one first."""
        texts = [_quoted(str(row[self.world.groups[name].text])) for name, _down in self.groups]
        return ["/".join(texts[:depth]) for depth in range(1, len(texts) + 1)]

    def heads(self) -> list[tuple[str, int]]:
        """Every group with its number of rows, in their order, those of the second field inside the first."""
        rows = self._by_groups(self.rows())
        paths = dict.fromkeys(path for row in rows for path in self.paths_of(row))
        return [(path, sum(path in self.paths_of(row) for row in rows)) for path in paths]

    def shown_in(self, opened: list[str]) -> list[int]:
        """The keys of the rows of open groups, in the order of the groups and then of the list."""
        rows = self._by_groups(self.rows())
        return [row["pk"] for row in rows if set(self.paths_of(row)) <= set(opened)]

    def _by_groups(self, rows: list[Row]) -> list[Row]:
        for name, down in reversed(self.groups):
            rows = sorted(rows, key=lambda row: row[self.world.groups[name].order], reverse=down)
        return rows


def _written(keys: list[tuple[str, bool]]) -> str:
    return ",".join(f"{'-' if down else ''}{name}" for name, down in keys)


def _quoted(text: str) -> str:
    return text.replace("%", "%25").replace("/", "%2F") or "%"


def wanted(rows: list[Row], search: str, conditions: list[Condition]) -> list[Row]:
    """The plain reference: which rows match."""
    found = [row for row in rows if all(test(row) for _parameter, test in conditions)]
    return [row for row in found if all(matches(row["search_key"], word) for word in search.split())]


def matches(key: str, word: str) -> bool:
    folded = fold(word)
    longest = max(len(part) for part in "".join(c if c.isalnum() else " " for c in word + " ").split(" "))
    return folded in key if longest >= 3 else key.startswith(folded) or f" {folded}" in key


def in_order(rows: list[Row], sorts: list[tuple[str, bool]], kind: ListKind) -> list[int]:
    """The keys in the order that these keys say; ties are settled as DESIGN.md says."""
    columns = kind.table.columns_by_name()
    kept: dict[str, bool] = {}
    for name, down in sorts:
        kept.setdefault(name, down)
    stored = [(columns[name].sort_columns[0], down) for name, down in kept.items()]
    last = list(kept)[-1]
    stored += [(column, kept[last]) for column in columns[last].sort_columns[1:]]
    unique: dict[str, bool] = {}
    for column, down in stored:
        unique.setdefault(column, down)
    rows = sorted(rows, key=lambda row: row["pk"], reverse=stored[0][1])
    for column, down in reversed(unique.items()):
        rows = sorted(rows, key=lambda row: row[column], reverse=down)
    return [row["pk"] for row in rows]
