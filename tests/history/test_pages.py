"""The history of the tenant and of one account, as pages."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Account, Group
from accounts.operations import disable_accounts
from itam_portal.history.context import context, through
from itam_portal.history.models import Entry
from itam_portal.history.views import HISTORY
from itam_portal.lists.models import Receipt
from organizations.models import Tenant
from roles.models import Role
from roles.rights import Right
from tests.cast import CANARY, account_named, give, join, make_role, only, organization
from users.models import ComputerUser

ClientOf = Callable[[Account], Client]
COLUMNS = sorted(HISTORY.shape.columns)


def cells(html: str, column: str) -> list[str]:
    """The text of each cell of a column."""
    found = re.findall(rf'<t[hd][^>]* data-column="{column}" data-label="[^"]*">(.*?)</t[hd]>', html, re.DOTALL)
    return [" ".join(unescape(re.sub(r"<[^>]+>", "", one)).split()) for one in found]


@pytest.fixture
def history(olivia: Account, client_of: ClientOf) -> Callable[..., str]:
    """What Olivia reads at this address, 200 unless said otherwise."""
    browser = client_of(olivia)

    def read(query: str = "", path: str = "/history/", status: int = 200) -> str:
        answer = browser.get(f"{path}?{query}")
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.content.decode()

    return read


@pytest.fixture
def disabled(adam: Account) -> Receipt:
    """Adam disabled Nina, with a reason, on a page."""
    with through("page", "/accounts/disable/"):
        return disable_accounts(only(account_named("nina")), by=adam, reason="Left the company")


def total(html: str) -> str:
    return re.search(r'<p class="row-count" data-total="([^"]*)"', html)[1]  # type: ignore[index]


def test_a_row_says_when_who_what_of_what_from_what_to_what_why_and_through_what(
    history: Callable[..., str], disabled: Receipt, adam: Account
) -> None:
    html = history(f"receipt={disabled.pk}")

    assert total(html) == "1"
    assert cells(html, "actor") == ["Adam Northwind"]
    assert cells(html, "operation") == ["Disable accounts"]
    assert cells(html, "object") == ["Account Nina Northwind"]
    assert cells(html, "changes") == ["Status: Enabled → Disabled"]
    assert cells(html, "reason") == ["Left the company"]
    assert cells(html, "via") == ["Page /accounts/disable/"]
    assert cells(html, "at")[0]
    assert f'href="/accounts/{adam.pk}/"' in html
    assert f'href="/accounts/{account_named("nina").pk}/"' in html
    assert f'href="/receipts/{disabled.pk}/"' in html


def test_the_newest_entry_comes_first(history: Callable[..., str], disabled: Receipt) -> None:
    assert cells(history(), "object")[0] == "Account Nina Northwind"
    assert cells(history("sort=at"), "object")[0] != "Account Nina Northwind"


@pytest.mark.parametrize("direction", ["", "-"])
@pytest.mark.parametrize("column", COLUMNS)
def test_every_column_that_sorts_does_so_and_the_others_say_why_not(
    column: str, direction: str, history: Callable[..., str]
) -> None:
    answers = 200 if column in HISTORY.shape.sortable else 400

    assert column in history(f"sort={direction}{column}&per_page=25", status=answers)


FILTERS = {
    "actor=adam northwind": True,
    "actor__contains=ADAM": True,
    "actor__contains=oscar": False,
    "operation=accounts.disable": True,
    "operation=accounts.enable": False,
    "object=account": True,
    "object=role": False,
    "name__contains=nina": True,
    "name__contains=nobody": False,
    "action=update": True,
    "action=delete": False,
    "field=status": True,
    "field=job_title": False,
    "field=stat": None,
    "reason__contains=LEFT the": True,
    "reason__empty=yes": False,
    "reason__empty=no": True,
    "via=page": True,
    "via=key": False,
    "at__after=2020-01-01": True,
    "at__before=2020-01-01": False,
    "organization=HOME": True,
    "organization=emea": False,
    "organization=nowhere": None,
    "receipt=0": False,
    "receipt=x": None,
    "receipt__before=1": False,
    "object=account&field=status&actor__contains=adam": True,
    "operation=no.such": None,
    "object=thing": None,
    "nothing=1": None,
    "q=nina": None,
}


@pytest.mark.parametrize(("query", "finds"), FILTERS.items())
def test_a_filter_finds_what_it_means_and_nothing_else(
    query: str, finds: bool | None, history: Callable[..., str], disabled: Receipt
) -> None:
    html = history(query, status=400 if finds is None else 200)

    is_shown = ("Account Nina Northwind", "Status: Enabled → Disabled") in zip(
        cells(html, "object"), cells(html, "changes"), strict=True
    )
    assert is_shown == bool(finds)
    assert ("data-error-summary" in html) == (finds is None)


def test_a_field_is_asked_for_by_its_whole_name(history: Callable[..., str], northwind: Tenant) -> None:
    home = organization("emea")
    person = ComputerUser.objects.create(tenant=northwind, display_name="Ann", home=home)
    ComputerUser.objects.filter(pk=person.pk).update(first_name="Anne")

    address = "object=user&action=update"
    assert total(history(f"{address}&field=first_name")) == "1"
    assert total(history(f"{address}&field=name")) == "0"


def test_days_are_days_of_the_tenants_time_zone(
    history: Callable[..., str], northwind: Tenant, disabled: Receipt
) -> None:
    day = datetime.now(UTC).date().isoformat()
    Tenant.objects.update(time_zone="Pacific/Kiritimati")
    moment = Entry.objects.latest("pk").at.astimezone(UTC)

    shown = total(history(f"receipt={disabled.pk}&at={day}"))

    assert shown == ("1" if moment.hour < 10 else "0")


def test_what_is_created_deleted_and_joined_is_told_in_words(
    history: Callable[..., str], northwind: Tenant, adam: Account
) -> None:
    nina, group = account_named("nina"), Group.objects.get(name="Help desk")
    with context("roles.test", by=adam):
        role = make_role(northwind, "Auditor <b>", allows=[Right.READ_ACCOUNTS, Right.READ_HISTORY])
        Role.objects.filter(pk=role.pk).update(allows=[Right.READ_ACCOUNTS, Right.READ_ROLES], denies=[])
        assignment = give(nina, role, organization("emea"))
        join(group, nina)
        assignment.delete()
        role.delete()

    html = history("operation__is=&actor=adam northwind&per_page=200")

    rows = list(zip(cells(html, "object"), cells(html, "changes"), strict=True))
    assert ("Role Auditor <b>", "Allows: + See roles, − See the history") in rows
    created = next(changes for name, changes in rows if name.startswith("Assignment") and "Created" in changes)
    assert "Account: Nina Northwind" in created
    assert "Organization: EMEA" in created
    # The role is gone: its name is known from the history itself.
    assert "Role: Auditor <b>" in created
    assert any(name == "Assignment Auditor <b> · Nina Northwind · EMEA" for name, _changes in rows)
    assert any(name == "Group member Help desk · Nina Northwind" for name, _changes in rows)
    assert any(name == "Role Auditor <b>" and changes.startswith("Deleted") for name, changes in rows)
    assert "<b>" not in html


def test_more_than_two_changes_open_by_a_button_that_needs_no_script(
    history: Callable[..., str], victor: Account, adam: Account
) -> None:
    emea = organization("emea")
    with context("accounts.edit", by=adam):
        Account.objects.filter(pk=victor.pk).update(name="Viktor", job_title="Boss", shared=True, home=emea)
    entry = Entry.objects.latest("pk")

    html = history("name=viktor")

    assert f'popovertarget="changes-{entry.pk}" aria-label="2 more changes">+2</button>' in html
    every = re.search(rf'id="changes-{entry.pk}" popover><ul>(.*?)</ul>', html)[1]  # type: ignore[index]
    words = [unescape(re.sub(r"<[^>]+>", "", one)) for one in every.split("</li>") if one]
    assert words == [
        "Name: Victor Northwind → Viktor",
        "Job title: – → Boss",
        "Shared: No → Yes",
        "Organization: Northwind → EMEA",
    ]


def test_the_page_asks_as_much_for_fifty_entries_as_for_five(
    olivia: Account, client_of: ClientOf, make_account: Callable[..., Account]
) -> None:
    browser = client_of(olivia)

    def queries(text: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            browser.get(f"/history/?{text}")
        return len(asked)

    browser.get("/history/")
    few = queries("per_page=200&object=assignment")
    for number in range(60):
        give(make_account(f"Tess{number}"), "Viewer", organization("emea"))

    assert queries("per_page=200&object=assignment") == few
    assert few <= 16


# --- who reads ------------------------------------------------------------------------------------------------


def test_no_page_shows_another_tenants_history(history: Callable[..., str], mallory: Account) -> None:
    whole = history("per_page=200")

    assert CANARY[:5] not in whole
    assert history(path=f"/accounts/{mallory.pk}/history/", status=404)


def test_a_viewer_reads_the_history_and_a_reader_of_one_organization_does_not(
    victor: Account, uma: Account, client_of: ClientOf
) -> None:
    assert client_of(victor).get("/history/").status_code == 200
    assert client_of(uma).get("/history/").status_code == 403
    assert 'href="/history/"' not in client_of(uma).get("/accounts/").content.decode()


def test_a_reader_of_one_organization_reads_the_history_of_its_accounts_only(
    make_account: Callable[..., Account], northwind: Tenant, client_of: ClientOf
) -> None:
    emea, emil, nina, akira = organization("emea"), account_named("emil"), account_named("nina"), account_named("akira")
    everywhere = make_role(northwind, "Sees accounts", allows=[Right.READ_ACCOUNTS])
    there = make_role(northwind, "Reads history", allows=[Right.READ_HISTORY])
    reader = make_account("Tess", everywhere)
    give(reader, there, emea)
    browser = client_of(Account.objects.select_related("tenant", "identity").get(pk=reader.pk))

    assert browser.get(f"/accounts/{emil.pk}/history/").status_code == 200
    assert browser.get(f"/accounts/{nina.pk}/history/").status_code == 403
    assert browser.get(f"/accounts/{akira.pk}/history/").status_code == 403


def test_the_history_of_an_account_tells_of_it_and_of_what_points_at_it(
    history: Callable[..., str], disabled: Receipt
) -> None:
    nina = account_named("nina")
    give(nina, "Viewer", organization("emea"))

    html = history(path=f"/accounts/{nina.pk}/history/")

    assert "<h1>History of Nina Northwind</h1>" in html
    assert f'href="/accounts/{nina.pk}/"' in html
    assert cells(html, "object")[:2] == [
        "Assignment Viewer · Nina Northwind · EMEA",
        "Account Nina Northwind",
    ]
    others = Entry.objects.exclude(account_id=nina.pk)
    assert others.exists()
    assert int(total(html)) == Entry.objects.filter(account_id=nina.pk).count()


def test_what_a_scoped_reader_may_not_know_is_not_named(
    make_account: Callable[..., Account], northwind: Tenant, client_of: ClientOf, adam: Account
) -> None:
    emea, apac, emil = organization("emea"), organization("apac"), account_named("emil")
    rights = [Right.READ_ACCOUNTS, Right.READ_HISTORY, Right.READ_ORGANIZATIONS]
    reader = make_account("Tess", make_role(northwind, "There", allows=rights), at=emea, home=emea)
    with context("accounts.edit", by=adam):
        Account.objects.filter(pk=emil.pk).update(home=apac)
        Account.objects.filter(pk=emil.pk).update(home=emea)

    html = client_of(reader).get(f"/accounts/{emil.pk}/history/").content.decode()

    assert cells(html, "changes")[0] == "Organization: not shown to you → EMEA"
    assert "APAC" not in html
    assert f'href="/accounts/{adam.pk}/"' not in html


def test_columns_are_chosen_for_histories_as_for_any_list(olivia: Account, client_of: ClientOf) -> None:
    browser = client_of(olivia)

    browser.post("/history/columns/", {"order": COLUMNS, "show": ["at", "reason"]})

    html = browser.get("/history/").content.decode()
    assert re.findall(r'<th[^>]* data-column="(\w+)"[^>]*>(?=<a|<span)', html)[:2] == ["at", "reason"]
    assert cells(html, "changes") == []


def test_the_receipt_leads_to_its_entries_for_those_who_may_read_them(
    disabled: Receipt, oscar: Account, olivia: Account, client_of: ClientOf
) -> None:
    link = f'href="/history/?receipt={disabled.pk}"'

    assert link in client_of(olivia).get(f"/receipts/{disabled.pk}/").content.decode()
    Receipt.objects.filter(pk=disabled.pk).update(account=account_named("uma"))
    own = client_of(account_named("uma")).get(f"/receipts/{disabled.pk}/").content.decode()
    assert "Disable accounts" in own
    assert link not in own


def rows_of(html: str) -> list[Any]:
    return re.findall(r'data-id="(\d+)"', html)


def test_pages_are_whole_and_show_each_entry_once(history: Callable[..., str]) -> None:
    number = Entry.objects.count()

    seen = [key for page in range(1, -(-number // 25) + 1) for key in rows_of(history(f"per_page=25&page={page}"))]

    assert len(seen) == len(set(seen)) == number
    assert seen == [str(key) for key in Entry.objects.order_by("-at", "-pk").values_list("pk", flat=True)]
