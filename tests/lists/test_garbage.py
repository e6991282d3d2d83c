"""No address of a list leads to an error of ours: it shows rows, or says in words what is wrong and shows none."""

import re
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client
from django.urls import resolve
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account
from itam_portal.lists.state import RESERVED
from itam_portal.pages import ListPage

PATHS = ["/accounts/", "/accounts/unassigned/", "/receipts/", "/exports/", "/roles/", "/history/"]
GIVEN = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=60)
# Values that mean something somewhere, and such as only nearly do.
WORDS = some.sampled_from(
    "name -name -at,state status role type organization list kind enabled disabled operator own yes no none exact done "
    "25 50 0 -1 1 2 999999999999999999999 1e3 ١ 2026-03-01 2026-02-30 9999-12-31 1h 5400s 99999999d HOME emea / % %2F "
    "operator/enabled status, ,status status,type type,status,organization \\ ' \" ; -- * + = @ ' \u0000 \ufeff".split(
        " "
    )
)
VALUES = some.one_of(WORDS, WORDS, some.text(max_size=20), some.integers().map(str))


def shape(path: str) -> Any:
    page: type[ListPage] = resolve(path).func.view_class  # type: ignore[attr-defined]
    return page.kind.shape


def names(path: str) -> some.SearchStrategy[str]:
    known = sorted({*shape(path).filters, *shape(path).columns})
    return some.one_of(
        # Of another tenant there is no page at all: that is tests/tenancy's matter.
        some.sampled_from(sorted(RESERVED - {"tenant"})),
        some.sampled_from(known),
        some.sampled_from(known),
        some.text(max_size=8),
    )


def check(browser: Client, address: str) -> None:
    """Rows, or words and no row."""
    answer = browser.get(address)
    assert answer.status_code in (200, 400), (address, answer.status_code)
    html = answer.content.decode()
    if answer.status_code == 400:
        assert 'role="alert"' in html, address
        assert not re.search(r"<tr [^>]*data-id=", html), address


@pytest.mark.parametrize("path", PATHS)
@GIVEN
@given(data=some.data())
def test_any_parameters_make_a_page(olivia: Account, client_of: Any, path: str, data: Any) -> None:
    query = data.draw(some.lists(some.tuples(names(path), VALUES), max_size=5))

    check(client_of(olivia), f"{path}?{urlencode(query)}")


@pytest.mark.parametrize("path", PATHS)
@GIVEN
@given(query=some.binary(max_size=40).map(lambda raw: quote(raw, safe="&=;+%")))
def test_any_bytes_make_a_page(olivia: Account, client_of: Any, path: str, query: str) -> None:
    check(client_of(olivia), f"{path}?{query}")


@pytest.mark.parametrize("path", PATHS)
@GIVEN
@given(data=some.data())
def test_any_parameters_make_a_file_or_none(olivia: Account, client_of: Any, path: str, data: Any) -> None:
    query = data.draw(some.lists(some.tuples(names(path), VALUES), max_size=3))
    ending = data.draw(some.sampled_from(["csv", "xlsx"]))

    answer = client_of(olivia).get(f"{path}export.{ending}?{urlencode(query)}")

    assert answer.status_code in (200, 400), (query, answer.status_code)
    if answer.status_code == 200:
        assert b"".join(answer.streaming_content)
    else:
        assert 'role="alert"' in answer.content.decode()


@GIVEN
@given(data=some.data())
def test_any_parameters_make_a_preview_or_none(olivia: Account, client_of: Any, data: Any) -> None:
    query = data.draw(some.lists(some.tuples(names("/accounts/"), VALUES), max_size=3))
    posted = some.sampled_from(["everything", "list", "selected", "selection", "confirm", "within", "group", "next"])
    form = dict(data.draw(some.lists(some.tuples(posted, VALUES), max_size=4)))
    before = Account.objects.filter(status="enabled").count()

    answer = client_of(olivia).post(f"/accounts/disable/?{urlencode(query)}", form | {"confirm": ""})

    assert answer.status_code in (200, 400), (query, form, answer.status_code)
    assert Account.objects.filter(status="enabled").count() == before


@GIVEN
@given(data=some.data())
def test_any_parameters_make_a_column_chooser(olivia: Account, client_of: Any, data: Any) -> None:
    query = data.draw(some.lists(some.tuples(names("/accounts/"), VALUES), max_size=3))
    posted = some.sampled_from(["order", "show", "group", "per_page", "query", "move", "apply"])
    form = dict(data.draw(some.lists(some.tuples(posted, VALUES), max_size=4)))
    browser = client_of(olivia)

    assert browser.get(f"/accounts/columns/?{urlencode(query)}").status_code in (200, 400)
    assert browser.post("/accounts/columns/", form).status_code in (200, 302, 400)
