"""Whatever a list is asked: filter, pages, cursors, counts, groups, selections and files agree with plain Python."""

import csv
import io
import re
from dataclasses import replace
from datetime import date, datetime, time
from html import unescape
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account
from accounts.views.lists import ACCOUNTS
from itam_portal.lists.finder import Finder
from itam_portal.lists.listing import Listing
from itam_portal.lists.models import Selection
from itam_portal.lists.receipts import among, freeze, keys_of
from tests.lists.reference import ZONE, Row, State, World, in_order, wanted
from tests.lists.trees import trees_of
from tests.lists.worlds import ACCOUNT_CONDITIONS, SEARCHES, WORLDS, account_rows

assert ACCOUNTS.search
SEARCH = ACCOUNTS.search


TREES = trees_of(ACCOUNT_CONDITIONS)
SORTS = some.lists(
    some.tuples(some.sampled_from(sorted(ACCOUNTS.shape.sortable)), some.booleans()), min_size=1, max_size=3
)
GIVEN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)


@pytest.fixture
def rows(olivia: Account) -> list[Row]:
    """Seventy accounts that differ in everything a list can be asked about."""
    return account_rows(olivia)


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


@settings(GIVEN, max_examples=100)
@given(
    search=SEARCHES,
    conditions=some.lists(ACCOUNT_CONDITIONS, max_size=3, unique_by=lambda condition: condition[0][0]),
    advanced=some.none() | TREES,
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
    expected = in_order(found, sorts, ACCOUNTS)

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
    assert found.keys[-1] == in_order(rows, [("name", False)], ACCOUNTS)[-1]


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


# --- all of it together, as a reader sees it ------------------------------------------------------------------------

ROW = re.compile(r'<tr role="row" id="r\d+" data-id="(\d+)"')
HEAD = re.compile(r'data-group="([^"]*)".*?<span class="faint">\(([\d,]+)\)')


def page(browser: Client, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, (address, answer.content.decode()[-600:])
    return answer.content.decode()


def ids(html: str) -> list[int]:
    return [int(number) for number in ROW.findall(html)]


def heads(html: str) -> list[tuple[str, int]]:
    return [(unescape(path), int(number.replace(",", ""))) for path, number in HEAD.findall(html)]


def walked(browser: Client, path: str, query: list[tuple[str, str]], turn: str) -> list[int]:
    """The rows of all pages: from the first one on by the links to the next, or back from the last one."""
    start = [("page", "1000")] if turn == "prev" else []
    address, found, seen = f"{path}?{urlencode([*query, *start])}", list[int](), 0
    while address:
        html = page(browser, address)
        found = [*ids(html), *found] if turn == "prev" else [*found, *ids(html)]
        link = re.search(rf'rel="{turn}" href="([^"]+)"', html)
        address = f"{path}{unescape(link[1])}" if link else ""
        seen += 1
        assert seen < 50
    return found


def taken(browser: Client, world: World, query: list[tuple[str, str]]) -> list[str]:
    """What the exported file has in the column that is different in every row."""
    marked = [(name, f"{value},{world.mark}" if name == "columns" else value) for name, value in query]
    answer = browser.get(f"{world.path}export.csv?{urlencode(marked)}")
    assert answer.status_code == 200, answer.content
    lines = csv.reader(io.StringIO(b"".join(answer.streaming_content)[3:].decode(), newline=""))
    at = next(lines).index(str(world.kind.table.columns_by_name()[world.mark].verbose_name))
    return [line[at].removeprefix("'") for line in lines]


def everything(browser: Client, world: World, query: list[tuple[str, str]], account: Account) -> list[int]:
    """The keys that “everything that matches” froze."""
    if world.kind is ACCOUNTS:
        name = "accounts_unassigned" if "unassigned" in world.path else "accounts"
        answer = browser.post(
            f"/accounts/disable/?{urlencode(query)}", {"everything": "1", "list": name}, headers={"HX-Request": "true"}
        )
        assert answer.status_code == 200
        selection = Selection.objects.latest("pk")
    else:
        listing = Listing(world.kind, world.visible(account), QueryDict(urlencode(query)), account=account)
        selection = freeze(listing.matching(), operation="accounts.disable", by=account)
    return keys_of(selection.pk, 0, 10_000)


@pytest.fixture(params=list(WORLDS))
def world(request: pytest.FixtureRequest, olivia: Account) -> World:
    """One list with its rows."""
    return WORLDS[request.param](olivia)


@settings(GIVEN, max_examples=40)
@given(data=some.data())
def test_filter_count_pages_groups_selection_and_file_agree(world, olivia, client_of, data) -> None:  # type: ignore[no-untyped-def]
    state: State = data.draw(world.states())
    browser, expected = client_of(olivia), state.rows()
    turn = data.draw(some.sampled_from(["next", "prev"]))
    query = [*state.parameters(), ("group", "none")]

    assert walked(browser, world.path, query, turn) == [row["pk"] for row in expected]
    assert f'data-total="{len(expected)}"' in page(browser, f"{world.path}?{urlencode(query)}")

    assert taken(browser, world, query) == [row[world.mark] for row in expected]
    assert everything(browser, world, query, olivia) == sorted(row["pk"] for row in expected)

    if state.groups:
        paths = [path for path, _number in state.heads()]
        opened = data.draw(some.lists(some.sampled_from(paths), unique=True)) if paths else []
        grouped = state.grouped(opened)
        html = page(browser, f"{world.path}?{urlencode(grouped)}")
        hidden = [path for path in paths if "/" in path and path.rpartition("/")[0] not in opened]
        assert heads(html) == [head for head in state.heads() if head[0] not in hidden]
        assert sum(number for path, number in state.heads() if "/" not in path) == len(expected)
        assert f'data-total="{len(expected)}"' in html
        assert walked(browser, world.path, grouped, turn) == state.shown_in(opened)
        assert taken(browser, world, grouped) == [row[world.mark] for row in expected]
        assert everything(browser, world, grouped, olivia) == sorted(row["pk"] for row in expected)


@settings(GIVEN, max_examples=25)
@given(data=some.data())
def test_a_cursor_goes_on_where_it_was_made_grouped_or_not(world, olivia, client_of, data) -> None:  # type: ignore[no-untyped-def]
    state: State = data.draw(world.states())
    query, expected = [*state.parameters(), ("group", "none")], [row["pk"] for row in state.rows()]
    if state.groups:
        paths = [path for path, _number in state.heads()]
        opened = data.draw(some.lists(some.sampled_from(paths), unique=True)) if paths else []
        query, expected = state.grouped(opened), state.shown_in(opened)
    if not expected:
        return
    at = data.draw(some.integers(0, len(expected) - 1))
    listing = Listing(world.kind, world.visible(olivia), QueryDict(urlencode(query)), account=olivia)
    assert listing.pages
    cursor = listing.pages.cursor(expected[at])

    browser = client_of(olivia)
    behind = ids(page(browser, f"{world.path}?{urlencode([*query, ('after', cursor)])}"))
    before = ids(page(browser, f"{world.path}?{urlencode([*query, ('before', cursor)])}"))

    assert behind == expected[at + 1 :][: state.per_page]
    assert before == expected[:at][-state.per_page :]
