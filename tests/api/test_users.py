"""People over the API, as document 3 has them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from accounts.models import Account, RoleAssignment, SignInLink
from organizations.models import CustomAttribute, Tenant
from roles.rights import Right
from tests.api.caller import Caller
from tests.api.making import JOHN, at, body, contact, fields_of, person
from tests.cast import give, make_role, organization
from users.api.users import EXAMPLE
from users.api.zones import zone_of
from users.models import ComputerUser, PendingRole

pytestmark = pytest.mark.usefixtures("region")


# --- creating -------------------------------------------------------------------------------------------------------


def test_the_example_makes_a_person_with_an_account(admin: Caller) -> None:
    answer = admin.post("/users", EXAMPLE)

    user, made = answer.facts["user"], Account.objects.get(login=JOHN)
    assert answer.status_code == 201
    assert {name: user[name] for name in EXAMPLE if name not in ("accountRoles", "timezone")} == {
        name: value for name, value in EXAMPLE.items() if name not in ("accountRoles", "timezone")
    }
    assert user["timezone"] == "Etc/GMT+6"
    assert user["accountRoles"] == [at("123456", "ADMIN", "USER", expiryDate="2025-12-30")]
    assert (made.email, made.identity_id, made.home.code) == (JOHN, None, "123456")
    assert person().account_id == made.pk
    assert SignInLink.objects.filter(account=made, email=JOHN).exists()


def test_a_day_in_the_past_is_kept_and_grants_nothing(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)

    made = Account.objects.get(login=JOHN)
    assert set(RoleAssignment.objects.filter(account=made).values_list("expires_on", flat=True)) == {date(2025, 12, 30)}
    assert not made.is_assigned


def test_the_same_user_twice_is_a_conflict(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)

    answer = admin.post("/users", EXAMPLE)

    assert answer.status_code == 409
    assert ComputerUser.objects.filter(email=JOHN).count() == 1


def test_a_name_that_an_account_has_already_is_a_conflict_and_leaves_nothing(admin: Caller) -> None:
    email = "oscar@northwind.example"

    answer = admin.post("/users", body(userName=email, emailAddress=email))

    assert answer.status_code == 409
    assert not ComputerUser.objects.filter(email=email).exists()


def test_a_contact_waits_with_its_roles(admin: Caller) -> None:
    answer = admin.post("/users", contact(accountRoles=[at("123456"), at("emea", "ADMIN")]))

    user = answer.facts["user"]
    assert answer.status_code == 201
    assert (user["canLogin"], user["portalLogin"], user["userName"]) == (False, False, "")
    assert [one["accountName"] for one in user["accountRoles"]] == ["123456", "emea"]
    assert PendingRole.objects.filter(user=person()).count() == 2
    assert not Account.objects.filter(email=JOHN).exists()


def test_the_user_name_of_a_contact_is_ignored(admin: Caller) -> None:
    answer = admin.post("/users", contact(userName="somebody-else"))

    assert answer.status_code == 201
    assert person().username == ""


@pytest.mark.parametrize("changes", [{"userName": None}, {"userName": "john"}, {"userName": "other@xyz.com"}])
def test_whoever_may_sign_in_has_the_address_as_name(admin: Caller, changes: dict[str, Any]) -> None:
    answer = admin.post("/users", body(**changes))

    assert answer.status_code == 422
    assert "userName" in fields_of(answer)


def test_portal_login_is_another_name_of_can_login(admin: Caller) -> None:
    alone = admin.post("/users", body(canLogin=None))
    against = admin.post("/users", body(canLogin=True, portalLogin=False))

    assert alone.facts["user"]["canLogin"] is True
    assert (against.status_code, fields_of(against)) == (422, {"portalLogin"})


@pytest.mark.parametrize("name", ["firstName", "lastName", "emailAddress", "accountRoles"])
def test_a_mandatory_field_is_named(admin: Caller, name: str) -> None:
    for value in (None, "" if name != "accountRoles" else []):
        answer = admin.post("/users", body(**{name: value}))

        assert answer.status_code == 422
        assert name in fields_of(answer)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"accountRoles": [{"accountName": "123456"}]}, "accountRoles[0].roles"),
        ({"accountRoles": [{"accountName": "123456", "roles": []}]}, "accountRoles[0].roles"),
        ({"accountRoles": [{"roles": ["USER"]}]}, "accountRoles[0].accountName"),
        ({"accountRoles": [at("nowhere")]}, "accountRoles[0].accountName"),
        ({"accountRoles": [at("123456", "USER", "nothing")]}, "accountRoles[0].roles[1]"),
        ({"accountRoles": [at("123456"), at("123456", "user")]}, "accountRoles[1].roles[0]"),
        ({"accountRoles": [at("123456", expiryDate=None)]}, "accountRoles[0].expiryDate"),
        ({"accountRoles": [at("123456", expiryDate="2025-02-30")]}, "accountRoles[0].expiryDate"),
        ({"accountRoles": [at("123456", expiryDate="30.12.2025")]}, "accountRoles[0].expiryDate"),
        ({"accountRoles": [at("123456", expiryDate=1)]}, "accountRoles[0].expiryDate"),
        ({"accountRoles": [at("123456", until="2025-12-30")]}, "accountRoles[0].until"),
        ({"emailAddress": "no address"}, "emailAddress"),
        ({"emailAddress": "x" * 990 + "@example.com"}, "emailAddress"),
        ({"country": "USA"}, "country"),
        ({"status": "asleep"}, "status"),
        ({"status": 1}, "status"),
        ({"timezone": "GMT-6.7DST0"}, "timezone"),
        ({"timezone": "Mars/Base"}, "timezone"),
        ({"shared": "yes"}, "shared"),
        ({"phoneNumber": 5}, "phoneNumber"),
        ({"nickname": "Jo"}, "nickname"),
        ({"attributes": [{"name": "REGION", "value": "MOON"}]}, "attributes.REGION"),
        ({"attributes": [{"name": "PLANET", "value": "X"}]}, "attributes.PLANET"),
        ({"attributes": [{"name": "REGION", "value": "EMEA"}] * 2}, "attributes"),
        ({"manager": "nobody"}, "manager"),
        ({"displayName": None, "displayname": "x"}, "displayname"),
    ],
)
def test_a_wrong_field_is_named_and_nothing_is_done(admin: Caller, changes: dict[str, Any], field: str) -> None:
    answer = admin.post("/users", {**EXAMPLE, **changes})

    assert answer.status_code == 422
    assert field in fields_of(answer)
    assert not ComputerUser.objects.filter(last_name="Doe").exists()
    assert not Account.objects.filter(login=JOHN).exists()


def test_a_missing_mandatory_attribute_is_named(admin: Caller, region: CustomAttribute) -> None:
    CustomAttribute.objects.filter(pk=region.pk).update(mandatory=True)

    answer = admin.post("/users", body(attributes=None))

    assert (answer.status_code, fields_of(answer)) == (422, {"attributes.REGION"})


def test_an_address_may_have_a_thousand_characters(admin: Caller) -> None:
    email = "x" * 988 + "@example.com"

    answer = admin.post("/users", contact(emailAddress=email))

    assert answer.status_code == 201
    assert answer.facts["user"]["emailAddress"] == email


def test_codes_roles_and_states_are_known_in_any_case(admin: Caller) -> None:
    answer = admin.post("/users", contact(accountRoles=[at("EMEA", "user", "Admin")], status="INACTIVE"))

    user = answer.facts["user"]
    assert user["status"] == "Inactive"
    assert user["accountRoles"] == [at("emea", "ADMIN", "USER", expiryDate=None)]


def test_without_a_full_name_it_is_made_of_its_parts(admin: Caller) -> None:
    assert admin.post("/users", body(displayName=None)).facts["user"]["displayName"] == "John Doe"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("GMT-6.0DST0", "Etc/GMT+6"),
        ("GMT+5.5DST0", "Asia/Kolkata"),
        ("GMT0.0DST0", "Etc/GMT"),
        ("gmt+14DST0", "Etc/GMT-14"),
        ("GMT-5.0DST1", "America/New_York"),
        ("GMT1", "Etc/GMT-1"),
        ("Europe/Berlin", "Europe/Berlin"),
        ("", ""),
    ],
)
def test_a_time_zone_is_written_either_way(text: str, zone: str) -> None:
    assert zone_of(text) == zone


@pytest.mark.parametrize("text", ["GMT+15DST0", "GMT-6.7DST0", "GMT-6DST2", "UTC+1", "GMT+1DST1DST1", "../etc"])
def test_another_time_zone_is_none(text: str) -> None:
    with pytest.raises(ValueError, match="time zone"):
        zone_of(text)


# --- who may --------------------------------------------------------------------------------------------------------


def test_nobody_gives_over_the_api_what_they_do_not_hold(northwind: Tenant, caller_with: Callable[..., Caller]) -> None:
    make_role(northwind, "Strong", allows=[Right.CHANGE_TENANT])
    rights = [Right.CALL_API, Right.CREATE_USERS, Right.READ_ORGANIZATIONS, Right.GIVE_ROLES, Right.CREATE_ACCOUNTS]
    caller = caller_with(make_role(northwind, "Makes users", allows=rights))

    for given in (body(accountRoles=[at("123456", "Strong")]), contact(accountRoles=[at("123456", "Strong")])):
        answer = caller.post("/users", given)

        assert answer.status_code == 409
        assert answer.facts["code"] == "exceeds_giver"
    assert not ComputerUser.objects.filter(email=JOHN).exists()


def test_a_call_needs_the_rights_of_all_that_it_does(northwind: Tenant, caller_with: Callable[..., Caller]) -> None:
    rights = [Right.CALL_API, Right.CREATE_USERS, Right.READ_ORGANIZATIONS]
    caller = caller_with(make_role(northwind, "Makes users", allows=rights))

    assert caller.post("/users", contact()).status_code == 403
    assert not ComputerUser.objects.filter(email=JOHN).exists()


def test_whoever_has_one_organization_makes_nobody_elsewhere(caller_with: Callable[..., Caller]) -> None:
    emea = organization("emea")
    caller = caller_with("Administrator", "Web Service", at=emea, home=emea)

    elsewhere, here = caller.post("/users", contact()), caller.post("/users", contact(accountRoles=[at("emea")]))

    assert (elsewhere.status_code, here.status_code) == (422, 201)


def test_owner_is_given_by_owners_only(admin: Caller) -> None:
    assert admin.post("/users", body(accountRoles=[at("123456", "Owner")])).status_code == 409


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_user_is_found_by_name_in_any_case_and_by_number(admin: Caller) -> None:
    made = admin.post("/users", EXAMPLE).facts["user"]

    found = [admin.get(f"/users/{name}").facts["user"] for name in (JOHN, JOHN.upper(), str(made["id"]))]

    assert found == [made, made, made]


def test_a_user_is_found_by_the_place_that_making_it_answers(admin: Caller) -> None:
    place = admin.post("/users", EXAMPLE).headers["Location"]

    assert admin.get(place.removeprefix("/api/v1")).facts["user"]["userName"] == JOHN


@pytest.mark.parametrize("name", ["nobody", "999999999", "a/b", "..", "%2e%2e", "x" * 3_000, "%F0%9F%98%80"])
def test_nobody_else_is_found(admin: Caller, name: str) -> None:
    assert admin.get(f"/users/{name}").status_code == 404


def test_roles_for_the_whole_tenant_stand_in_no_account(admin: Caller) -> None:
    admin.post("/users", EXAMPLE)
    give(Account.objects.get(login=JOHN), "Viewer")

    assert "Viewer" not in str(admin.get(f"/users/{JOHN}").facts)
