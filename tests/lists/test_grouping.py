"""Groups count exactly what matches, open groups show the plain list's rows, and a page counts rows only."""

import re
from collections import Counter
from collections.abc import Callable
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from accounts.models import Account
from accounts.views.lists import ACCOUNTS
from itam_portal.lists import grouping
from itam_portal.lists.listing import Listing
from itam_portal.lists.models import ListPreference, Selection

Browse = Callable[[Account], Client]
FIELDS = {"status": "status", "type": "type", "organization": "home__code"}


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()[-800:]
    return answer.content.decode()


def ids(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr role="row" id="r\d+" data-id="(\d+)"', html)]


def heads(html: str) -> dict[str, str]:
    """Each head's count, by its path."""
    found = re.findall(r'data-group="([^"]*)".*?<span class="faint">\(([\d,]+)\)', html)
    return dict(found)


def listing_of(account: Account, **query: Any) -> Listing:
    data = QueryDict(urlencode(query, doseq=True))
    return Listing(ACCOUNTS, Account.objects.visible_to(account), data, account=account, is_whole=True)


GROUPS = some.lists(some.sampled_from(sorted(FIELDS)), min_size=1, max_size=2, unique=True)
FILTERS = some.fixed_dictionaries(
    {},
    optional={
        "q": some.sampled_from(["north", "a", "o"]),
        "status": some.just("enabled"),
        "type__not": some.just("service"),
        "role__empty": some.sampled_from(["yes", "no"]),
        "sort": some.sampled_from(["-name", "email", "-last_login,login", "status"]),
    },
)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(fields=GROUPS, downs=some.lists(some.booleans(), min_size=2, max_size=2), query=FILTERS, data=some.data())
def test_groups_agree_with_the_plain_list(olivia, uma, fields, downs, query, data) -> None:  # type: ignore[no-untyped-def]
    plain = listing_of(olivia, **query)
    columns = [FIELDS[name] for name in fields]
    rows = plain.matching().order_by(*plain.finder.order.expressions()).values_list("pk", *columns)
    counted = Counter("/".join(row[1:]) for row in rows)
    group = ",".join(f"{'-' if down else ''}{name}" for name, down in zip(fields, downs, strict=False))
    paths = sorted({"/".join(row[1 : depth + 1]) for row in rows for depth in range(1, len(fields) + 1)})
    opened = data.draw(some.lists(some.sampled_from(paths), unique=True)) if paths else []

    grouped = listing_of(olivia, **query, group=group, open=opened)

    assert grouped.problems == []
    leaves = [leaf for outer in grouped.grouping.groups for leaf in (outer.inner if len(fields) > 1 else [outer])]
    assert {leaf.path: leaf.number for leaf in leaves} == dict(counted)
    assert grouped.total.number == len(rows) == plain.matching().count()
    shown = [path for path in counted if all("/".join(path.split("/")[:at]) in opened for at in (1, len(fields)))]
    expected = {row[0] for row in rows if "/".join(row[1:]) in shown}
    walked = _every_page(grouped, len(expected))
    assert sorted(walked) == sorted(expected)
    for path in shown:
        own = [row[0] for row in rows if "/".join(row[1:]) == path]
        assert [key for key in walked if key in own] == own
    places = [
        [leaf.path for leaf in leaves].index("/".join(row[1:])) for key in walked for row in rows if row[0] == key
    ]
    assert places == sorted(places)
    assert set(grouped.matching().values_list("pk", flat=True)) == {row[0] for row in rows}


def _every_page(listing: Listing, number: int) -> list[int]:
    if listing.pages is None:
        return []
    return [key for at in range(1, number // 3 + 2) for key in listing.pages.page(at, 3).keys][:number]


def test_all_groups_are_closed_at_first(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/?group=status")

    assert ids(html) == []
    assert heads(html) == {
        "enabled": str(Account.objects.filter(status="enabled").count()),
        "disabled": str(Account.objects.filter(status="disabled").count()),
    }
    assert 'aria-expanded="false"' in html
    assert f'data-total="{Account.objects.count()}"' in html


def test_heads_are_links_that_open_and_close(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    closed = page(browser, "/accounts/?group=status&sort=-name&columns=name,login")
    (link,) = re.findall(r'data-group="disabled".*?<a href="([^"]+)"', closed)

    opened = page(browser, "/accounts/" + link.replace("&amp;", "&"))

    assert set(ids(opened)) == set(Account.objects.filter(status="disabled").values_list("pk", flat=True))
    assert "open=disabled" in link
    assert "sort=-name" in link
    (back,) = re.findall(r'data-group="disabled".*?<a href="([^"]+)"', opened)
    assert "open=" not in back


def test_groups_stand_inside_groups(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/?group=type,-status&open=operator&open=operator/enabled")

    assert list(heads(html)) == ["operator", "operator/enabled", "operator/disabled", "service"]
    wanted = Account.objects.filter(type="operator", status="enabled")
    assert set(ids(html)) == set(wanted.values_list("pk", flat=True))


def test_groups_go_the_other_way_round(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    assert list(heads(page(browser, "/accounts/?group=status"))) == ["disabled", "enabled"]
    assert list(heads(page(browser, "/accounts/?group=-status"))) == ["enabled", "disabled"]


@pytest.mark.parametrize(
    "query",
    [
        "group=nope",
        "group=role",
        "group=name",
        "group=status,type,organization",
        "group=status&open=nope",
        "group=type,status&open=operator/nope",
        "open=enabled",
        "group=status,",
        "group=status&group=type",
        "group=none&open=enabled",
        "group=organization&open=nope",
        "group=organization&open=EMEA",
        "group=organization&open=emea/emea",
        "group=organization&open=em%2565a",
        "group=status,organization&open=enabled/nope",
        "group=organization,status&open=emea/nope",
    ],
)
def test_a_wrong_group_is_said_in_words_and_shows_no_row(olivia: Account, client_of: Browse, query: str) -> None:
    html = page(client_of(olivia), f"/accounts/?{query}", status=400)

    assert ids(html) == []
    assert 'role="alert"' in html


def test_too_many_groups_say_how_to_have_fewer(olivia: Account, client_of: Browse, monkeypatch: Any) -> None:
    monkeypatch.setattr(grouping, "MOST", 1)

    html = page(client_of(olivia), "/accounts/?group=status", status=400)

    assert "more than 1 groups" in html
    assert ids(html) == []


def test_bulk_and_export_act_on_what_matches_open_or_not(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    html = page(browser, "/accounts/?group=type&status=enabled")
    address = re.findall(r'formaction="(/accounts/disable/[^"]*)"', html)[0].replace("&amp;", "&")

    browser.post(address, {"everything": 1, "list": "accounts"})
    taken = b"".join(browser.get("/accounts/export.csv?group=type&status=enabled").streaming_content)

    number = Account.objects.filter(status="enabled").count()
    assert Selection.objects.latest("pk").total == number
    assert taken.count(b"\n") == number + 1


def test_grouping_is_preferred_by_post_and_the_address_wins(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    page(browser, "/accounts/?group=type")
    assert not ListPreference.objects.exclude(group="").exists()

    browser.post("/accounts/columns/", {"order": ["name"], "show": ["name"], "group": "status"})

    assert list(heads(page(browser, "/accounts/"))) == ["disabled", "enabled"]
    assert list(heads(page(browser, "/accounts/?group=type"))) == ["operator", "service"]
    plain = page(browser, "/accounts/?group=none")
    assert heads(plain) == {}
    assert ids(plain) != []
    assert browser.post("/accounts/columns/", {"order": ["name"], "group": "role"}).status_code == 400


def test_two_fields_and_their_orders_are_preferred_by_post(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    form = {"order": ["name"], "show": ["name"], "group": "type", "group_down": "1", "then": "status"}

    browser.post("/accounts/columns/", form)

    assert ListPreference.objects.get(account=olivia, list_name="accounts").group == "-type,status"
    html = page(browser, "/accounts/?open=operator")
    assert list(heads(html)) == ["service", "operator", "operator/disabled", "operator/enabled"]
    chooser = page(browser, "/accounts/columns/")
    assert re.findall(r'<option value="(\w+)" selected>', chooser)[-2:] == ["type", "status"]
    assert 'name="group_down" value="1" checked' in chooser
    assert 'name="then_down" value="1" checked' not in chooser
    assert browser.post("/accounts/columns/", {"order": ["name"], "then": "nope"}).status_code == 400


def test_the_menu_offers_a_second_field_and_the_order_of_each(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/?group=type,-status&open=operator")
    menu = html.partition('id="group-menu"')[2].partition('id="export-menu"')[0]
    links = [re.search(r"group=([^&\"]*)", unescape(link))[1] for link in re.findall(r'href="(\?[^"]*)"', menu)]  # type: ignore[index]

    for wanted in ("none", "status", "type", "type,organization", "-type,-status", "type,status"):
        assert wanted.replace(",", "%2C") in links


def test_a_head_heads_its_rows(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/?group=status&open=enabled")

    bodies = re.findall(r'<tbody role="rowgroup">(.*?)</tbody>', html, re.DOTALL)
    assert [body.count('<th scope="rowgroup" role="rowheader"') for body in bodies] == [1, 1]
    assert sum(map(len, map(ids, bodies))) == Account.objects.filter(status="enabled").count()


def test_a_wrong_group_below_a_preferred_grouping_is_said_too(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    browser.post("/accounts/columns/", {"order": ["name"], "show": ["name"], "group": "status"})

    html = page(browser, "/accounts/?open=nope", status=400)

    assert "There is no group “nope” to open." in html
    assert ids(html) == []


def test_a_preferred_grouping_that_does_not_fit_is_left_out(
    olivia: Account, client_of: Browse, monkeypatch: Any
) -> None:
    browser = client_of(olivia)
    browser.post("/accounts/columns/", {"order": ["name"], "show": ["name"], "group": "status"})
    monkeypatch.setattr(grouping, "MOST", 1)

    assert ids(page(browser, "/accounts/")) != []
    assert "more than 1 groups" in page(browser, "/accounts/?open=enabled", status=400)


@pytest.mark.parametrize("field", ["status", "organization"])
def test_a_group_that_a_filter_has_emptied_is_no_mistake(olivia: Account, client_of: Browse, field: str) -> None:
    path = {"status": "disabled", "organization": "apac"}[field]

    html = page(client_of(olivia), f"/accounts/?group={field}&open={path}&q=uma")

    assert path not in heads(html)
    assert ids(html) == []


TEXTS = some.text("/%25Fa", max_size=6)


@given(one=some.lists(TEXTS, min_size=1, max_size=2), other=some.lists(TEXTS, min_size=1, max_size=2))
def test_no_two_groups_are_called_the_same(one: list[str], other: list[str]) -> None:
    assert (grouping.path_of(one) == grouping.path_of(other)) == (one == other)
    assert grouping.texts_of(grouping.path_of(one)) == one
    assert grouping.path_of(one) != ""


def test_a_grouped_page_costs_no_query_for_each_group(olivia: Account, client_of: Browse) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    browser = client_of(olivia)
    page(browser, "/accounts/?group=status&open=enabled")
    numbers = []
    for address in ("?group=status&open=enabled", "?group=status,organization&open=enabled&open=disabled"):
        with CaptureQueriesContext(connection) as queries:
            page(browser, f"/accounts/{address}")
        numbers.append(len(queries))

    assert numbers[1] <= numbers[0]


@pytest.mark.parametrize("sign", ["", "-"])
def test_rows_that_tie_stand_in_a_group_as_they_do_without(
    olivia: Account, make_account: Any, client_of: Browse, sign: str
) -> None:
    made = [make_account(f"Tie{number}").pk for number in range(3)]
    Account.objects.filter(pk__in=made).update(name="Tess Twin")
    browser = client_of(olivia)

    plain = ids(page(browser, "/accounts/?q=twin&group=none"))

    assert len(plain) == 3
    assert ids(page(browser, f"/accounts/?q=twin&group={sign}status&open=enabled")) == plain
