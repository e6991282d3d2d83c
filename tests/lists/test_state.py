"""The address of a list: what it says, what is wrong with it, and that no change of it loses a filter."""

from urllib.parse import parse_qs, urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as some

from accounts.views.lists import ACCOUNTS
from itam_portal.lists.state import PAGE_SIZES, ListState, Preference, SortKey, parse

SHAPE = ACCOUNTS.shape


def state_of(query: str, preference: Preference | None = None) -> ListState:
    return parse(QueryDict(query), SHAPE, preference)


def test_an_empty_address_shows_the_defaults() -> None:
    state = state_of("")

    assert state.problems == []
    assert state.columns == ("name", "login", "email", "role", "status", "type", "last_login")
    assert state.sort == (SortKey("name"),)
    assert (state.per_page, state.page) == (50, 1)


def test_a_field_named_twice_in_the_order_counts_the_first_time() -> None:
    assert state_of("sort=-status,name,status").sort == (SortKey("status", True), SortKey("name"))


@pytest.mark.parametrize(
    ("query", "word"),
    [
        ("nope=1", "nope"),
        ("nope=", "nope"),
        ("name__near=x", "near"),
        ("sort=nope", "nope"),
        ("columns=name,nope", "nope"),
        ("per_page=51", "51"),
        ("per_page=-1", "-1"),
        ("page=0", "0"),
        ("page=x", "x"),
        ("page=1&page=2", "page"),
        ("page=2&after=abc", "Give only one"),
        ("count=all", "all"),
        ("filter=x", "colon"),
        ("group=nope", "grouped by"),
        ("open=x", "grouped"),
        ("q=%00", "character"),
    ],
)
def test_what_is_wrong_is_said(query: str, word: str) -> None:
    assert any(word in str(problem) for problem in state_of(query).problems)


def test_empty_parameters_of_known_fields_say_nothing() -> None:
    state = state_of("q=&name__contains=&status=&sort=&page=")

    assert (state.problems, state.conditions, state.search) == ([], {}, "")


def test_the_name_cannot_be_left_out() -> None:
    assert state_of("columns=status,login").columns == ("name", "status", "login")


def test_the_address_beats_the_preference() -> None:
    preference = Preference(("status", "name"), 100)

    assert state_of("", preference).columns == ("status", "name")
    assert state_of("", preference).per_page == 100
    assert state_of("columns=email&per_page=25", preference).columns == ("name", "email")
    assert state_of("columns=email&per_page=25", preference).per_page == 25


CONDITIONS = some.lists(
    some.tuples(
        some.sampled_from(sorted(SHAPE.filters)), some.text(min_size=1, max_size=8).filter(lambda t: "\0" not in t)
    ),
    max_size=4,
)
CHANGES = some.one_of(
    some.builds(lambda size: {"per_page": size}, some.sampled_from(PAGE_SIZES)),
    some.builds(lambda names: {"columns": ",".join(names)}, some.lists(some.sampled_from(SHAPE.columns), min_size=1)),
    some.builds(lambda name: {"sort": f"-{name}"}, some.sampled_from(SHAPE.columns)),
    some.builds(lambda page: {"page": page}, some.integers(1, 500)),
)


@given(conditions=CONDITIONS, search=some.text(alphabet="abé '%_\\", max_size=6), changes=CHANGES)
def test_no_change_of_columns_order_size_or_page_loses_a_filter(conditions, search, changes) -> None:  # type: ignore[no-untyped-def]
    before = state_of(urlencode([*conditions, ("q", search)]))

    after = state_of(before.query(**changes))

    assert after.conditions == before.conditions
    assert after.search == before.search


@given(query=some.text(max_size=60))
def test_no_address_breaks_the_parser(query: str) -> None:
    state = state_of(query)

    assert state.per_page in PAGE_SIZES
    assert state.columns[0] or state.problems


@given(page=some.integers(2, 50))
def test_a_new_filter_begins_at_the_first_page(page: int) -> None:
    state = state_of(f"page={page}&status=enabled")

    assert "page" not in parse_qs(state.query(status="disabled"))
    assert parse_qs(state.query(page=page + 1)) == {"status": ["enabled"], "page": [str(page + 1)]}
