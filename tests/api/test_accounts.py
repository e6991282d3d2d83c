"""Organizations over the API, which document 3 calls accounts."""

from collections.abc import Callable
from typing import Any

import pytest

from organizations.models import CustomAttribute, Organization, Tenant
from tests.api.caller import Caller
from tests.cast import organization

NEW: dict[str, Any] = {
    "accountId": "N-1",
    "name": "New one",
    "accountType": "PUBLISHER",
    "description": "Two\nlines",
    "address1": "High Street 1",
    "city": "Oslo",
    "state": "Oslo",
    "zipcode": "0150",
    "country": "no",
    "region": "EMEA",
    "visible": False,
    "parents": ["HOME"],
}


def test_what_is_sent_is_there(admin: Caller) -> None:
    answer = admin.post("/accounts", NEW)

    made = answer.facts["account"]
    assert answer.status_code == 201
    assert {name: made[name] for name in NEW} == {**NEW, "country": "NO"}
    assert made["accountName"] == "New one"
    assert admin.get("/accounts/n-1").facts["account"] == made
    assert admin.get(answer.headers["Location"].removeprefix("/api/v1")).facts["account"] == made


def test_a_customer_is_made_where_no_type_is_given(admin: Caller) -> None:
    made = admin.post("/accounts", {"accountId": "N-2", "accountName": "Other"}).facts["account"]

    assert (made["accountType"], made["name"], made["visible"], made["parents"]) == ("CUSTOMER", "Other", True, [])


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"accountId": ""}, "accountId"),
        ({"accountId": "a,b"}, "accountId"),
        ({"accountId": "x" * 101}, "accountId"),
        ({"name": ""}, "name"),
        ({"accountName": "Another"}, "accountName"),
        ({"accountType": "FRIEND"}, "accountType"),
        ({"country": "NOR"}, "country"),
        ({"parents": ["nowhere"]}, "parents"),
        ({"attributes": [{"name": "Nothing", "value": "x"}]}, "attributes.Nothing"),
        ({"attributes": [{"nam": "Nothing"}]}, "attributes[0].nam"),
    ],
)
def test_a_wrong_field_is_named(admin: Caller, changes: dict[str, Any], field: str) -> None:
    answer = admin.post("/accounts", {**NEW, **changes})

    assert answer.status_code == 422
    assert field in {error["field"] for error in answer.facts["errors"]}
    assert not Organization.objects.filter(name="New one").exists()


def test_an_id_is_given_once_in_any_case(admin: Caller) -> None:
    admin.post("/accounts", NEW)

    assert admin.post("/accounts", {**NEW, "accountId": "n-1"}).status_code == 409


def test_there_is_one_home(admin: Caller) -> None:
    assert admin.post("/accounts", {**NEW, "accountType": "HOME"}).status_code == 409
    assert admin.patch("/accounts/HOME", {"accountType": "CUSTOMER"}).status_code == 409
    assert admin.delete("/accounts/HOME").status_code == 409


def test_a_mandatory_attribute_must_be_given(admin: Caller, northwind: Tenant) -> None:
    facts = {"subject": "organization", "name": "Tier", "code": "tier", "kind": "number", "mandatory": True}
    CustomAttribute.objects.create(tenant=northwind, **facts)

    without = admin.post("/accounts", NEW)
    with_it = admin.post("/accounts", {**NEW, "attributes": [{"name": "Tier", "value": 2}]})

    assert without.status_code == 422
    assert with_it.facts["account"]["attributes"] == [{"name": "Tier", "value": "2"}]


def test_what_is_left_out_of_a_change_stays(admin: Caller) -> None:
    made = admin.post("/accounts", NEW).facts["account"]

    changed = admin.patch("/accounts/N-1", {"city": "Bergen"}).facts["account"]

    assert {**changed, "changedAt": 0} == {**made, "city": "Bergen", "changedAt": 0}


def test_an_organization_goes_below_no_other_that_stands_below_it(admin: Caller) -> None:
    admin.post("/accounts", NEW)

    assert admin.patch("/accounts/HOME", {"parents": ["N-1"]}).status_code == 409


def test_one_with_people_is_not_deleted(admin: Caller) -> None:
    answer = admin.delete("/accounts/emea")

    assert answer.status_code == 409
    assert Organization.objects.filter(code="emea").exists()


def test_the_list_finds_by_part_type_and_place(admin: Caller) -> None:
    admin.post("/accounts", NEW)

    def found(query: str) -> list[str]:
        return [one["accountId"] for one in admin.get(f"/accounts?{query}").facts["accounts"]]

    assert found("accountId=n-") == found("accountName=EW+ON") == found("accountType=publisher") == ["N-1"]
    assert "N-1" not in found("rootAccountOnly=true&limit=200")
    assert "N-1" in found("rootAccountOnly=false&limit=200")
    assert "HOME" in found("rootAccountOnly=true&limit=200")
    assert found("accountType=publisher&accountType=HOME&sort_by=accountId&sort_order=desc") == ["N-1", "HOME"]


def test_whoever_has_one_organization_sees_that_one(caller_with: Callable[..., Caller]) -> None:
    emea = organization("emea")
    caller = caller_with("Viewer", "Web Service", at=emea, home=emea)

    assert [one["accountId"] for one in caller.get("/accounts").facts["accounts"]] == ["emea"]
    assert caller.get("/accounts/apac").status_code == 404
    assert caller.patch("/accounts/emea", {"city": "X"}).status_code == 403
