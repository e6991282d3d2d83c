"""What an address shows that names a view, or none where there is a default; and that links from there hold."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as some

from accounts.views.lists import ACCOUNTS
from itam_portal.lists.state import PAGE_SIZES, ListState, Preference, SortKey, parse
from itam_portal.lists.viewing import View, Viewed, Views, held_by, is_same, resolve

SHAPE = ACCOUNTS.shape
PREFERENCE = Preference(("status", "name"), 25)


def views_with(query: str, **facts: Any) -> Views:
    return Views((View(5, "Mine", query, is_own=True, **facts), View(6, "Other", "q=other")))


def shown(query: str, views: Views) -> tuple[Viewed, ListState]:
    """What a page shows at this address."""
    viewed = resolve(QueryDict(query), views, with_default=True)
    state = parse(viewed.data, SHAPE, PREFERENCE)
    state.asked, state.has_default = viewed.asked, views.default is not None
    return viewed, state


def follow(link: str, views: Views) -> ListState:
    assert link.startswith("?")
    viewed, state = shown(link[1:], views)
    assert viewed.problems == []
    return state


def facts(state: ListState) -> dict[str, Any]:
    """All of a state that somebody can see."""
    conditions = {name: sorted(values) for name, values in state.conditions.items()}
    return {
        "conditions": conditions,
        "search": state.search,
        "sort": state.sort,
        "columns": state.columns,
        "per_page": state.per_page,
    }


TEXT = some.text(alphabet="abé '%_\\&=+#,;", min_size=1, max_size=8).map(str.strip).filter(bool)
CONDITIONS = some.lists(some.tuples(some.sampled_from(sorted(SHAPE.filters)), TEXT), max_size=4)
SORT = some.builds(
    lambda down, name: f"{'-' if down else ''}{name}", some.booleans(), some.sampled_from(sorted(SHAPE.sortable))
)
COLUMNS = some.lists(some.sampled_from(SHAPE.columns), min_size=1, unique=True).map(",".join)
STATES = some.builds(
    lambda conditions, **rest: urlencode([*conditions, *[(name, value) for name, value in rest.items() if value]]),
    CONDITIONS,
    q=some.one_of(some.just(""), TEXT),
    sort=some.one_of(some.just(""), SORT),
    columns=some.one_of(some.just(""), COLUMNS),
    per_page=some.one_of(some.just(""), some.sampled_from(PAGE_SIZES).map(str)),
)
ADDRESSES = some.sampled_from(["view=5", "", "view=5&organization=emea", "view=5&page=3", "view=5&count=exact"])


@given(query=STATES)
def test_a_view_shows_all_that_it_holds(query: str) -> None:
    viewed, state = shown("view=5", views_with(query))

    assert facts(state) == facts(parse(QueryDict(query), SHAPE, PREFERENCE))
    assert viewed.view
    assert viewed.is_pure


@given(query=STATES)
def test_what_is_saved_of_a_list_is_the_list_for_every_reader(query: str) -> None:
    state = parse(QueryDict(query), SHAPE, PREFERENCE)

    held = held_by(state).urlencode()

    assert facts(parse(QueryDict(held), SHAPE, Preference(("login",), 200))) == facts(state)
    assert is_same(state, View(5, "Mine", held), SHAPE, PREFERENCE)


@given(query=STATES, explicit=STATES)
def test_parameters_beside_a_view_replace_its_own_of_the_same_name(query: str, explicit: str) -> None:
    _viewed, state = shown(f"view=5&{explicit}", views_with(query))

    whole, given_ = QueryDict(query, mutable=True), QueryDict(explicit)
    for name, values in given_.lists():
        whole.setlist(name, values)
    assert facts(state) == facts(parse(whole, SHAPE, PREFERENCE))


CHANGES = some.one_of(
    some.fixed_dictionaries({"per_page": some.sampled_from(PAGE_SIZES)}),
    some.fixed_dictionaries({"columns": COLUMNS}),
    some.fixed_dictionaries({"sort": SORT}),
    some.fixed_dictionaries({"status": some.sampled_from(["enabled", "disabled"])}),
)


@given(query=STATES, address=ADDRESSES, change=CHANGES)
def test_a_link_changes_what_it_says_and_nothing_else(query: str, address: str, change: dict[str, Any]) -> None:
    views = views_with(query, is_default=True)
    _viewed, state = shown(address, views)

    after = follow(state.link(**change), views)

    expected = facts(state)
    if "per_page" in change:
        expected["per_page"] = change["per_page"]
    if "sort" in change:
        expected["sort"] = (SortKey(change["sort"].removeprefix("-"), change["sort"].startswith("-")),)
    if "columns" in change:
        expected["columns"] = parse(QueryDict(urlencode(change)), SHAPE).columns
    if "status" in change:
        expected["conditions"] = {**expected["conditions"], "status": [change["status"]]}
    assert facts(after) == expected


def apart_from_order(state: ListState) -> dict[str, Any]:
    """The facts without the order, which follows a beginning that is asked for where no order is."""
    return {name: value for name, value in facts(state).items() if name != "sort"}


@given(query=STATES, address=ADDRESSES)
def test_a_filter_that_is_removed_is_gone_though_the_view_has_it(query: str, address: str) -> None:
    views = views_with(query, is_default=True)
    _viewed, state = shown(address, views)

    for name in state.conditions:
        after = follow(state.link(**{name: None}), views)

        left = {key: values for key, values in facts(state)["conditions"].items() if key != name}
        assert apart_from_order(after) == {**apart_from_order(state), "conditions": left}


@given(query=STATES, address=ADDRESSES)
def test_clearing_takes_search_and_filters_and_leaves_the_rest(query: str, address: str) -> None:
    views = views_with(query, is_default=True)
    _viewed, state = shown(address, views)

    after = follow(state.cleared(), views)

    assert apart_from_order(after) == {**apart_from_order(state), "conditions": {}, "search": ""}


@given(query=STATES, address=ADDRESSES, page=some.integers(2, 50))
def test_a_step_through_the_pages_keeps_the_view(query: str, address: str, page: int) -> None:
    views = views_with(query, is_default=True)
    _viewed, state = shown(address, views)

    link = state.link(page=page)

    assert "view=5&" in link
    assert "changed" not in link
    after = follow(link, views)
    assert (facts(after), after.page) == (facts(state), page)


@given(query=STATES, address=ADDRESSES)
def test_bulk_actions_and_exports_get_the_whole_state(query: str, address: str) -> None:
    views = views_with(query, is_default=True)
    _viewed, state = shown(address, views)

    viewed = resolve(QueryDict(state.without_place()), views, with_default=False)

    assert facts(parse(viewed.data, SHAPE, PREFERENCE)) == facts(state)


@given(query=STATES, later=STATES)
def test_a_complete_address_stays_what_it_is_when_its_view_changes_or_goes(query: str, later: str) -> None:
    _viewed, state = shown("view=5", views_with(query))
    link = state.link(sort="-login")

    before, changed, gone = follow(link, views_with(query)), follow(link, views_with(later)), follow(link, Views())

    assert facts(before) == facts(changed) == facts(gone)


@given(query=STATES, explicit=STATES.filter(bool))
def test_any_explicit_parameter_beats_the_default_entirely(query: str, explicit: str) -> None:
    views = views_with(query, is_default=True)

    viewed, state = shown(explicit, views)

    only_carried = set(QueryDict(explicit)) <= {"organization"}
    assert (viewed.view is not None) == only_carried
    if not only_carried:
        assert facts(state) == facts(parse(QueryDict(explicit), SHAPE, PREFERENCE))


@pytest.mark.parametrize("address", ["", "organization=emea", "tenant=northwind", "organization=emea&tenant=northwind"])
def test_what_navigation_carries_asks_for_the_default(address: str) -> None:
    viewed, state = shown(address, views_with("status=disabled", is_default=True))

    assert viewed.is_default
    assert state.conditions["status"] == ["disabled"]
    assert ("organization" in state.conditions) == ("organization" in address)


def test_ones_own_default_goes_before_the_tenants() -> None:
    mine, everybodys = View(5, "Mine", is_default=True), View(6, "All", is_tenants_default=True)

    assert Views((everybodys, mine)).default is mine
    assert Views((everybodys,)).default is everybodys
    assert Views((View(7, "Another"),)).default is None


@pytest.mark.parametrize("address", ["page=2", "count=exact", "q=", "per_page=25", "view=none", "nope=1", "sort=name"])
def test_every_other_parameter_shows_the_plain_list(address: str) -> None:
    viewed, state = shown(address, views_with("status=disabled", is_default=True))

    assert viewed.view is None
    assert "status" not in state.conditions


def test_a_link_to_nothing_more_does_not_lead_into_the_default() -> None:
    views = views_with("status=disabled", is_default=True)
    _viewed, state = shown("status=enabled", views)

    assert state.link(status=None) == "?view=none"
    assert facts(follow(state.link(status=None), views))["conditions"] == {}
    assert shown("status=enabled", views_with(""))[1].link(status=None) == "?"


@pytest.mark.parametrize(
    "text", ["7", "x", "-5", "5-gone", "0", "0-changed", "99999999999999999999", "none-changed", "5 "]
)
def test_a_view_that_is_not_there_is_a_problem(text: str) -> None:
    viewed, _state = shown(urlencode({"view": text}), views_with("status=disabled"))

    assert viewed.problems


def test_two_views_at_once_are_a_problem() -> None:
    _viewed, state = shown("view=5&view=6", views_with("status=disabled"))

    assert any("only once" in problem for problem in state.problems)


def test_the_order_of_conditions_is_no_change() -> None:
    view = View(5, "Mine", "status=enabled&type=operator&type=service")
    state = parse(QueryDict("view=5-changed&type=service&type=operator&status=enabled&page=2"), SHAPE, PREFERENCE)

    assert is_same(state, view, SHAPE, PREFERENCE)


@pytest.mark.parametrize(
    "query",
    [
        "",
        "status=enabled&type=operator",
        "status=enabled&q=x",
        "status=enabled&sort=-name",
        "status=enabled&columns=type",
    ],
)
def test_every_difference_is_a_change(query: str) -> None:
    state = parse(QueryDict(query), SHAPE, PREFERENCE)

    assert not is_same(state, View(5, "Mine", "status=enabled"), SHAPE, PREFERENCE)


# --- addresses that grew too long ---------------------------------------------------------------------------------


@given(query=STATES, change=CHANGES)
def test_an_unnamed_view_stands_for_its_address(query: str, change: dict[str, Any]) -> None:
    views = Views((View(9, "", query),))
    viewed, state = shown("view=9", views)

    assert viewed.view is None
    assert facts(state) == facts(parse(QueryDict(query), SHAPE, PREFERENCE))
    assert state.link(page=4) == "?view=9&page=4"
    assert "view=" not in state.link(**change)
    for name in state.conditions:
        assert name not in follow(state.link(**{name: None}), views).conditions


def test_a_long_address_remembers_the_view_it_came_from() -> None:
    views = Views((View(5, "Mine", ""), View(9, "", "view=5-changed&status=enabled")))

    viewed, state = shown("view=9", views)

    assert viewed.view
    assert viewed.view.pk == 5
    assert state.conditions == {"status": ["enabled"]}


def test_only_a_state_too_long_to_say_is_named_by_its_view() -> None:
    query = urlencode([("name__not", f"somebody-number-{number}") for number in range(400)])
    views = Views((View(9, "", query),))

    assert shown("view=9", views)[1].without_place() == "view=9"
    assert shown("view=5", views_with("status=enabled"))[1].without_place() == "status=enabled&view=5-changed"
