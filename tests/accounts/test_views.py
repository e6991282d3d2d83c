"""The accounts pages through a browser without JavaScript."""

import re
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, HeldRole, Status
from accounts.operations import disable_accounts
from accounts.views.lists import ACCOUNTS
from itam_portal.lists.models import ListPreference, Receipt, SavedView, Selection
from organizations.models import Organization
from tests.cast import account_named, make_role

Browse = Callable[[Account], Client]


def page(browser: Client, address: str, status: int = 200) -> str:
    answer = browser.get(address)
    assert answer.status_code == status, answer.content.decode()[-800:]
    return answer.content.decode()


def ids(html: str) -> list[int]:
    return [int(number) for number in re.findall(r'<tr role="row" id="r\d+" data-id="(\d+)"', html)]


def columns(html: str) -> list[str]:
    return re.findall(r'<th class="[^"]*" scope="col" role="columnheader" data-column="([a-z_]+)"', html)


def total(html: str) -> str:
    return re.findall(r'class="row-count" data-total="([^"]*)"', html)[0]


def test_seven_columns_are_shown_at_first(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/")

    assert columns(html) == ["name", "login", "email", "role", "status", "type", "last_login"]
    assert total(html) == str(Account.objects.filter(tenant=olivia.tenant).count())


@pytest.mark.parametrize("name", sorted(ACCOUNTS.shape.columns))
def test_every_column_shows_sorts_and_filters(olivia: Account, client_of: Browse, name: str) -> None:
    browser = client_of(olivia)

    shown = page(browser, f"/accounts/?columns={name}&sort=-{name}")

    assert name in columns(shown)
    assert f'data-column="{name}"' in shown
    assert 'aria-sort="descending"' in shown


BAD = [
    "nope=1",
    "sort=nope",
    "columns=nope",
    "page=0",
    "per_page=7",
    "status=maybe",
    "type=x",
    "role=999999",
    "role=x",
    "role=99999999999999999999999",
    "organization=nowhere",
    "last_login=someday",
    "last_login__before=0001-01-01",
    "login_duration__after=long",
    "after=forged",
    "before=forged",
    "view=987654",
    "view=99999999999999999999999999",
    "q=%00",
    "name__contains=%00",
    "status__contains=x",
    "count=no",
    "role__in=,",
    "name__in=,",
    "status__in=%20,%20",
    "role__in=%20",
    "sort=,",
    "sort=name,,email",
    "columns=,",
    "organization=%00",
]


@pytest.mark.parametrize("query", BAD)
def test_a_wrong_parameter_is_said_in_words_and_shows_no_row(olivia: Account, client_of: Browse, query: str) -> None:
    html = page(client_of(olivia), f"/accounts/?{query}", status=400)

    assert ids(html) == []
    assert 'role="alert"' in html


@pytest.mark.parametrize("query", BAD)
def test_nothing_is_done_to_everything_that_a_wrong_address_matches(
    olivia: Account, client_of: Browse, query: str
) -> None:
    browser = client_of(olivia)

    answer = browser.post(f"/accounts/disable/?{query}", {"everything": 1, "confirm": 1})

    assert answer.status_code == 400
    assert Account.objects.filter(status=Status.DISABLED).count() == 1
    assert not Selection.objects.filter(everything=True).exists()


def test_fifty_rows_cost_as_many_queries_as_one(olivia: Account, client_of: Browse, make_account: Any) -> None:
    browser = client_of(olivia)
    page(browser, "/accounts/")
    with CaptureQueriesContext(connection) as few:
        page(browser, "/accounts/?q=olivia")

    for number in range(30):
        make_account(f"More{number}", "Viewer", "Operator")
    with CaptureQueriesContext(connection) as many:
        page(browser, "/accounts/?q=north&per_page=200")

    assert len(many) == len(few)


def test_a_page_costs_at_most_eight_queries_of_its_own(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    page(browser, "/accounts/")

    with CaptureQueriesContext(connection) as queries:
        page(browser, "/accounts/?status=enabled&sort=-last_login")

    aside = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT", "SELECT set_config", "SELECT * FROM door_")
    own = [q["sql"] for q in queries if not q["sql"].startswith(aside)]
    own = [one for one in own if "django_session" not in one and "FROM accounts_identity" not in one]
    assert len(own) <= 8, own


def test_unassigned_accounts_hold_no_live_role_of_their_own_or_through_a_group(
    olivia: Account, client_of: Browse
) -> None:
    html = page(client_of(olivia), "/accounts/unassigned/?per_page=200")

    names = {Account.objects.get(pk=key).login for key in ids(html)}
    assert {"nina", "lars"} <= names
    assert names.isdisjoint({"olivia", "gil", "robot"})


def test_the_roles_tab_leads_to_exactly_the_accounts_it_counts(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    html = page(browser, "/roles/")

    for role, number in re.findall(r'href="/accounts/\?role=(\d+)">(\d+)<', html):
        assert total(page(browser, f"/accounts/?role={role}")) == number
        assert HeldRole.objects.filter(role=role).count() >= int(number)


def test_uma_sees_her_organization_only(uma: Account, client_of: Browse) -> None:
    html = page(client_of(uma), "/accounts/?per_page=200")

    assert set(ids(html)) == set(Account.objects.filter(home=uma.home_id).values_list("pk", flat=True))
    assert page(client_of(uma), f"/accounts/{account_named('nina').pk}/", status=404)
    assert "EMEA" in html
    assert "APAC" not in html
    # Out of reach, like one that does not exist: she is led to one within.
    moved = client_of(uma).get("/accounts/?organization=apac")
    assert (moved.status_code, moved.headers["Location"]) == (302, "/accounts/?organization=emea")


def test_columns_are_kept_on_the_server_and_no_filter_is_lost(
    olivia: Account, adam: Account, client_of: Browse
) -> None:
    browser = client_of(olivia)

    answer = browser.post(
        "/accounts/columns/", {"order": ["status", "name"], "show": ["status"], "query": "status=enabled&columns=login"}
    )

    assert answer.headers["Location"] == "/accounts/?status=enabled"
    assert columns(page(browser, "/accounts/?q=nina")) == ["status", "name"]
    assert columns(page(client_of(adam), "/accounts/"))[0] == "name"


def test_the_page_size_is_remembered_and_the_address_beats_it(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    browser.post("/accounts/columns/", {"order": ["name"], "show": ["name"], "per_page": 25, "query": "per_page=100"})

    assert 'aria-label="25 rows" aria-current="true"' in page(browser, "/accounts/")
    assert 'aria-label="100 rows" aria-current="true"' in page(browser, "/accounts/?per_page=100")
    assert browser.post("/accounts/columns/", {"order": ["name"], "per_page": 7}).status_code == 400


def test_opening_a_link_changes_nobodys_preferences(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    page(browser, "/accounts/?columns=name,type&per_page=25&sort=-type")

    assert not ListPreference.objects.filter(account=olivia, list_name="accounts").exists()
    assert len(columns(page(browser, "/accounts/"))) == 7


def test_administrators_set_the_tenants_default_and_operators_do_not(
    adam: Account, oscar: Account, victor: Account, client_of: Browse
) -> None:
    form = {"order": ["name", "type"], "show": ["name", "type"], "default": 1}

    assert client_of(oscar).post("/accounts/columns/", form).status_code == 403
    client_of(adam).post("/accounts/columns/", form)

    assert columns(page(client_of(victor), "/accounts/")) == ["name", "type"]


def test_columns_move_without_javascript_and_reset(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    order = list(ACCOUNTS.shape.columns)

    moved = browser.post("/accounts/columns/", {"order": order, "show": order, "move": f"up:{order[1]}"})

    assert re.findall(r'name="order" value="([a-z_]+)"', moved.content.decode())[:2] == [order[1], order[0]]
    browser.post("/accounts/columns/", {"order": ["name"], "show": ["name"]})
    browser.post("/accounts/columns/", {"reset": 1})
    assert len(columns(page(browser, "/accounts/"))) == 7


def test_an_unknown_column_is_refused(olivia: Account, client_of: Browse) -> None:
    assert client_of(olivia).post("/accounts/columns/", {"order": ["password"]}).status_code == 400


def test_a_very_long_address_is_kept_as_a_view(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    many = "&".join(f"name__not=somebody-number-{number}" for number in range(400))

    answer = browser.get(f"/accounts/?{many}&status=enabled")

    address = answer.headers["Location"]
    assert re.fullmatch(r"/accounts/\?view=\d+", address)
    assert total(page(browser, address)) == total(page(browser, "/accounts/?status=enabled"))
    browser.get(f"/accounts/?{many}&status=enabled")
    assert SavedView.objects.filter(account=olivia, name="").count() == 1


def test_the_detail_page_shows_every_property(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), f"/accounts/{account_named('emil').pk}/")

    for field in ("name", "login", "email", "job_title", "type", "status", "role", "last_login", "login_duration"):
        assert f'data-field="{field}"' in html
    assert "Ämter &amp; Archive" in html


def test_no_column_lets_markup_through(olivia: Account, client_of: Browse, make_account: Any, northwind: Any) -> None:
    evil = "<script>alert('&')</script>\""
    home = Organization.objects.create(tenant=northwind, code="evil", name=evil)
    role = make_role(northwind, evil, allows=[])
    account = make_account("Evil", role, "Viewer", job_title=evil, home=home)
    Account.objects.filter(pk=account.pk).update(name=evil, login=evil)

    for address in (
        f"/accounts/?columns={','.join(ACCOUNTS.shape.columns)}",
        f"/accounts/{account.pk}/",
        "/roles/",
        f"/accounts/?{urlencode({'name__contains': evil, 'q': 'evil', 'organization': 'evil'})}",
    ):
        assert "<script>alert" not in page(client_of(olivia), address)


# --- bulk ---------------------------------------------------------------------------------------------------


def selection_in(html: str) -> str:
    return re.findall(r'name="selection" value="(\d+)"', html)[0]


def test_a_preview_changes_nothing_and_confirming_does(olivia: Account, client_of: Browse) -> None:
    browser, nina = client_of(olivia), account_named("nina")

    preview = browser.post("/accounts/disable/", {"selected": [nina.pk, olivia.pk]}).content.decode()

    assert nina.refreshed().is_enabled
    assert "Disable 1 account?" in preview
    assert "This is your own account." in preview
    browser.post("/accounts/disable/", {"selection": selection_in(preview), "confirm": 1, "reason": "Left"})
    assert not nina.refreshed().is_enabled
    assert olivia.refreshed().is_enabled
    receipt = Receipt.objects.latest("pk")
    assert (receipt.changed, receipt.skipped, receipt.reason, receipt.by_name) == (1, 1, "Left", olivia.name)


def test_rows_and_confirmation_at_once_act_at_once(olivia: Account, client_of: Browse) -> None:
    nina = account_named("nina")

    answer = client_of(olivia).post("/accounts/disable/", {"selected": nina.pk, "confirm": 1}, follow=True)

    assert not nina.refreshed().is_enabled
    assert 'role="status"' in answer.content.decode()


def test_a_refused_row_says_which_guard_refused_it(adam: Account, olivia: Account, client_of: Browse) -> None:
    answer = client_of(adam).post("/accounts/disable/", {"selected": olivia.pk, "confirm": 1}, follow=True)

    assert olivia.refreshed().is_enabled
    assert 'role="alert"' in answer.content.decode()
    assert "Only an owner may change it" in answer.content.decode()


def test_everything_that_matches_is_frozen_and_drift_is_reported(
    olivia: Account, client_of: Browse, make_account: Any
) -> None:
    browser = client_of(olivia)
    preview = browser.post("/accounts/disable/?q=northwind&role__empty=yes&status=enabled", {"everything": 1})
    selection = Selection.objects.get(pk=selection_in(preview.content.decode()))
    late = make_account("Late")

    browser.post("/accounts/disable/", {"selection": selection.pk, "confirm": 1})

    assert late.refreshed().is_enabled
    assert not account_named("nina").is_enabled
    assert Receipt.objects.latest("pk").drift == 1


@pytest.mark.parametrize("action", ["edit", "enable", "disable"])
def test_everything_on_the_list_of_unassigned_accounts_is_what_that_list_shows(
    olivia: Account, client_of: Browse, action: str
) -> None:
    browser = client_of(olivia)
    html = page(browser, "/accounts/unassigned/?q=northwind")
    address = re.findall(rf'formaction="(/accounts/{action}/[^"]*)"', html)[0].replace("&amp;", "&")

    (name,) = re.findall(r'name="list" value="([^"]*)"', html)

    browser.post(address, {"everything": 1, "list": name})

    assert set(Selection.objects.latest("pk").keys) == set(ids(html))
    assert browser.post(address, {"everything": 1, "list": "nothing"}).status_code == 400


def test_a_selection_belongs_to_its_maker(olivia: Account, adam: Account, client_of: Browse) -> None:
    preview = client_of(olivia).post("/accounts/disable/", {"selected": account_named("nina").pk})

    answer = client_of(adam).post(
        "/accounts/disable/", {"selection": selection_in(preview.content.decode()), "confirm": 1}
    )

    assert answer.status_code == 400
    assert account_named("nina").is_enabled


def test_a_selection_made_to_enable_does_not_disable(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    preview = browser.post("/accounts/enable/", {"selected": account_named("dora").pk}).content.decode()

    assert browser.post("/accounts/disable/", {"selection": selection_in(preview), "confirm": 1}).status_code == 400


@pytest.mark.parametrize(
    "form", [{}, {"selected": "x"}, {"selected": 999_999_999}, {"selection": "x"}, {"selection": 9**18}]
)
def test_a_form_that_names_no_row_changes_nothing(olivia: Account, client_of: Browse, form: dict[str, Any]) -> None:
    answer = client_of(olivia).post("/accounts/disable/", {**form, "confirm": 1})

    assert answer.status_code == 400
    assert "Nothing was changed." in answer.content.decode()


def test_foreign_rows_are_not_there(olivia: Account, mallory: Account, client_of: Browse) -> None:
    answer = client_of(olivia).post("/accounts/disable/", {"selected": mallory.pk, "confirm": 1})

    assert answer.status_code == 400


def test_enabling_gives_nobody_more_than_the_enabler_holds(
    oscar: Account, olivia: Account, client_of: Browse, make_account: Any
) -> None:
    boss = make_account("Boss", "Administrator")
    disable_accounts(Account.objects.filter(pk=boss.pk), by=olivia)

    client_of(oscar).post("/accounts/enable/", {"selected": boss.pk, "confirm": 1})

    assert not boss.refreshed().is_enabled


def test_there_is_no_way_to_delete_an_account(olivia: Account, client_of: Browse) -> None:
    browser, nina = client_of(olivia), account_named("nina")

    assert browser.delete(f"/accounts/{nina.pk}/").status_code == 405
    assert browser.post(f"/accounts/{nina.pk}/delete/").status_code == 404
    assert Account.objects.filter(pk=nina.pk).exists()


def test_the_chosen_organization_is_a_chip_and_the_navigation_carries_it(olivia: Account, client_of: Browse) -> None:
    html = page(client_of(olivia), "/accounts/?organization=emea")

    assert 'class="chip on" id="chip-organization"' in html
    assert 'href="/accounts/?organization=emea"' in html
    assert set(ids(html)) == set(
        Account.objects.filter(home=Organization.objects.get(code="emea")).values_list("pk", flat=True)
    )
