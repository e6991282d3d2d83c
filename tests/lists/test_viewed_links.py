"""Every link, form and action of a list that shows a view does what it says."""

import re
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from accounts.models import Account
from itam_portal.lists.models import ListPreference, SavedView, Selection
from itam_portal.lists.receipts import keys_of
from itam_portal.lists.saved_views import begin_with
from tests.accounts.test_views import columns, ids, page, selection_in, total
from tests.cast import account_named
from tests.lists.viewed import STATE, Browse, bar, link, save, shown


@pytest.fixture(params=["view", "default"])
def viewed(request: pytest.FixtureRequest, olivia: Account, client_of: Browse) -> tuple[Client, str, str]:
    """A browser, the address of a list that shows a view, and its page."""
    view = save(olivia, query=f"q=northwind&type=operator&{STATE}")
    if request.param == "default":
        begin_with(view, by=olivia)
    address = "/accounts/" if request.param == "default" else f"/accounts/?view={view.pk}"
    browser = client_of(olivia)
    return browser, address, page(browser, address)


# --- links of a viewed list -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["status", "type"])
def test_the_cross_of_a_chip_takes_the_filter_away(viewed: tuple[Client, str, str], name: str) -> None:
    browser, _address, html = viewed

    after = page(browser, "/accounts/" + link(html, rf'id="chip-{name}".*?class="chip-clear" href="([^"]*)"'))

    assert f'class="chip on" id="chip-{name}"' not in after
    for other in {"status", "type"} - {name}:
        assert f'class="chip on" id="chip-{other}"' in after
    assert {key: shown(after)[key] for key in ("columns", "size", "sorted")} == {
        key: shown(html)[key] for key in ("columns", "size", "sorted")
    }
    assert "Changed" in bar(after)


def test_taking_all_filters_away_leaves_columns_and_order(viewed: tuple[Client, str, str]) -> None:
    browser, _address, html = viewed

    after = page(browser, "/accounts/" + link(html, r'clear-all" href="([^"]*)"'))

    assert total(after) == str(Account.objects.count())
    assert shown(after)["columns"] == ["name", "type", "login"]
    assert 'class="chip on"' not in after


def test_taking_filters_away_one_by_one_never_leads_back_to_the_view(viewed: tuple[Client, str, str]) -> None:
    browser, _address, html = viewed

    for _step in range(2):
        html = page(browser, "/accounts/" + link(html, r'class="chip-clear" href="([^"]*)"'))

    assert 'class="chip on"' not in html
    assert 'value="northwind"' in html


@pytest.mark.parametrize("name", ["name", "type", "login"])
def test_a_head_sorts_and_keeps_the_filters(viewed: tuple[Client, str, str], name: str) -> None:
    browser, _address, html = viewed

    after = page(browser, "/accounts/" + link(html, rf'<a href="([^"]*)" data-add="[^"]*" id="head-{name}"'))

    assert shown(after)["sorted"] == [(name, "ascending")]
    assert sorted(ids(after)) == sorted(ids(html))


@pytest.mark.parametrize("size", [50, 100, 200])
def test_a_page_size_is_taken_and_keeps_the_rest(viewed: tuple[Client, str, str], size: int) -> None:
    browser, _address, html = viewed

    after = page(browser, "/accounts/" + link(html, rf'<a href="([^"]*)" aria-label="{size} rows"'))

    assert shown(after) == {**shown(html), "size": [str(size)]}


def test_the_form_of_filters_sends_the_whole_state(viewed: tuple[Client, str, str]) -> None:
    browser, _address, html = viewed
    form = re.findall(r'<form class="filters".*?</form>', html, re.DOTALL)[0]
    fields = [
        (name, unescape(value))
        for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', form)
    ]
    ticked = re.findall(r'<input type="checkbox" name="(\w+)" value="([^"]*)" checked', form)

    same = page(browser, f"/accounts/?{urlencode([*fields, *ticked, ('q', 'northwind')])}")
    emptied = page(browser, f"/accounts/?{urlencode(fields)}")

    assert shown(same) == shown(html)
    assert "Changed" not in bar(same)
    assert total(emptied) == str(Account.objects.count())


def test_going_back_to_what_the_view_holds_is_no_change(viewed: tuple[Client, str, str]) -> None:
    browser, _address, html = viewed
    pattern = r'<a href="([^"]*)" data-add="[^"]*" id="head-login"'

    once = page(browser, "/accounts/" + link(html, pattern))
    twice = page(browser, "/accounts/" + link(once, pattern))

    assert ("Changed" in bar(once), "Changed" in bar(twice)) == (True, False)
    assert shown(twice) == shown(html)


def test_changes_are_discarded_by_a_link(viewed: tuple[Client, str, str]) -> None:
    browser, _address, html = viewed
    after = page(browser, "/accounts/" + link(html, r'clear-all" href="([^"]*)"'))

    again = page(browser, "/accounts/" + link(after, r'href="([^"]*)">Discard changes<'))

    assert shown(again) == shown(html)
    assert "Changed" not in bar(again)


def test_updating_writes_the_list_into_the_view(viewed: tuple[Client, str, str]) -> None:
    browser, _address, html = viewed
    changed = page(browser, "/accounts/" + link(html, r'clear-all" href="([^"]*)"'))
    form = dict(re.findall(r'<input type="hidden" name="(do|view|query|next)" value="([^"]*)"', bar(changed) or ""))

    answer = browser.post("/accounts/views/", {name: unescape(value) for name, value in form.items()}, follow=True)

    html = answer.content.decode()
    assert "holds the list as it is now" in html
    assert shown(html) == shown(changed)
    assert "Changed" not in bar(html)


def test_pages_of_a_view_are_pages_of_the_view(olivia: Account, make_account: Any, client_of: Browse) -> None:
    for number in range(30):
        make_account(f"More{number:02}", signs_in=False)
    begin_with(save(olivia, query="q=more&sort=login&per_page=25"), by=olivia)
    browser = client_of(olivia)
    first = page(browser, "/accounts/")

    second = page(browser, "/accounts/" + link(first, r'rel="next" href="([^"]*)"'))
    back = page(browser, "/accounts/" + link(second, r'rel="prev" href="([^"]*)"'))

    assert len(ids(second)) == 5
    assert not set(ids(first)) & set(ids(second))
    assert ids(back) == ids(first)
    assert "Changed" not in bar(second)


# --- choosing columns of a viewed list ------------------------------------------------------------------------------


def choose(browser: Client, html: str, **form: Any) -> str:
    address = link(html, r'<a class="btn small" href="(/accounts/columns/[^"]*)"')
    chooser = page(browser, address)
    query = link(chooser, r'name="query" value="([^"]*)"')
    answer = browser.post("/accounts/columns/", {"query": query, **form})
    return page(browser, answer.headers["Location"])


def test_the_chooser_begins_with_the_views_columns(viewed: tuple[Client, str, str]) -> None:
    browser, _address, html = viewed

    chooser = page(browser, link(html, r'<a class="btn small" href="(/accounts/columns/[^"]*)"'))

    assert re.findall(r'name="order" value="([a-z_]+)"', chooser)[:3] == ["name", "type", "login"]
    assert '<option value="25" selected>' in chooser


def test_columns_chosen_on_a_viewed_list_change_the_view_and_not_the_preference(
    viewed: tuple[Client, str, str], olivia: Account
) -> None:
    browser, _address, html = viewed

    after = choose(browser, html, order=["email", "name"], show=["email", "name"], per_page=100)

    assert shown(after)["columns"] == ["email", "name"]
    assert shown(after)["size"] == ["100"]
    assert sorted(ids(after)) == sorted(ids(html))
    assert "Changed" in bar(after)
    assert not ListPreference.objects.filter(account=olivia, list_name="accounts").exists()


def test_resetting_columns_on_a_viewed_list_shows_the_usual_ones(viewed: tuple[Client, str, str]) -> None:
    browser, _address, html = viewed

    after = choose(browser, html, reset=1)

    assert len(shown(after)["columns"]) == 7
    assert sorted(ids(after)) == sorted(ids(html))


def test_columns_chosen_below_a_long_address_are_shown(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    many = "&".join(f"name__not=somebody-number-{number}" for number in range(400))
    address = browser.get(f"/accounts/?{many}&columns=name,type&page=1").headers["Location"]
    html = page(browser, address)

    after = choose(browser, html, order=["email", "name"], show=["email", "name"])

    assert columns(html) == ["name", "type"]
    assert shown(after)["columns"] == ["email", "name"]
    assert total(after) == total(html)
    assert len(shown(choose(browser, after, reset=1))["columns"]) == 7


def test_columns_of_the_unassigned_accounts_lead_back_to_them(olivia: Account, client_of: Browse) -> None:
    answer = client_of(olivia).post(
        "/accounts/unassigned/columns/", {"order": ["name"], "show": ["name"], "query": "q=nina"}
    )

    assert answer.headers["Location"] == "/accounts/unassigned/?q=nina"


# --- everything that matches ----------------------------------------------------------------------------------------


def test_everything_on_a_viewed_list_is_exactly_its_rows(viewed: tuple[Client, str, str], olivia: Account) -> None:
    browser, _address, html = viewed
    action = link(html, r'formaction="([^"]*/disable/[^"]*)"')

    answer = browser.post(action, {"everything": 1, "list": "accounts"})

    selection = Selection.objects.get(pk=selection_in(answer.content.decode()))
    wanted = Account.objects.filter(status="enabled", type="operator", search_key__contains="northwind")
    assert keys_of(selection.pk, 0, 100) == sorted(wanted.values_list("pk", flat=True))


def test_everything_below_a_view_named_by_address_is_exactly_its_rows(olivia: Account, client_of: Browse) -> None:
    view = save(olivia, query="q=nina")

    answer = client_of(olivia).post(f"/accounts/disable/?view={view.pk}", {"everything": 1})

    selection = Selection.objects.get(pk=selection_in(answer.content.decode()))
    assert keys_of(selection.pk, 0, 100) == [account_named("nina").pk]


def test_a_default_view_never_narrows_or_widens_an_action(olivia: Account, client_of: Browse) -> None:
    begin_with(save(olivia, query="q=nina"), by=olivia)

    answer = client_of(olivia).post("/accounts/disable/", {"everything": 1})

    selection = Selection.objects.get(pk=selection_in(answer.content.decode()))
    assert selection.total == Account.objects.count()


def test_a_view_that_is_updated_before_confirming_changes_nothing(olivia: Account, client_of: Browse) -> None:
    browser, view = client_of(olivia), save(olivia, query="q=nina")
    html = page(browser, f"/accounts/?view={view.pk}")
    SavedView.objects.filter(pk=view.pk).update(query="")

    answer = browser.post(link(html, r'formaction="([^"]*/disable/[^"]*)"'), {"everything": 1, "list": "accounts"})

    selection = Selection.objects.get(pk=selection_in(answer.content.decode()))
    browser.post("/accounts/disable/", {"selection": selection.pk, "confirm": 1})
    assert selection.total == 1
    assert not account_named("nina").is_enabled
    assert account_named("oscar").is_enabled


def test_everything_on_the_list_of_unassigned_accounts_is_only_them(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    html = page(browser, "/accounts/unassigned/")
    name = link(html, r'name="list" value="([a-z_]+)"')

    answer = browser.post(link(html, r'formaction="([^"]*/disable/[^"]*)"'), {"everything": 1, "list": name})

    selection = Selection.objects.get(pk=selection_in(answer.content.decode()))
    assert selection.total == int(total(html)) < Account.objects.count()
    assert browser.post("/accounts/disable/?q=x", {"everything": 1, "list": "roles"}).status_code == 400
