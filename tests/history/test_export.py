"""A history as a file: in the words of the page, of the tenant and of one object."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.models import Account, Group
from accounts.operations import disable_accounts, enable_accounts
from itam_portal.history.models import Entry
from itam_portal.history.tables import HistoryTable
from itam_portal.lists.models import Export
from tests.cast import CANARY, account_named, only
from tests.lists.files import body, csv_rows, sheets

Browse = Callable[[Account], Client]
COLUMNS = "operation,object,changes,via,actor,reason"


@pytest.fixture
def nina(adam: Account, oscar: Account) -> Account:
    """Disabled by Adam for a reason that looks like a formula, and enabled again by Oscar."""
    nina = account_named("nina")
    disable_accounts(only(nina), by=adam, reason="=Ünder review")
    enable_accounts(only(nina), by=oscar, reason="")
    return nina


def read(browser: Client, path: str, ending: str, query: str) -> list[list[str]]:
    data = body(browser.get(f"{path}export.{ending}?{query}"))
    return csv_rows(data) if ending == "csv" else sheets(data)[0]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_changes_are_put_into_the_words_of_the_page(
    olivia: Account, nina: Account, client_of: Browse, ending: str
) -> None:
    query = f"columns={COLUMNS}&operation=accounts.disable&name__starts=nina"

    rows = read(client_of(olivia), "/history/", ending, query)

    named = dict(zip(rows[0], rows[1], strict=True))
    assert named["What changed"] == "Status: Enabled → Disabled"
    assert named["Operation"] == "Disable accounts"
    assert named["Object"] == "Account: Nina Northwind"
    assert named["Who"] == "Adam Northwind"
    assert named["Reason"] == "'=Ünder review"


def test_what_was_made_says_so_and_every_field_is_there(olivia: Account, make_account: Any, client_of: Browse) -> None:
    tess = make_account("Tess")

    rows = read(client_of(olivia), f"/accounts/{tess.pk}/history/", "csv", "columns=changes&object=account")

    assert rows[1][1].startswith("Created; ")
    assert "Login: tess" in rows[1][1]
    assert "{" not in rows[1][1]


@pytest.mark.parametrize("ending", ["csv", "xlsx"])
def test_the_history_of_an_account_is_a_file_of_its_own_entries(
    olivia: Account, nina: Account, client_of: Browse, ending: str
) -> None:
    browser, path = client_of(olivia), f"/accounts/{nina.pk}/history/"

    rows = read(browser, path, ending, "columns=at,operation")

    assert len(rows) == Entry.objects.about(nina).count() + 1
    assert f'href="{path}export.{ending}"' in browser.get(path).content.decode()
    record = Export.objects.latest("pk")
    assert (record.list_name, record.rows) == ("account_history", len(rows) - 1)
    assert record.query.startswith(f"pk={nina.pk}&")


def test_the_history_of_a_group_is_a_file(olivia: Account, client_of: Browse) -> None:
    group = Group.objects.get(name="Help desk")

    rows = read(client_of(olivia), f"/groups/{group.pk}/history/", "csv", "")

    assert len(rows) == Entry.objects.about(group, "group").count() + 1


def test_nobody_takes_the_history_of_what_they_do_not_see(
    mallory: Account, uma: Account, nina: Account, client_of: Browse
) -> None:
    path = f"/accounts/{nina.pk}/history/export.csv"

    assert client_of(mallory).get(path).status_code == 404
    assert client_of(uma).get(path).status_code in (403, 404)


def test_a_file_holds_the_rows_of_the_page_in_their_order(
    olivia: Account, nina: Account, client_of: Browse, monkeypatch: Any
) -> None:
    monkeypatch.setattr("itam_portal.lists.export_source._AT_ONCE", 3)
    entries = Entry.objects.visible_to(olivia).order_by("-at", "-pk")
    actors = list(entries.values_list("actor_name", flat=True))

    rows = read(client_of(olivia), "/history/", "csv", "columns=at,actor,changes")

    assert [row[1] for row in rows[1:]] == actors
    assert CANARY not in str(rows)


def test_the_words_of_some_rows_cost_no_query_for_each(
    olivia: Account, nina: Account, client_of: Browse, django_assert_max_num_queries: Any
) -> None:
    browser = client_of(olivia)
    answer = browser.get("/history/export.csv")

    with django_assert_max_num_queries(20):
        rows = csv_rows(body(answer))

    assert len(rows) > 40


def test_every_column_that_writes_is_a_column() -> None:
    writers = {name.removeprefix("write_") for name in dir(HistoryTable) if name.startswith("write_")}

    assert writers == {"operation", "object", "changes", "via"}
    assert writers <= set(HistoryTable.columns_by_name())
