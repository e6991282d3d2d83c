"""Finding, changing and deleting people over the API."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import Account, RoleAssignment
from organizations.models import CustomAttribute, Organization, Tenant
from tests.api.caller import Caller
from tests.api.making import JOHN, at, body, contact, fields_of, person
from tests.cast import account_named, organization, role_named
from users.api.users import EXAMPLE
from users.models import ComputerUser

pytestmark = pytest.mark.usefixtures("region")


# --- lists ----------------------------------------------------------------------------------------------------------


def test_the_list_finds_by_part_in_any_case(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)

    for query in ("userName=JOHNDOE", "displayName=ohn+d", "email=XYZ", "userName=xyz&displayName=doe"):
        found = admin.get(f"/users?{query}").facts
        assert [user["userName"] for user in found["users"]] == [JOHN], query
        assert (found["total"], found["totalIsCapped"], found["nextPage"]) == (1, False, None)


def test_the_list_finds_by_any_organization_that_a_user_is_linked_to(admin: Caller) -> None:
    admin.post("/users", body(accountRoles=[at("123456"), at("apac")]))
    admin.post("/users", contact(emailAddress="contact@xyz.com", accountRoles=[at("123456"), at("emea")]))
    Organization.objects.filter(code="apac").update(name="Asia and Pacific", type="CHANNEL_PARTNER")

    def found(query: str) -> set[str]:
        return {user["emailAddress"] for user in admin.get(f"/users?email=xyz&{query}").facts["users"]}

    assert found("accountId=apac") == found("accountName=PACIFIC") == found("accountType=channel_partner") == {JOHN}
    assert found("accountId=eme") == {"contact@xyz.com"}
    assert found("accountId=1234") == {JOHN, "contact@xyz.com"}
    assert found("accountId=nowhere") == set()


def test_an_organization_that_the_caller_does_not_see_finds_nobody(
    admin: Caller, caller_with: Callable[..., Caller]
) -> None:
    admin.post("/users", contact(accountRoles=[at("emea"), at("apac")]))
    emea = organization("emea")
    caller = caller_with("Viewer", "Web Service", at=emea, home=emea)

    assert caller.get("/users?accountId=emea&email=xyz").facts["total"] == 1
    assert caller.get("/users?accountId=apac&email=xyz").facts["total"] == 0


def test_the_list_is_sorted_either_way(admin: Caller) -> None:
    for name in ("b", "a", "c"):
        admin.post("/users", contact(emailAddress=f"{name}@sorted.example", displayName=name))

    def order(query: str) -> str:
        users = admin.get(f"/users?email=sorted&{query}").facts["users"]
        return "".join(user["displayName"] for user in users)

    assert order("sort_by=displayName") == order("sort_by=email&sort_order=ASC") == order("sort=display_name") == "abc"
    assert order("sort_by=displayName&sort_order=desc") == order("sort_order=desc") == "cba"


def test_the_list_knows_states_in_any_case(admin: Caller) -> None:
    admin.post("/users", contact(status="Inactive"))

    assert admin.get("/users?email=xyz&status=InActive").facts["total"] == 1
    assert admin.get("/users?email=xyz&status=active").facts["total"] == 0


def test_the_list_knows_the_fields_of_the_page_and_custom_attributes(admin: Caller) -> None:
    admin.post("/users", contact())

    assert admin.get("/users?q=johndoe&attribute_region=EMEA&city__is=new+york").facts["total"] == 1
    assert admin.get("/users?q=johndoe&attribute_region=APAC").facts["total"] == 0


# --- changing -------------------------------------------------------------------------------------------------------


def test_what_is_left_out_stays(admin: Caller) -> None:
    made = admin.post("/users", EXAMPLE).facts["user"]

    user = admin.patch(f"/users/{JOHN}", {"jobTitle": "Buyer"}).facts["user"]

    assert {**user, "changedAt": 0} == {**made, "jobTitle": "Buyer", "changedAt": 0}


def test_an_empty_change_changes_nothing(admin: Caller) -> None:
    made = admin.post("/users", EXAMPLE).facts["user"]

    assert admin.patch(f"/users/{JOHN}", {}).facts["user"] == made


def test_account_roles_are_all_roles_from_then_on(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)

    user = admin.patch(f"/users/{JOHN}", {"accountRoles": [at("emea"), at("123456", "USER")]}).facts["user"]

    # What is not said of the end leaves it as it was.
    assert user["accountRoles"] == [at("emea", expiryDate=None), at("123456", expiryDate="2025-12-30")]
    assert person().home.code == "emea"


def test_null_takes_an_end_away(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)

    admin.patch(f"/users/{JOHN}", {"accountRoles": [at("123456", "USER", "ADMIN", expiryDate=None)]})

    assert Account.objects.get(login=JOHN).is_assigned
    assert set(RoleAssignment.objects.filter(account__login=JOHN).values_list("expires_on", flat=True)) == {None}


def test_an_end_can_be_moved_of_an_account_and_of_a_contact(admin: Caller) -> None:
    day = (timezone.now() + timedelta(days=9)).date().isoformat()
    for given in (body(), contact(emailAddress="contact@xyz.com")):
        made = admin.post("/users", given).facts["user"]

        user = admin.patch(f"/users/{made['id']}", {"accountRoles": [at("123456", expiryDate=day)]}).facts["user"]

        assert user["accountRoles"] == [at("123456", expiryDate=day)]


def test_attributes_that_are_not_named_stay(admin: Caller, northwind: Tenant) -> None:
    CustomAttribute.objects.create(tenant=northwind, subject="user", name="DESK", code="desk", kind="text")
    admin.post("/users", contact())

    def attributes(*given: tuple[str, Any]) -> Any:
        values = [{"name": name, "value": value} for name, value in given]
        return admin.patch(f"/users/{person().pk}", {"attributes": values}).facts["user"]["attributes"]

    desk = {"name": "DESK", "value": "7"}
    assert attributes(("DESK", 7)) == [desk, {"name": "REGION", "value": "EMEA"}]
    assert attributes(("REGION", None)) == [desk]


def test_can_login_makes_disables_and_enables_an_account(admin: Caller) -> None:
    made = admin.post("/users", contact(accountRoles=[at("123456")])).facts["user"]
    path = f"/users/{made['id']}"

    allowed = admin.patch(path, {"canLogin": True, "userName": JOHN}).facts["user"]
    account = Account.objects.get(login=JOHN)
    refused = admin.patch(path, {"canLogin": False}).facts["user"]
    disabled = account.refreshed().is_enabled
    again = admin.patch(path, {"canLogin": True}).facts["user"]

    assert (allowed["canLogin"], refused["canLogin"], again["canLogin"]) == (True, False, True)
    assert allowed["accountRoles"] == made["accountRoles"]
    assert not disabled
    assert account.refreshed().is_enabled


def test_another_address_is_the_account_s_too(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)

    alone = admin.patch(f"/users/{JOHN}", {"emailAddress": "jd@xyz.com"})
    both = admin.patch(f"/users/{JOHN}", {"emailAddress": "jd@xyz.com", "userName": "jd@xyz.com"})

    assert (alone.status_code, fields_of(alone)) == (422, {"userName"})
    assert both.status_code == 200
    assert Account.objects.filter(login="jd@xyz.com", email="jd@xyz.com").exists()


def test_nobody_is_their_own_manager(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)

    assert admin.patch(f"/users/{JOHN}", {"manager": JOHN}).status_code == 409


# --- deleting -------------------------------------------------------------------------------------------------------


def test_a_deleted_user_s_account_is_disabled_and_stays(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)

    answer = admin.delete(f"/users/{JOHN}")

    assert answer.status_code == 200
    assert admin.get(f"/users/{JOHN}").status_code == 404
    assert not Account.objects.get(login=JOHN).is_enabled
    assert admin.delete(f"/users/{JOHN}").status_code == 404


def test_whoever_comes_back_gets_the_account_that_stayed(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)
    left = Account.objects.get(login=JOHN)
    admin.delete(f"/users/{JOHN}")

    answer = admin.post("/users", body(accountRoles=[at("123456")]))

    assert answer.status_code == 201
    assert answer.facts["user"]["canLogin"] is True
    assert answer.facts["user"]["accountRoles"] == [at("123456", expiryDate=None)]
    assert person().account_id == left.pk
    assert left.refreshed().is_enabled


def test_the_last_owner_s_record_is_not_deleted_with_the_account(northwind: Tenant, owner: Caller) -> None:
    olivia = account_named("olivia")
    made = ComputerUser.objects.create(tenant=northwind, display_name="Olivia", home=olivia.home, account=olivia)

    answer = owner.delete(f"/users/{made.pk}")

    assert answer.status_code == 409
    assert olivia.refreshed().is_enabled
    assert ComputerUser.objects.filter(pk=made.pk).exists()


def test_an_administrator_removes_no_owner(northwind: Tenant, admin: Caller) -> None:
    olivia = account_named("olivia")
    made = ComputerUser.objects.create(tenant=northwind, display_name="Olivia", home=olivia.home, account=olivia)

    assert admin.delete(f"/users/{made.pk}").status_code in (403, 409)
    assert role_named("Owner").pk
    assert olivia.refreshed().is_enabled
