"""Editing many accounts together: only what is ticked, only whom one may, with a receipt at the end."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.guards import OutOfReach
from accounts.models import Account
from accounts.operations import NoSuchOrganization, edit_accounts
from itam_portal.lists import receipts
from itam_portal.lists.models import Receipt, ReceiptState, Selection
from itam_portal.refusals import NotAllowed
from itam_portal.tenancy.scope import tenant_scope
from organizations.models import Organization, Tenant
from tests.cast import account_named, only, organization, outcomes

MakeAccount = Callable[..., Account]
Browse = Callable[[Account], Client]
commits = pytest.mark.django_db(transaction=True)


def titles(*logins: str) -> list[str]:
    """The job titles of these accounts."""
    return [account_named(login).job_title for login in logins]


# --- the operation ---------------------------------------------------------------------------------------------------


def test_the_chosen_fields_of_the_chosen_accounts_change_and_nothing_else(olivia: Account) -> None:
    emea, chosen = organization("emea"), ("nina", "victor", "robot")
    rows = only(*map(account_named, chosen))
    before = {row["id"]: row for row in Account.objects.values()}

    receipt = edit_accounts(rows, by=olivia, changes={"job_title": "Analyst", "home": emea.pk})

    after = {row["id"]: row for row in Account.objects.values()}
    changed = {key: {name for name in row if row[name] != before[key][name]} for key, row in after.items()}
    keys = set(rows.values_list("pk", flat=True))
    assert {key for key, names in changed.items() if names} == keys
    derived = {"job_title_key", "search_key", "home_key"}
    assert all(changed[key] - derived == {"job_title", "home_id", "version", "changed_at"} for key in keys)
    assert receipt.changed == 3


def test_the_receipt_keeps_what_was_wanted_and_what_was_there_before(olivia: Account, adam: Account) -> None:
    emil = account_named("emil")

    receipt = edit_accounts(only(emil, adam), by=olivia, changes={"job_title": "Analyst"}, reason="One title")

    kept = Receipt.objects.get(pk=receipt.pk)
    assert (kept.wanted, kept.reason, kept.state) == ({"job_title": "Analyst"}, "One title", ReceiptState.DONE)
    before = dict(kept.rows.values_list("object_id", "before"))
    assert before == {emil.pk: {"job_title": "Ämter & Archive"}, adam.pk: {"job_title": ""}}


def test_one_entry_of_history_for_each_row(olivia: Account, adam: Account) -> None:
    receipt = edit_accounts(only(adam, account_named("nina")), by=olivia, changes={"shared": True}, reason="Rota")

    for account in (adam, account_named("nina")):
        event = account.events.latest("pgh_id")
        assert event.shared is True
        facts = {name: event.pgh_context[name] for name in ("operation", "by", "reason", "receipt")}
        assert facts == {"operation": "accounts.edit", "by": olivia.pk, "reason": "Rota", "receipt": receipt.pk}


def test_who_may_not_be_edited_is_skipped_by_name(oscar: Account, adam: Account, olivia: Account) -> None:
    rows = only(oscar, adam, olivia, account_named("nina"), account_named("emil"))

    receipt = edit_accounts(rows, by=oscar, changes={"job_title": "Ämter & Archive"})

    assert outcomes(receipt) == {
        "oscar": "changed",
        "adam": "exceeds_you",
        "olivia": "only_owners",
        "nina": "changed",
        "emil": "no_change",
    }
    assert titles("adam", "olivia") == ["", ""]


def test_beyond_the_reach_rows_are_skipped_and_no_row_moves_there(uma: Account, make_account: MakeAccount) -> None:
    tess = make_account("Tess", home=organization("emea"))

    receipt = edit_accounts(only(tess, account_named("nina")), by=uma, changes={"job_title": "Analyst"})
    assert outcomes(receipt) == {"tess": "changed", "nina": "out_of_reach"}

    with pytest.raises(OutOfReach):
        edit_accounts(only(tess), by=uma, changes={"home": organization("apac").pk})


def test_without_the_right_nothing_changes(victor: Account) -> None:
    with pytest.raises(NotAllowed):
        edit_accounts(only(account_named("nina")), by=victor, changes={"job_title": "x"})


def test_a_home_that_is_gone_is_refused(olivia: Account) -> None:
    with pytest.raises(NoSuchOrganization):
        edit_accounts(only(account_named("nina")), by=olivia, changes={"home": 10**9})


@pytest.mark.parametrize("changes", [{}, {"login": "x"}, {"status": "disabled"}, {"type": "service"}, {"email": ""}])
def test_nothing_else_can_be_edited_together(olivia: Account, changes: dict[str, Any]) -> None:
    with pytest.raises(KeyError):
        edit_accounts(only(account_named("nina")), by=olivia, changes=changes)


def test_thirty_rows_cost_as_many_statements_as_one(olivia: Account, make_account: MakeAccount) -> None:
    many = [make_account(f"More{number}", "Viewer") for number in range(30)]
    with CaptureQueriesContext(connection) as few:
        edit_accounts(only(many[0]), by=olivia, changes={"job_title": "One"})

    with CaptureQueriesContext(connection) as more:
        edit_accounts(only(*many), by=olivia, changes={"job_title": "Many"})

    assert len(more) == len(few)
    assert Account.objects.filter(job_title="Many").count() == 30


# --- the pages -------------------------------------------------------------------------------------------------------


def send(browser: Client, form: dict[str, Any], query: str = "") -> tuple[int, str]:
    """Post to the page; the status and the text of the answer."""
    answer = browser.post(f"/accounts/edit/{query}", form)
    return answer.status_code, answer.content.decode()


def selection_in(html: str) -> str:
    return re.findall(r'name="selection" value="(\d+)"', html)[0]


def ticked(*logins: str) -> list[int]:
    return [account_named(login).pk for login in logins]


def test_from_ticking_to_the_receipt(olivia: Account, adam: Account, client_of: Browse) -> None:
    browser = client_of(olivia)

    status, asked = send(browser, {"selected": ticked("nina", "victor")})
    values = {"selection": selection_in(asked), "values": "1", "change": ["job_title"], "job_title": "Analyst"}
    preview = send(browser, {**values, "home": "HOME", "shared": "no"})[1]
    assert (status, titles("nina", "victor")) == (200, ["", ""])
    assert "Job title becomes: Analyst." in preview
    assert "Edit 2 accounts?" in preview
    answer = browser.post("/accounts/edit/", {"selection": selection_in(preview), "confirm": "1", "reason": "Same"})

    assert titles("nina", "victor") == ["Analyst", "Analyst"]
    receipt = Receipt.objects.latest("pk")
    assert answer.headers["Location"] == f"/receipts/{receipt.pk}/"
    html = browser.get(f"/receipts/{receipt.pk}/").content.decode()
    assert "2 accounts edited." in html
    assert '<dt>Job title</dt><dd dir="auto">Analyst</dd>' in html


def test_common_values_are_shown_and_multiple_values_where_they_differ(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    Account.objects.filter(login__in=["nina", "dora"]).update(job_title="Clerk")

    same = send(browser, {"selected": ticked("nina", "dora")})[1]
    different = send(browser, {"selected": ticked("nina", "emil")})[1]

    assert 'name="job_title" value="Clerk"' in same
    assert '<option value="HOME" selected>' in same
    assert "Multiple values" not in same
    assert 'placeholder="Multiple values"' in different
    assert re.findall(r'<option value="" selected>([^<]*)<', different) == ["Multiple values"]


def test_what_is_not_ticked_stays_as_it_is(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    asked = send(browser, {"selected": ticked("nina", "emil")})[1]
    form = {
        "selection": selection_in(asked),
        "values": "1",
        "change": "shared",
        "shared": "yes",
        "job_title": "",
        "home": "",
    }

    send(browser, {**form, "confirm": "1"})

    assert titles("nina", "emil") == ["", "Ämter & Archive"]
    assert account_named("emil").home.code == "emea"
    assert account_named("nina").shared
    assert account_named("emil").shared


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({}, "Tick at least one field to change."),
        ({"job_title": "Written"}, "You set a value but did not tick the box beside it."),
        ({"change": "home", "home": ""}, "Choose a value, or take the tick away."),
        ({"change": "home", "home": "nowhere"}, "There is no organization “nowhere”."),
        ({"change": "shared", "shared": "maybe"}, "maybe"),
        ({"change": "job_title", "job_title": "x" * 201}, "200"),
        ({"change": "job_title", "job_title": "\0"}, "Null"),
        ({"change": "login"}, "login"),
    ],
)
def test_a_wrong_form_is_drawn_again_with_words_and_nothing_changes(
    olivia: Account, client_of: Browse, form: dict[str, Any], says: str
) -> None:
    browser = client_of(olivia)
    selection = selection_in(send(browser, {"selected": ticked("nina", "emil")})[1])

    for confirm in ({}, {"confirm": "1"}):
        status, html = send(browser, {"selection": selection, "values": "1", **form, **confirm})
        assert status == 422
        assert 'role="alert"' in html
        assert says in html
    assert Account.objects.filter(version__gt=1).count() == 0


def test_a_ticked_title_without_text_empties_it(olivia: Account, client_of: Browse) -> None:
    form = {"selected": ticked("emil", "akira"), "change": "job_title", "job_title": ""}

    preview = send(client_of(olivia), form)[1]
    assert "Job title becomes: Empty." in preview
    send(client_of(olivia), {**form, "confirm": "1"})

    assert titles("emil", "akira") == ["", ""]


def test_rows_values_and_confirmation_at_once_act_at_once(olivia: Account, client_of: Browse) -> None:
    form = {
        "selected": ticked("nina"),
        "change": ["home", "job_title"],
        "home": "EMEA",
        "job_title": "A",
        "confirm": "1",
    }

    assert send(client_of(olivia), form)[0] == 302

    assert (account_named("nina").home.code, account_named("nina").job_title) == ("emea", "A")


def test_confirming_does_what_was_previewed_and_needs_a_preview(olivia: Account, client_of: Browse) -> None:
    browser = client_of(olivia)
    selection = selection_in(send(browser, {"selected": ticked("nina")})[1])

    assert send(browser, {"selection": selection, "confirm": "1"})[0] == 422
    send(browser, {"selection": selection, "change": "job_title", "job_title": "Previewed"})
    assert Selection.objects.get(pk=selection).wanted == {"job_title": "Previewed"}
    send(browser, {"selection": selection, "confirm": "1"})

    assert titles("nina") == ["Previewed"]


def test_everything_that_matches_is_frozen_before_the_values_are_asked(
    olivia: Account, client_of: Browse, make_account: MakeAccount
) -> None:
    browser = client_of(olivia)
    asked = send(browser, {"everything": "1"}, "?role__empty=yes&status=enabled")[1]
    frozen = Selection.objects.get(pk=selection_in(asked))
    late = make_account("Late")

    send(browser, {"selection": frozen.pk, "change": "job_title", "job_title": "Spare", "confirm": "1"})

    assert titles("nina", "lars") == ["Spare", "Spare"]
    assert late.refreshed().job_title == ""
    assert Receipt.objects.latest("pk").drift == 1


def test_the_preview_says_who_is_skipped_and_why(oscar: Account, client_of: Browse) -> None:
    form = {"selected": ticked("nina", "adam", "olivia"), "change": "job_title", "job_title": "Analyst"}

    html = send(client_of(oscar), form)[1]

    assert "Edit 1 account?" in html
    assert "This account holds a right that you do not hold." in html
    assert "Only an owner may change it." in html


def test_nobody_is_moved_where_the_reader_may_not_edit(
    uma: Account, client_of: Browse, make_account: MakeAccount
) -> None:
    make_account("Tess", home=organization("emea"))

    status, html = send(client_of(uma), {"selected": ticked("tess"), "change": "home", "home": "apac", "confirm": "1"})

    assert status == 422
    assert "APAC" not in html
    assert account_named("tess").home.code == "emea"


def test_a_selection_of_somebody_else_is_not_there(olivia: Account, adam: Account, client_of: Browse) -> None:
    selection = selection_in(send(client_of(olivia), {"selected": ticked("nina")})[1])

    status, _html = send(client_of(adam), {"selection": selection, "change": "job_title", "job_title": "x"})

    assert status == 400


def test_a_title_of_markup_stays_text(olivia: Account, client_of: Browse) -> None:
    evil = "<script>alert(1)</script>"
    browser = client_of(olivia)
    form = {"selected": ticked("nina"), "change": "job_title", "job_title": evil}

    preview = send(browser, form)[1]
    send(browser, {**form, "confirm": "1"})
    receipt = browser.get(f"/receipts/{Receipt.objects.latest('pk').pk}/").content.decode()
    again = send(browser, {"selected": ticked("nina")})[1]

    assert titles("nina") == [evil]
    assert "<script>alert" not in preview + receipt + again


# --- the worker ------------------------------------------------------------------------------------------------------


@pytest.fixture
def small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes more than 10,000 rows otherwise happens above five, three at a time."""
    monkeypatch.setattr(receipts, "AT_ONCE", 5)
    monkeypatch.setattr(receipts, "BATCH", 3)


def work() -> None:
    """The worker's turn: everything that waits."""
    call_command("db_worker", batch=True, interval=0, startup_delay=False, verbosity=0)


@commits
@pytest.mark.usefixtures("small_batches")
def test_more_rows_than_a_request_should_change_are_edited_by_the_worker(
    adam: Account, make_account: MakeAccount, northwind: Tenant, client_of: Browse
) -> None:
    chosen = [make_account(f"Tess{at}", "Viewer") for at in range(8)]
    form = {"everything": "1", "change": ["job_title", "home"], "job_title": "Crew", "home": "emea", "confirm": "1"}

    answer = client_of(adam).post("/accounts/edit/?name__contains=tess", form)

    with tenant_scope(northwind.pk):
        receipt = Receipt.objects.filter(account=adam).latest("pk")
        assert answer.headers["Location"] == f"/receipts/{receipt.pk}/"
        assert (receipt.state, receipt.changed) == (ReceiptState.WAITING, 0)
    work()
    with tenant_scope(northwind.pk):
        receipt.refresh_from_db()
        assert (receipt.state, receipt.changed, receipt.skipped) == (ReceiptState.DONE, 8, 0)
        assert only(*chosen).filter(job_title="Crew", home__code="emea").count() == 8


@commits
@pytest.mark.usefixtures("small_batches")
def test_the_worker_stops_in_words_where_the_home_is_gone(
    adam: Account, make_account: MakeAccount, northwind: Tenant, client_of: Browse
) -> None:
    for at in range(8):
        make_account(f"Tess{at}", "Viewer")
    form = {"everything": "1", "change": "home", "home": "123456", "confirm": "1"}
    client_of(adam).post("/accounts/edit/?name__contains=tess", form)
    with tenant_scope(northwind.pk):
        place = Organization.objects.get(code="123456")
        place.parent_links.all().delete()
        place.delete()

    work()

    with tenant_scope(northwind.pk):
        receipt = Receipt.objects.filter(account=adam).latest("pk")
        assert (receipt.state, receipt.changed) == (ReceiptState.FAILED, 0)
        assert receipt.problem == str(NoSuchOrganization.message)
    html = client_of(adam).get(f"/receipts/{receipt.pk}/").content.decode()
    assert "The organization is not there any more." in html
