"""The chosen organization narrows a list that has organizations; any other list says that it does not."""

import re
from collections.abc import Callable

import pytest
from django.test import Client

from accounts.models import Account

Browse = Callable[[Account], Client]
SAYS = "does not narrow it"
WITHOUT = ["/roles/", "/receipts/", "/exports/"]


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status
    return answer.content.decode()


def total(html: str) -> str:
    return re.findall(r'data-total="([^"]*)"', html)[0]


@pytest.mark.parametrize("path", WITHOUT)
def test_a_list_without_organizations_says_that_it_is_the_whole_tenants(
    olivia: Account, client_of: Browse, path: str
) -> None:
    browser = client_of(olivia)

    html = page(browser, f"{path}?organization=emea")

    assert f"EMEA {SAYS}" in html
    assert total(html) == total(page(browser, path))
    assert SAYS not in page(browser, path)


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/unassigned/", "/history/"])
def test_a_list_with_organizations_is_narrowed(olivia: Account, client_of: Browse, path: str) -> None:
    browser = client_of(olivia)

    html = page(browser, f"{path}?organization=apac")

    assert SAYS not in html
    assert total(html) != total(page(browser, path))


@pytest.mark.parametrize("path", WITHOUT)
def test_filtering_and_clearing_keep_the_organization(olivia: Account, client_of: Browse, path: str) -> None:
    browser = client_of(olivia)
    chip = "kind=own" if path == "/roles/" else "state=done"

    html = page(browser, f"{path}?organization=emea&{chip}")

    (form,) = re.findall(r'<form class="filters".*?</form>', html, re.DOTALL)
    assert '<input type="hidden" name="organization" value="emea">' in form
    (clear,) = re.findall(r'class="btn ghost small clear-all" href="([^"]*)"', html)
    assert "organization=emea" in clear


@pytest.mark.parametrize("path", WITHOUT)
@pytest.mark.parametrize("query", ["organization=nope", "organization=emea&organization=apac"])
def test_an_organization_that_cannot_be_meant_is_said_in_words(
    olivia: Account, client_of: Browse, path: str, query: str
) -> None:
    html = page(browser := client_of(olivia), f"{path}?{query}", status=400)

    assert 'role="alert"' in html
    assert not re.search(r"<tr [^>]*data-id=", html)
    assert browser.get(f"{path}export.csv?{query}").status_code in (400, 404)
