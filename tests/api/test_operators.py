"""Operator accounts over the API: the page's list, and enabling and disabling with previews and receipts."""

from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import Account
from itam_portal.history.models import Entry
from itam_portal.lists.jobs import run_bulk
from itam_portal.lists.models import Receipt
from organizations.models import Tenant
from tests.api.caller import Caller
from tests.cast import account_named, add_account, organization


def logins(answer: Any) -> list[str]:
    return [one["login"] for one in answer.facts["operators"]]


# --- reading --------------------------------------------------------------------------------------------------------


def test_an_operator_is_found_by_login_in_any_case_and_by_number(admin: Caller) -> None:
    oscar = account_named("oscar")

    found = [admin.get(f"/operators/{name}").facts["operator"] for name in ("oscar", "OSCAR", str(oscar.pk))]

    assert found[0] == found[1] == found[2]
    assert found[0] | {"createdAt": 0, "changedAt": 0} == {
        "id": oscar.pk,
        "login": "oscar",
        "name": "Oscar Northwind",
        "email": "oscar@northwind.example",
        "jobTitle": "",
        "type": "operator",
        "status": "enabled",
        "roles": ["Operator"],
        "shared": False,
        "accountId": "HOME",
        "accountName": oscar.home.name,
        "lastLogin": None,
        "lastLoginDuration": None,
        "changes": [],
        "hasUser": False,
        "createdAt": 0,
        "changedAt": 0,
    }


@pytest.mark.parametrize(
    "query",
    [
        "q=oscar",
        "login=oscar",
        "email__starts=oscar@",
        "name__contains=OSC",
        "filter=all(login:oscar,status:enabled)",
        "status=enabled&type=operator&login__in=oscar,nobody",
    ],
)
def test_the_list_is_asked_as_the_page_is(admin: Caller, query: str) -> None:
    assert logins(admin.get(f"/operators?{query}")) == ["oscar"]


def test_the_list_shows_what_the_page_shows_in_its_order(admin: Caller, adam: Account, client_of: Any) -> None:
    query = "sort=-type,name&status=enabled"
    page = client_of(adam).get(f"/accounts/?{query}&per_page=200").content.decode()

    found = admin.get(f"/operators?{query}&limit=200").facts["operators"]

    assert len(found) > 5
    assert [f'data-id="{one["id"]}"' in page for one in found] == [True] * len(found)
    places = [page.index(f'data-id="{one["id"]}"') for one in found]
    assert places == sorted(places)


def test_columns_can_be_chosen(admin: Caller) -> None:
    found = admin.ask("GET", "/operators?login=oscar&columns=name,role")

    assert found.facts["operators"] == [
        {"id": account_named("oscar").pk, "name": "Oscar Northwind", "roles": ["Operator"]}
    ]


def test_a_grouped_list_says_its_groups_and_shows_the_rows_of_open_ones(admin: Caller) -> None:
    closed = admin.get("/operators?group=status").facts
    opened = admin.get("/operators?group=status&open=disabled").facts

    numbers = {group["path"]: group["number"] for group in closed["groups"]}
    assert closed["operators"] == []
    assert set(numbers) == {"enabled", "disabled"}
    assert len(opened["operators"]) == numbers["disabled"]
    assert {one["status"] for one in opened["operators"]} == {"disabled"}


def test_whoever_has_one_organization_sees_its_operators_and_itself(caller_with: Callable[..., Caller]) -> None:
    emea = organization("emea")
    caller = caller_with("Viewer", "Web Service", at=emea, home=organization("apac"))

    assert set(logins(caller.get("/operators"))) == {"emil", "uma", "tool"}
    assert caller.get("/operators/oscar").status_code == 404


# --- one ------------------------------------------------------------------------------------------------------------


def test_one_is_disabled_and_enabled_with_a_receipt(admin: Caller) -> None:
    off = admin.post("/operators/oscar/disable", {"reason": "On leave"})
    disabled = account_named("oscar").is_enabled
    on = admin.post("/operators/oscar/enable")

    assert (off.facts["operator"]["status"], on.facts["operator"]["status"]) == ("disabled", "enabled")
    assert not disabled
    assert (off.facts["receipt"]["changed"], off.facts["receipt"]["reason"]) == (1, "On leave")
    entry = Entry.objects.filter(object_type="account", operation="accounts.disable").order_by("-pk")[0]
    assert (entry.reason, entry.via) == ("On leave", "key")


def test_a_preview_changes_nothing(admin: Caller) -> None:
    answer = admin.post("/operators/oscar/disable?dry_run=true")

    assert answer.facts["preview"]["changing"] == {"number": 1, "names": ["Oscar Northwind"], "reason": ""}
    assert answer.facts["operator"]["status"] == "enabled"
    assert account_named("oscar").is_enabled


def test_a_preview_says_why_not(admin: Caller) -> None:
    answer = admin.post("/operators/olivia/disable?dry_run=true")

    assert answer.facts["preview"]["changing"]["number"] == 0
    assert "owner" in answer.facts["preview"]["skipped"][0]["reason"].lower()


@pytest.mark.parametrize("value", ["maybe", "", "2"])
def test_a_preview_is_asked_for_with_true(admin: Caller, value: str) -> None:
    assert admin.post(f"/operators/oscar/disable?dry_run={value}").status_code == 400
    assert account_named("oscar").is_enabled


def test_what_is_so_already_is_no_error(admin: Caller) -> None:
    answer = admin.post("/operators/oscar/enable")

    assert (answer.status_code, answer.facts["receipt"]["changed"], answer.facts["receipt"]["skipped"]) == (200, 0, 1)


def test_nobody_disables_themself_an_owner_or_the_last_owner(admin: Caller, owner: Caller) -> None:
    own, others = admin.post("/operators/admin%20tool/disable"), admin.post("/operators/olivia/disable")
    last = owner.post("/operators/olivia/disable")

    assert (own.status_code, others.status_code, last.status_code) == (409, 409, 409)
    assert (own.facts["code"], last.facts["code"]) == ("your_own_account", "last_owner")
    assert account_named("olivia").is_enabled


def test_who_is_not_there_is_not_found(admin: Caller) -> None:
    assert admin.post("/operators/nobody/disable").status_code == 404
    assert admin.post("/operators/disable/disable").status_code == 404


# --- many -----------------------------------------------------------------------------------------------------------


def test_many_are_named_by_login_or_number(admin: Caller) -> None:
    victor = account_named("victor")

    answer = admin.post("/operators/disable", {"operators": ["OSCAR", str(victor.pk), "oscar"], "reason": "Why"})

    receipt = answer.facts["receipt"]
    assert (receipt["selected"], receipt["changed"], receipt["state"]) == (2, 2, "done")
    assert not account_named("oscar").is_enabled
    assert not victor.refreshed().is_enabled
    assert admin.get(f"/receipts/{receipt['id']}").facts["receipt"] == receipt


def test_everything_that_matches_is_done_but_for_those_that_guards_keep(admin: Caller) -> None:
    shown = admin.post("/operators/disable?type=operator&dry_run=true", {"everything": True}).facts["preview"]

    receipt = admin.post("/operators/disable?type=operator", {"everything": True}).facts["receipt"]

    assert receipt["changed"] == shown["changing"]["number"] > 3
    assert receipt["skipped"] == sum(group["number"] for group in shown["skipped"])
    assert {reason["number"] for reason in receipt["reasons"]}
    assert account_named("olivia").is_enabled


@pytest.mark.parametrize(
    ("query", "body", "status"),
    [
        ("", {}, 422),
        ("", {"operators": []}, 422),
        ("", {"operators": ["nobody"]}, 422),
        ("", {"operators": ["oscar"], "everything": True}, 422),
        ("", {"operators": [1]}, 422),
        ("?q=oscar", {"operators": ["oscar"]}, 400),
        ("?nothing=1", {"everything": True}, 400),
        ("?status=asleep", {"everything": True}, 400),
        ("?dry_run=perhaps", {"everything": True}, 400),
        ("?limit=1", {"everything": True}, 400),
        ("?per_page=1", {"everything": True}, 400),
        ("?page=1", {"everything": True}, 400),
        ("?after=x", {"everything": True}, 400),
    ],
)
def test_what_is_not_clear_changes_nobody(admin: Caller, query: str, body: Any, status: int) -> None:
    assert admin.post(f"/operators/disable{query}", body).status_code == status
    assert account_named("oscar").is_enabled
    assert not Receipt.objects.filter(account=admin.account).exists()


@pytest.mark.django_db(transaction=True)
def test_more_than_ten_thousand_are_the_worker_s(
    northwind: Tenant, admin: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    from itam_portal.lists import receipts
    from itam_portal.tenancy.scope import tenant_scope

    monkeypatch.setattr(receipts, "AT_ONCE", 2)
    with tenant_scope(northwind.pk):
        for name in ("Ann", "Bob", "Cat"):
            add_account(northwind, name, job_title="Many")

    answer = admin.post("/operators/disable?job_title=Many", {"everything": True})
    waiting = admin.get(f"/receipts/{answer.facts['receipt']['id']}").facts["receipt"]
    run_bulk.func(tenant_id=northwind.pk, receipt_id=waiting["id"])
    done = admin.get(f"/receipts/{waiting['id']}").facts["receipt"]

    assert (answer.status_code, waiting["state"], waiting["changed"]) == (202, "waiting", 0)
    assert (done["state"], done["changed"]) == ("done", 3)


# --- receipts -------------------------------------------------------------------------------------------------------


def test_receipts_are_their_makers_and_who_may_see_the_history(
    admin: Caller, caller_with: Callable[..., Caller], stranger: Caller
) -> None:
    operator = caller_with("Operator", "Web Service", name="Other tool")
    web = caller_with("Web Service", name="Web tool")
    made = operator.post("/operators/oscar/disable").facts["receipt"]["id"]

    codes = [caller.get(f"/receipts/{made}").status_code for caller in (operator, admin, web, stranger)]

    assert codes == [200, 200, 404, 404]
    assert made in [one["id"] for one in operator.get("/receipts").facts["receipts"]]
    assert web.get("/receipts").facts["receipts"] == []
