"""Bent addresses and stale pages: refused in words, and nothing is lost or mixed."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account

Browse = Callable[[Account], Client]


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()[-800:]
    return answer.content.decode()


def ids(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr role="row" id="r\d+" data-id="(\d+)"', html)]


def test_a_wrong_address_offers_to_keep_what_is_right(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/?status=enabled&sort=-email&nope=1&page=3", status=400)

    assert 'href="?status=enabled&amp;sort=-email"' in html


@pytest.mark.parametrize("path", ["/accounts/", "/roles/", "/accounts/columns/", "/administration/users/", "/switch/"])
def test_no_page_is_broken_by_a_character_that_no_text_may_hold(olivia: Account, client_of: Browse, path: str) -> None:
    assert 'role="alert"' in page(client_of(olivia), f"{path}?organization=%00", status=400)


@pytest.mark.parametrize("selection", ["²", "x", "-1", "9" * 30, "1.5"])
def test_a_selection_that_is_no_number_is_not_there(olivia: Account, client_of: Browse, selection: str) -> None:
    assert client_of(olivia).post("/accounts/disable/", {"selection": selection}).status_code == 400


def test_other_lists_know_the_organizations_too(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    assert ids(page(browser, "/roles/?organization=nope", status=400)) == []
    assert ids(page(browser, "/roles/?organization=HOME")) != []


def test_a_page_past_every_end_shows_the_last_one(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), f"/accounts/?page={'9' * 40}")

    assert ids(html) != []
    assert "This is the last one" in html or "this is the last one" in html


def test_the_chosen_organization_comes_along_into_an_account_and_back(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    html = page(browser, "/accounts/?organization=HOME")
    assert f'href="/accounts/{olivia.pk}/?organization=HOME"' in html

    html = page(browser, f"/accounts/{olivia.pk}/?organization=HOME")

    assert 'href="/accounts/?organization=HOME"' in html
    assert 'href="/accounts/"' not in html


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_part_never_comes_from_another_tenant_than_its_page(
    olivia: Account, adam: Account, client_of: Browse, method: str
) -> None:
    browser = client_of(olivia)
    stale = {"HX-Request": "true", "HX-Target": "div#list", "X-Drawn-For": str(olivia.tenant_id + 1)}

    answer = getattr(browser, method)("/accounts/disable/" if method == "post" else "/accounts/", headers=stale)

    assert answer.content.decode().count("data-id") == 0
    assert (answer.status_code, answer.headers.get("HX-Refresh")) in [(204, "true"), (409, None)]
    assert (answer.status_code == 409) == (method == "post")


def test_cells_and_heads_are_marked(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/")

    rows = len(ids(html))
    assert html.count("<th class") == 8
    assert len(re.findall(r'<td [^>]*data-column="name"', html)) == rows


def test_an_administrator_is_told_that_owners_are_not_theirs(olivia: Account, adam: Account, client_of: Browse) -> None:
    answer = client_of(adam).post("/accounts/disable/", {"selected": olivia.pk})

    assert "Only an owner may change it" in answer.content.decode()
    assert "Make somebody else an owner" not in answer.content.decode()
