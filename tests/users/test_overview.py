"""The overview: its counts are those of the lists they lead to, its charts can be read, and its questions are few."""

import re
from datetime import UTC, date, datetime, timedelta
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.db.models import Q
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.models import Account, LoginSession, Status
from accounts.operations import begin_session, disable_accounts
from itam_portal.lists import counting
from itam_portal.lists.finder import Total
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Tenant
from tests.cast import account_named, add_account, make_role, organization
from tests.users.test_pages import add, text_of
from users.models import ComputerUser, UserStatus
from users.views.weeks import bars_of, mondays

# What every page begins and ends with.
OF_THE_SESSION = (
    *("SAVEPOINT", "RELEASE", "SELECT set_config", "SELECT session_key", "SELECT id, password"),
    "SELECT accounts_loginsession.id",
)


@pytest.fixture
def browser(scope: None, client_of: Any) -> Client:
    """Olivia's."""
    return client_of(account_named("olivia"))


def numbers(answer: Any) -> dict[str, str]:
    """What stands in each tile, by name."""
    return dict(re.findall(r'data-tile="(\w+)".*?data-number="([^"]*)"', answer.content.decode(), re.DOTALL))


def links(answer: Any) -> dict[str, str]:
    """Where each tile leads."""
    found = re.findall(r'data-tile="(\w+)".*?href="([^"]*)"', answer.content.decode(), re.DOTALL)
    return {name: unescape(url) for name, url in found}


def settle(northwind: Tenant) -> None:
    """Somebody of each kind."""
    nina, gil = account_named("nina"), account_named("gil")
    add(northwind, "Left", account=nina, status=UserStatus.RETIRED)
    moved = add(northwind, "Moved", account=gil, home=organization("emea"))
    ComputerUser.objects.filter(pk=moved.pk).update(job_title="Boss")
    add(northwind, "Idle", status=UserStatus.INACTIVE)
    add(northwind, "Long here")
    ComputerUser.objects.filter(display_name="Long here").update(created_at=timezone.now() - timedelta(days=200))
    old = timezone.now() - timedelta(days=300)
    Account.objects.filter(login__in=["lars", "dora"]).update(created_at=old)


def test_every_number_is_that_of_its_list(browser: Client, northwind: Tenant) -> None:
    settle(northwind)

    page = browser.get("/overview/")

    found = numbers(page)
    assert (found["left"], found["moved"], found["dormant"], found["disabled"]) == ("1", "1", "1", "1")
    for name, url in links(page).items():
        listed = re.search(r'data-total="([^"]*)"', browser.get(url).content.decode())
        assert listed, url
        assert (name, listed[1]) == (name, found[name])


def test_an_organization_narrows_every_number(browser: Client, northwind: Tenant) -> None:
    settle(northwind)

    page = browser.get("/overview/?organization=emea")

    found = numbers(page)
    assert (found["enabled"], found["disabled"], found["people_linked"]) == ("2", "0", "1")
    for name, url in links(page).items():
        listed = re.search(r'data-total="([^"]*)"', browser.get(url).content.decode())
        assert "organization=emea" in url
        assert listed, url
        assert (name, listed[1]) == (name, found[name])


def test_a_scoped_reader_counts_only_what_they_see(uma: Account, northwind: Tenant, client_of: Any) -> None:
    settle(northwind)
    begin_session(account_named("olivia"), by=account_named("olivia"))

    page = client_of(uma).get("/overview/")

    assert numbers(page)["enabled"] == str(Account.objects.visible_to(uma).enabled().count())
    assert page.context["signed_in"] == LoginSession.objects.filter(account__home=uma.home).count()


def test_who_reads_no_users_is_shown_none(northwind: Tenant, make_account: Any, client_of: Any) -> None:
    reader = make_account("Rita", make_role(northwind, "Only accounts", allows=["accounts.read"]))

    page = client_of(reader).get("/overview/")

    assert page.status_code == 200
    assert not {"joined", "active", "people_linked"} & numbers(page).keys()


@pytest.mark.parametrize(
    "query", ["organization=nowhere", "organization=emea&organization=apac", "status=enabled", "organization=hideout"]
)
def test_what_cannot_be_asked_is_said_and_counts_nothing(browser: Client, query: str) -> None:
    answer = browser.get(f"/overview/?{query}")

    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    assert numbers(answer) == {}


# --- accounts are not users ---------------------------------------------------------------------------------------


def overlap(answer: Any) -> tuple[str, dict[str, str]]:
    found = numbers(answer)
    names = ("linked", "unlinked", "people_linked", "people_unlinked")
    return re.findall(r'data-overlap="(\w+)"', answer.content.decode())[0], {name: found[name] for name in names}


def test_no_account_is_a_users(browser: Client, northwind: Tenant) -> None:
    ComputerUser.objects.update(account=None)
    people, accounts = str(ComputerUser.objects.count()), str(Account.objects.count())

    page = browser.get("/overview/")

    expected = {"linked": "0", "unlinked": accounts, "people_linked": "0", "people_unlinked": people}
    assert overlap(page) == ("none", expected)
    assert "None of these accounts belongs to a user" in text_of(page)


def test_some_accounts_are_users(browser: Client, northwind: Tenant) -> None:
    add(northwind, "Nina Person", account=account_named("nina"))

    extent, found = overlap(browser.get("/overview/"))

    assert (extent, found["linked"], found["people_linked"]) == ("some", "2", "2")


def test_all_operators_are_users(browser: Client, northwind: Tenant) -> None:
    for account in Account.objects.filter(type="operator", has_user=False):
        add(northwind, account.name, account=account)

    page = browser.get("/overview/")

    services = Account.objects.filter(type="service").count()
    assert overlap(page)[0] == "all"
    assert overlap(page)[1]["unlinked"] == str(services)


# --- charts -------------------------------------------------------------------------------------------------------


def test_weeks_begin_on_monday_and_end_with_the_present_one() -> None:
    assert mondays(date(2026, 3, 1), 3) == [date(2026, 2, 9), date(2026, 2, 16), date(2026, 2, 23)]


def test_a_week_is_that_of_the_tenants_time_zone(browser: Client, northwind: Tenant, olivia: Account) -> None:
    Tenant.objects.filter(pk=northwind.pk).update(time_zone="Pacific/Auckland")
    monday = mondays(timezone.now().date())[-5]
    session = begin_session(account_named("nina"), by=olivia)
    # Sunday in UTC, Monday in Auckland.
    begun = datetime.combine(monday - timedelta(days=1), datetime.min.time(), UTC) + timedelta(hours=20)
    LoginSession.objects.filter(pk=session.pk).update(started_at=begun)

    bars = browser.get("/overview/").context["bars"]

    assert {bar.monday: bar.number for bar in bars}[monday] == 1


def test_the_highest_bar_fills_the_chart_and_a_small_one_can_be_seen() -> None:
    monday = date(2026, 3, 2)
    weeks = {monday: 1, monday + timedelta(weeks=1): 1000, monday + timedelta(weeks=2): 0}

    assert [bar.height for bar in bars_of(weeks)] == ["1.50", "100.00", "0.00"]


def test_charts_have_a_name_a_description_and_a_table(browser: Client) -> None:
    page = browser.get("/overview/").content.decode()

    for name in ("weeks", "shares"):
        assert f'role="img" aria-labelledby="{name}-title {name}-text"' in page
        assert f'<title id="{name}-title">' in page
        assert f'<desc id="{name}-text">' in page
    assert page.count('<th scope="row">') == 26
    assert " style=" not in page


# --- housekeeping and cost ----------------------------------------------------------------------------------------


def test_it_says_when_housekeeping_has_stopped(browser: Client, olivia: Account) -> None:
    before = text_of(browser.get("/overview/"))

    disable_accounts(Account.objects.all().automation(), by=olivia)

    assert "Housekeeping has stopped" not in before
    assert "Housekeeping has stopped" in text_of(browser.get("/overview/"))


def test_it_stands_first_in_the_navigation_and_the_root_stays_the_accounts(browser: Client) -> None:
    page = browser.get("/overview/").content.decode()

    assert re.findall(r'<a href="([^"]*)" data-carries', page)[0] == "/overview/"
    assert browser.get("/").headers["Location"] == "/accounts/"


@pytest.mark.parametrize("query", ["", "?organization=emea"])
def test_it_costs_few_questions_however_many_there_are(browser: Client, northwind: Tenant, query: str) -> None:
    browser.get(f"/overview/{query}")
    with CaptureQueriesContext(connection) as few:
        browser.get(f"/overview/{query}")
    for number in range(50):
        account = add_account(northwind, f"More{number}", status=Status.ENABLED, signs_in=False)
        add(northwind, f"More {number}", account=account)

    with CaptureQueriesContext(connection) as many:
        browser.get(f"/overview/{query}")

    counts = [one["sql"] for one in many.captured_queries if "count(" in one["sql"].lower()]
    assert len(few) == len(many)
    assert len(counts) == 4
    assert len([one for one in many.captured_queries if not one["sql"].startswith(OF_THE_SESSION)]) < 10


@pytest.mark.parametrize("count", [counting.count_each, counting.count_together])
def test_a_count_stops_at_its_cap(scope: None, northwind: Tenant, count: Any) -> None:
    kinds = {"all": Q(tenant=northwind), "none": Q(pk__in=[]), "nobody": Q(name="")}

    capped, whole = (count(Account.objects.all(), kinds, cap=cap) for cap in (3, None))

    assert capped == {"all": Total(3, is_capped=True), "none": Total(0), "nobody": Total(0)}
    assert whole["all"] == Total(Account.objects.count())


def test_nothing_of_another_tenant_is_counted(mallory: Account, client_of: Any) -> None:
    page = client_of(mallory).get("/overview/")

    with tenant_scope(mallory.tenant_id):
        own = Account.objects.enabled().count()
    assert own != Account.objects.enabled().count()
    assert numbers(page)["enabled"] == str(own)
