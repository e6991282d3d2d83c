"""A tick on the head of a group selects all of its rows: closed or open, on this page or another."""

import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account
from itam_portal.lists.models import Receipt, Selection
from itam_portal.lists.receipts import keys_of
from tests.lists.test_grouping import ids, page

Browse = Callable[[Account], Client]


def frozen(browser: Client, query: str, status: int = 200, action: str = "disable", **form: Any) -> set[int]:
    """The keys that were frozen for a preview."""
    answer = browser.post(f"/accounts/{action}/?{query}", form)
    assert answer.status_code == status, answer.content.decode()[-600:]
    return set(keys_of(Selection.objects.latest("pk").pk, 0, 10_000)) if status == 200 else set()


def keys(**conditions: Any) -> set[int]:
    return set(Account.objects.filter(**conditions).values_list("pk", flat=True))


def test_a_head_has_a_tick_that_names_its_rows(olivia: Account, victor: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/?group=type,status&open=operator")

    number = Account.objects.filter(type="operator", status="disabled").count()
    (tick,) = re.findall(r'<input type="checkbox" name="within" value="operator/disabled"[^>]*>', html)
    assert f'data-number="{number}"' in tick
    assert 'aria-label="Select all' in tick
    assert "of Operator, Disabled" in tick
    assert 'name="within"' not in page(client_of(victor), "/accounts/?group=status")


def test_a_closed_group_is_selected_by_its_name_alone(olivia: Account, client_of: Browse) -> None:
    wanted = keys(status="enabled")

    assert frozen(client_of(olivia), "group=status", within="enabled", group="status") == wanted


def test_groups_inside_groups_and_several_of_them(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    found = frozen(browser, "group=type,status&open=operator", within=["operator/disabled", "service"])

    assert found == keys(type="operator", status="disabled") | keys(type="service")


def test_rows_ticked_beside_a_group_join_it_once(olivia: Account, victor: Account, client_of: Browse) -> None:
    dora = Account.objects.get(login="dora")

    found = frozen(client_of(olivia), "group=status", within="disabled", selected=[victor.pk, dora.pk])

    assert found == keys(status="disabled") | {victor.pk}


def test_the_filter_of_the_list_narrows_a_group(olivia: Account, client_of: Browse) -> None:
    found = frozen(client_of(olivia), "group=status&name__starts=a&open=enabled", within="enabled")

    assert found == keys(status="enabled", name__istartswith="a")


def test_a_preferred_grouping_comes_with_the_form(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    browser.post("/accounts/columns/", {"order": ["name"], "show": ["name"], "group": "status"})
    html = page(browser, "/accounts/")

    assert '<input type="hidden" name="group" value="status">' in html
    browser.post("/accounts/columns/", {"order": ["name"], "show": ["name"], "group": "type"})
    assert frozen(browser, "", within="disabled", group="status") == keys(status="disabled")


def test_only_what_the_actor_sees_is_selected(uma: Account, client_of: Browse) -> None:
    found = frozen(client_of(uma), "group=status", within="enabled")

    assert found == set(Account.objects.visible_to(uma).filter(status="enabled").values_list("pk", flat=True))
    assert found < keys(status="enabled")


@pytest.mark.parametrize(
    ("query", "form"),
    [
        ("group=status", {"within": "nope"}),
        ("group=status", {"within": "operator"}),
        ("group=status", {"within": ["enabled", "nope"]}),
        ("group=status&name__starts=zzz", {"within": "enabled"}),
        ("", {"within": "enabled"}),
        ("group=nope", {"within": "enabled"}),
        ("", {"within": "enabled", "group": "role"}),
        ("nope=1&group=status", {"within": "enabled"}),
        ("group=status", {"within": "enabled", "selected": "x"}),
        ("group=status", {"within": "enabled", "list": "nowhere"}),
    ],
)
def test_a_group_that_there_is_not_selects_nothing(olivia: Account, client_of: Browse, query: str, form: Any) -> None:
    before = Selection.objects.count()

    frozen(client_of(olivia), query, 400, **form)

    assert Selection.objects.count() == before


def test_confirming_acts_on_what_was_frozen_and_counts_who_came_later(
    olivia: Account, make_account: Any, client_of: Browse
) -> None:
    browser = client_of(olivia)
    made = [make_account(f"Tess{number}", "Viewer") for number in range(3)]
    query = "group=status&login__starts=tess"
    wanted = frozen(browser, query, within="enabled")
    later = make_account("Tess9", "Viewer")

    browser.post(f"/accounts/disable/?{query}", {"selection": Selection.objects.latest("pk").pk, "confirm": "1"})

    assert wanted == {one.pk for one in made}
    assert keys(status="disabled", login__startswith="tess") == wanted
    receipt = Receipt.objects.latest("pk")
    assert (receipt.changed, receipt.drift) == (3, 1)
    assert Account.objects.get(pk=later.pk).is_enabled


def test_confirming_still_acts_where_the_group_is_gone(olivia: Account, make_account: Any, client_of: Browse) -> None:
    browser, tess = client_of(olivia), make_account("Tess", "Viewer")
    query = "group=status&login=tess"
    frozen(browser, query, within="enabled")
    Account.objects.filter(pk=tess.pk).update(status="disabled")

    browser.post(f"/accounts/disable/?{query}", {"selection": Selection.objects.latest("pk").pk, "confirm": "1"})

    assert Receipt.objects.latest("pk").drift == 0


def test_a_tick_on_a_head_works_for_every_action(olivia: Account, client_of: Browse) -> None:
    wanted = keys(type="service")

    for action in ("enable", "edit"):
        assert frozen(client_of(olivia), "group=type", action=action, within="service") == wanted


# --- rows of other pages --------------------------------------------------------------------------------------------


def test_an_open_group_whose_rows_stand_on_another_page_links_there(
    olivia: Account, make_account: Any, client_of: Browse
) -> None:
    for number in range(60):
        make_account(f"Tess{number}", "Viewer", status="disabled" if number % 2 else "enabled")
    browser, query = client_of(olivia), "q=tess&group=status&open=disabled&open=enabled&per_page=25"
    first, second, third = (page(browser, f"/accounts/?{query}&page={number}") for number in (1, 2, 3))
    link = re.compile(r'class="group-away" href="([^"]*)">([^<]*)<')

    assert [words for _href, words in link.findall(first)] == ["Rows from page 2"]
    assert link.findall(second) == []
    assert [words for _href, words in link.findall(third)] == ["Rows from page 1"]
    opened = page(browser, f"/accounts/{unescape(link.findall(first)[0][0])}")
    enabled = keys(login__startswith="tess", status="enabled")
    assert enabled & set(ids(opened))
    assert not enabled & set(ids(first))


def test_beyond_the_last_numbered_page_a_group_is_shown_alone(
    olivia: Account, make_account: Any, client_of: Browse, monkeypatch: Any
) -> None:
    monkeypatch.setattr("itam_portal.lists.grouping.NUMBERED_ROWS", 25)
    for number in range(30):
        make_account(f"Tess{number}", "Viewer", status="disabled" if number else "enabled")
    browser = client_of(olivia)

    html = page(browser, "/accounts/?q=tess&group=status&open=disabled&open=enabled&per_page=25")

    ((href, words),) = re.findall(r'class="group-away" href="([^"]*)">([^<]*)<', html)
    assert words == "Show this group alone"
    assert set(ids(page(browser, f"/accounts/{unescape(href)}"))) == keys(login="tess0")
