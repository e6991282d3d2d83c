"""Whatever a list is asked: pages, cursors, counts and selections agree with each other and with plain Python."""

import unicodedata
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import NEVER, NO_DURATION, Account, Status, Type
from accounts.views.lists import ACCOUNTS
from itam_portal.lists import tree
from itam_portal.lists.finder import Finder
from itam_portal.lists.listing import Listing
from itam_portal.lists.receipts import among, freeze, keys_of
from organizations.models import Organization
from roles.models import Role
from tests.cast import give

WORDS = ["José", "jose", "Émile", "ann", "Anna", "O'Neil", "100%", "a_b", "李明", "x", "back\\slash", "Nö"]
TITLES = ["", "Analyst", "SAM Desk", "analyst 100%"]
ZONE = "Europe/Amsterdam"
Row = dict[str, Any]
assert ACCOUNTS.search
SEARCH = ACCOUNTS.search


def fold(text: str) -> str:
    return "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c)).lower()


@pytest.fixture
def rows(northwind, olivia) -> list[Row]:  # type: ignore[no-untyped-def]
    """Seventy accounts that differ in everything a list can be asked about."""
    type(northwind).objects.filter(pk=northwind.pk).update(time_zone=ZONE)
    olivia.tenant.time_zone = ZONE
    homes = list(Organization.objects.order_by("pk"))
    roles = list(Role.objects.filter(name__in=["Viewer", "Operator", "USER"]).order_by("name"))
    for number in range(70):
        account = Account.objects.create(
            tenant=northwind,
            type=Type.SERVICE if number % 7 == 0 else Type.OPERATOR,
            status=Status.DISABLED if number % 3 == 0 else Status.ENABLED,
            name=f"{WORDS[number % 12]} {WORDS[(number * 5) % 12]}",
            login=f"u{number}",
            email="" if number % 5 == 0 else f"{fold(WORDS[number % 12])}{number}@x.example",
            job_title=TITLES[number % 4],
            home=homes[number % len(homes)],
            last_login_at=NEVER if number % 4 == 0 else datetime(2026, 3, 1, 22, tzinfo=UTC) + timedelta(hours=number),
            last_login_duration=NO_DURATION if number % 4 == 0 else (number % 9) * 1000,
        )
        if number % 2:
            give(account, roles[number % 3])
    fields = "pk name_key login_key email_key job_title_key role_key status type last_login_at last_login_duration"
    columns = [*fields.split(), "home_key", "home__code", "role_names", "search_key"]
    return list(Account.objects.with_role_names().values(*columns))


def day_of(row: Row) -> date:
    return row["last_login_at"].astimezone(ZoneInfo(ZONE)).date()


TEXT = some.sampled_from([*WORDS, "an", "os", "%", "_", "\\", "u1", "example"])
KEYS = {"name": "name_key", "login": "login_key", "email": "email_key", "job_title": "job_title_key"}
TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda key, value: value in key,
    "is": lambda key, value: key == value,
    "not": lambda key, value: key != value,
    "starts": lambda key, value: key.startswith(value),
    "ends": lambda key, value: key.endswith(value),
}
Condition = tuple[tuple[str, str], Callable[[Row], bool]]


def text_condition(field: str, operator: str, value: str) -> Condition:
    return (f"{field}__{operator}", value), lambda row: TESTS[operator](row[KEYS[field]], fold(value))


def date_condition(operator: str, day: date) -> Condition:
    signed_in: Callable[[Row], bool] = lambda row: row["last_login_at"] > NEVER  # noqa: E731
    tests: dict[str, Callable[[Row], bool]] = {
        "before": lambda row: signed_in(row) and day_of(row) < day,
        "after": lambda row: signed_in(row) and day_of(row) > day,
        "is": lambda row: day_of(row) == day,
        "not": lambda row: day_of(row) != day,
    }
    return (f"last_login__{operator}", day.isoformat()), tests[operator]


def duration_condition(operator: str, seconds: int) -> Condition:
    tests: dict[str, Callable[[Row], bool]] = {
        "before": lambda row: NO_DURATION < row["last_login_duration"] < seconds,
        "after": lambda row: row["last_login_duration"] > seconds,
    }
    return (f"login_duration__{operator}", f"{seconds}s"), tests[operator]


CONDITIONS = some.one_of(
    some.builds(text_condition, some.sampled_from(sorted(KEYS)), some.sampled_from(sorted(TESTS)), TEXT),
    some.builds(
        date_condition,
        some.sampled_from(["before", "after", "is", "not"]),
        some.dates(date(2026, 2, 28), date(2026, 3, 6)),
    ),
    some.builds(duration_condition, some.sampled_from(["before", "after"]), some.sampled_from([0, 999, 1000, 4500])),
    some.sampled_from(
        [
            (("status", "enabled"), lambda row: row["status"] == "enabled"),
            (("status__not", "enabled"), lambda row: row["status"] != "enabled"),
            (("type", "service"), lambda row: row["type"] == "service"),
            (("organization", "emea"), lambda row: row["home__code"] == "emea"),
            (("organization__not", "EMEA"), lambda row: row["home__code"] != "emea"),
            (("role__empty", "yes"), lambda row: not row["role_names"]),
            (("job_title__empty", "no"), lambda row: row["job_title_key"] != ""),
            (("last_login__empty", "yes"), lambda row: row["last_login_at"] == NEVER),
        ]
    ),
)
MODES: dict[str, Callable[[Any], bool]] = {"all": all, "any": any, "none": lambda tests: not any(tests)}


def rule(condition: Condition) -> tree.Node:
    (name, value), _test = condition
    return tree.Rule(name, (value,))


def group(mode: str, items: list[tuple[tree.Node, Callable[[Row], bool]]]) -> Any:
    test: Callable[[Row], bool] = lambda row: MODES[mode](item(row) for _node, item in items)  # noqa: E731
    return tree.Group(mode, tuple(node for node, _test in items)), test


# An advanced filter with its reference: conditions, and groups in each other.
TREES = some.recursive(
    CONDITIONS.map(lambda condition: (rule(condition), condition[1])),
    lambda nodes: some.builds(group, some.sampled_from(sorted(MODES)), some.lists(nodes, min_size=1, max_size=4)),
    max_leaves=7,
)
SORTS = some.lists(
    some.tuples(some.sampled_from(sorted(ACCOUNTS.shape.sortable)), some.booleans()), min_size=1, max_size=3
)
SEARCHES = some.one_of(some.just(""), TEXT, some.builds(lambda a, b: f"{a} {b}", TEXT, TEXT))


def depth_of(node: tree.Node) -> int:
    return 1 + max(map(depth_of, node.items)) if isinstance(node, tree.Group) else 0


def wanted(rows: list[Row], search: str, conditions: list[Condition]) -> list[Row]:
    """The plain reference: which rows match."""
    found = [row for row in rows if all(test(row) for _parameter, test in conditions)]
    return [row for row in found if all(matches(row["search_key"], word) for word in search.split())]


def matches(key: str, word: str) -> bool:
    folded = fold(word)
    longest = max(len(part) for part in "".join(c if c.isalnum() else " " for c in word + " ").split(" "))
    return folded in key if longest >= 3 else key.startswith(folded) or f" {folded}" in key


def in_order(rows: list[Row], sorts: list[tuple[str, bool]]) -> list[int]:
    columns = ACCOUNTS.table.columns_by_name()
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


def listing_of(account: Account, query: list[tuple[str, str]], **limits: Any) -> Listing:
    rows = Account.objects.visible_to(account)
    listing = Listing(ACCOUNTS, rows, QueryDict(urlencode(query)), account=account, is_whole=True)
    assert listing.problems == []
    for name, value in limits.items():
        setattr(listing.finder, name, value)
    return listing


def every_page(finder: Finder, size: int) -> list[int]:
    last = finder.page(1_000, size).page or 1
    return [key for number in range(1, last + 1) for key in finder.page(number, size).keys]


def every_step(finder: Finder, size: int) -> list[int]:
    found = finder.page(1, size)
    keys = list(found.keys)
    while found.has_next:
        found = finder.after(finder.cursor(found.keys[-1]), size)
        keys += found.keys
    return keys


def every_step_back(finder: Finder, last: int, size: int) -> list[int]:
    found = finder.before(finder.cursor(last), size)
    keys = list(found.keys)
    while found.has_previous and found.keys:
        found = finder.before(finder.cursor(found.keys[0]), size)
        keys = [*found.keys, *keys]
    return keys


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(
    search=SEARCHES,
    conditions=some.lists(CONDITIONS, max_size=3, unique_by=lambda condition: condition[0][0]),
    advanced=some.none() | TREES.filter(lambda pair: depth_of(pair[0]) <= tree.DEEPEST),
    sorts=SORTS,
    size=some.sampled_from([7, 25]),
    limits=some.sampled_from(
        [
            {},
            {"cap": 4},
            {"cap": 4, "walks": (3, 6), "farthest": 5},
            {"cap": 0, "walks": (1, 2)},
            {"cap": 20, "search": replace(SEARCH, sample=20, many=1, most=30)},
            {"cap": 9, "search": replace(SEARCH, sample=20, many=1, most=2, stretch=25)},
            {"search": replace(SEARCH, sample=40, many=0, most=1, stretch=9)},
            {"sorted_at_once": 2, "walks": (9, 30)},
        ]
    ),
)
def test_pages_cursors_counts_and_selections_agree(  # type: ignore[no-untyped-def]
    rows, olivia, search, conditions, advanced, sorts, size, limits
) -> None:
    order = ",".join(f"{'-' if down else ''}{name}" for name, down in sorts)
    query = [("q", search), ("sort", order), *[parameter for parameter, _test in conditions]]
    found = wanted(rows, search, conditions)
    if advanced:
        query.append(("filter", str(advanced[0])))
        found = [row for row in found if advanced[1](row)]
    expected = in_order(found, sorts)

    listing = listing_of(olivia, query, **limits)
    finder = listing.finder

    assert every_page(finder, size) == expected
    assert every_step(finder, size) == expected
    if expected:
        assert every_step_back(finder, expected[-1], size) == expected[:-1]
    assert finder.total(exactly=True).number == len(expected)
    capped = finder.total()
    assert (capped.number, capped.is_capped) == (min(len(expected), finder.cap), len(expected) > finder.cap)
    selection = freeze(listing.matching(), operation="accounts.disable", by=olivia)
    assert keys_of(selection.pk, 0, len(expected) + 1) == sorted(expected)
    assert set(Account.objects.filter(among(selection)).values_list("pk", flat=True)) == set(expected)


def test_a_page_past_the_end_is_the_last_one(rows, olivia) -> None:  # type: ignore[no-untyped-def]
    found = listing_of(olivia, []).finder.page(1_000, 25)

    assert found.moved
    assert found.page == -(-len(rows) // 25)
    assert found.keys[-1] == in_order(rows, [("name", False)])[-1]


def test_a_field_is_not_counted_by_the_combined_text(rows, olivia) -> None:  # type: ignore[no-untyped-def]
    """Every address holds “example”, no name does; the probe of the combined text must not pass for a count."""
    finder = listing_of(olivia, [("name__contains", "example")], cap=4).finder

    assert str(finder.total()) == "0"


def test_a_row_that_two_alternatives_find_counts_once(rows, olivia) -> None:  # type: ignore[no-untyped-def]
    """More candidates than the cap are no more rows where they are the same ones."""
    same = "any(login__is:u1,login__starts:u1,login__in:u1;u2,name__is:nobody)"
    expected = [row for row in rows if row["login_key"].startswith("u1") or row["login_key"] == "u2"]

    for cap in (len(expected), len(expected) - 1):
        total = listing_of(olivia, [("filter", same)], cap=cap).finder.total()

        assert (total.number, total.is_capped) == (cap, cap < len(expected))


def test_a_cursor_of_another_order_is_refused(rows, olivia) -> None:  # type: ignore[no-untyped-def]
    cursor = listing_of(olivia, [("sort", "login")]).finder.cursor(rows[0]["pk"])

    other = Listing(
        ACCOUNTS, Account.objects.visible_to(olivia), QueryDict(urlencode({"after": cursor})), account=olivia
    )

    assert other.found.keys == []
    assert other.problems


def test_midnight_is_the_tenants(rows, olivia) -> None:  # type: ignore[no-untyped-def]
    late = datetime.combine(date(2026, 3, 2), time(23, 30), ZoneInfo(ZONE))
    Account.objects.filter(pk=rows[0]["pk"]).update(last_login_at=late)

    same_day = listing_of(olivia, [("last_login", "2026-03-02")]).matching()
    next_day = listing_of(olivia, [("last_login", "2026-03-03")]).matching()

    assert same_day.filter(pk=rows[0]["pk"]).exists()
    assert not next_day.filter(pk=rows[0]["pk"]).exists()
